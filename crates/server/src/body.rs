//! Bodies of requests and replies, within their limits.

use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, EXPECT};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Body as _;
use tokio::time::timeout;

use crate::door::{Budget, FREE, Holder, Share};

/// The bytes of a body that is read and answered in place. A larger one moves to a thread for
/// long work, so that it delays no other request; the move takes longer than a small body.
pub(crate) const SMALL: usize = 4 << 10;

/// The most bytes of a refused body that are read and dropped, and the time for it. A client that
/// has sent all of its request can send a further one.
const DRAINED: usize = 64 << 10;
const DRAIN_TIME: Duration = Duration::from_secs(1);

/// What happens to a reply that does not fit into the budget.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Due {
    /// It is sent all the same, as its request is carried out: the request bounds it.
    Owed,
    /// It is dropped: its request is a query.
    IfItFits,
}

/// Returns the length of a body if the head has it.
pub(crate) fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Reads a body, and stops soon after the most bytes: such a body is to be refused. A body that is
/// not small takes a share when it is no longer small, so that nobody holds a share for bytes that
/// do not come.
///
/// Returns `None` if it breaks off.
pub(crate) async fn collect(
    body: &mut Body,
    content_length: Option<u64>,
    most: usize,
    budget: &Budget,
    holder: &Holder,
) -> Option<(Vec<u8>, Option<Share>)> {
    let expected = content_length.map_or(most, |length| usize::try_from(length).unwrap_or(most));
    let (mut bytes, mut share) = (Vec::new(), None);
    while let Some(frame) = body.frame().await {
        let frame = frame.ok()?;
        let data = frame.data_ref().map_or(&[][..], |data| data);
        if share.is_none() && bytes.len() + data.len() > FREE {
            share = Some(budget.share(holder, expected.min(most)).await);
        }
        bytes.extend_from_slice(data);
        if bytes.len() > most {
            break;
        }
    }
    Some((bytes, share))
}

/// Reads what is left of a body, and drops it. Returns whether the body came to its end: if not,
/// no further request can follow.
pub(crate) async fn drain(headers: &HeaderMap, body: &mut Body) -> bool {
    if body.is_end_stream() {
        return true;
    }
    // A client that asks first has sent nothing yet, and need not.
    let is_long = content_length(headers).is_some_and(|length| length > DRAINED as u64);
    if is_long || headers.contains_key(EXPECT) {
        return false;
    }
    let draining = async {
        let mut bytes = 0;
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else { return false };
            bytes += frame.data_ref().map_or(0, Bytes::len);
            if bytes > DRAINED {
                return false;
            }
        }
        true
    };
    timeout(DRAIN_TIME, draining).await.unwrap_or(false)
}

/// Returns the bytes of a reply with their share of the budget, or `None` if they do not fit.
pub(crate) fn hold(bytes: Vec<u8>, budget: &Budget, holder: &Holder, due: Due) -> Option<Bytes> {
    let length = bytes.len();
    if length <= FREE {
        return Some(bytes.into());
    }
    let share = match due {
        Due::Owed => budget.share_anyway(holder, length),
        Due::IfItFits => budget.try_share(holder, length)?,
    };
    Some(share.hold(bytes))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::header::CONTENT_LENGTH;
    use axum::http::{HeaderMap, HeaderValue};

    use super::{DRAINED, Due, collect, drain, hold};
    use crate::door::{Budget, FREE, Holder};

    #[tokio::test]
    async fn a_body_that_is_not_small_takes_a_share() {
        let budget = Budget::new(FREE * 2);
        for (length, has_share) in [(0, false), (FREE, false), (FREE + 1, true)] {
            let mut body = Body::from(vec![7; length]);
            let read = collect(&mut body, None, FREE * 2, &budget, &Holder::Local).await;
            let read = read.map(|(bytes, share)| (bytes.len(), share.is_some()));
            assert_eq!(read, Some((length, has_share)));
        }
        // Its share is of the length that the head has.
        let mut body = Body::from(vec![7; FREE + 1]);
        let read = collect(
            &mut body,
            Some(FREE as u64 + 1),
            FREE * 2,
            &budget,
            &Holder::Local,
        )
        .await;
        assert!(budget.try_share(&Holder::Token(1), FREE - 1).is_some());
        assert!(budget.try_share(&Holder::Token(1), FREE).is_none());
        drop(read);
        assert!(budget.try_share(&Holder::Token(1), FREE * 2).is_some());
    }

    #[tokio::test]
    async fn a_refused_body_is_read_to_its_end_if_it_is_short() {
        let headers = |length: usize| {
            HeaderMap::from_iter([(CONTENT_LENGTH, HeaderValue::from(length as u64))])
        };
        for (length, is_whole) in [(0, true), (DRAINED, true), (DRAINED + 1, false)] {
            let mut body = Body::from(vec![7; length]);
            assert_eq!(
                drain(&headers(length), &mut body).await,
                is_whole,
                "{length}"
            );
            let mut body = Body::from(vec![7; length]);
            assert_eq!(
                drain(&HeaderMap::new(), &mut body).await,
                is_whole,
                "{length}"
            );
        }
    }

    #[test]
    fn a_reply_that_is_owed_needs_no_room() {
        let budget = Budget::new(FREE);
        assert!(hold(vec![0; FREE], &budget, &Holder::Local, Due::IfItFits).is_some());
        assert!(hold(vec![0; FREE + 1], &budget, &Holder::Local, Due::IfItFits).is_none());
        let owed = hold(vec![0; FREE + 1], &budget, &Holder::Local, Due::Owed);
        assert_eq!(owed.map(|bytes| bytes.len()), Some(FREE + 1));
    }
}
