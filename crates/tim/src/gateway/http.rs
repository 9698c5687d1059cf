//! HTTP requests, as a host passes them in.

/// An HTTP request, as the host received it.
///
/// ```
/// use socialgraph_tim::HttpRequest;
///
/// let request = HttpRequest::new("POST", "/v4/sns/friend_add?sdkappid=1", b"{}");
/// assert_eq!((request.path, request.query), ("/v4/sns/friend_add", "sdkappid=1"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HttpRequest<'a> {
    /// The method.
    pub method: &'a str,
    /// The path, as it was sent.
    pub path: &'a str,
    /// The query string without its `?`, as it was sent.
    pub query: &'a str,
    /// The body. Headers are ignored, as some callers send no `Content-Type`.
    pub body: &'a [u8],
}

impl<'a> HttpRequest<'a> {
    /// Returns a request for a path with its query string.
    #[must_use]
    pub fn new(method: &'a str, target: &'a str, body: &'a [u8]) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method,
            path,
            query,
            body,
        }
    }

    /// Returns the head, with the length of the body.
    #[must_use]
    pub fn head(&self) -> Head<'a> {
        let &Self {
            method,
            path,
            query,
            body,
        } = self;
        let content_length = u64::try_from(body.len()).ok();
        Head {
            method,
            path,
            query,
            content_length,
        }
    }
}

/// The head of an HTTP request: what a host has before it reads the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Head<'a> {
    /// The method.
    pub method: &'a str,
    /// The path, as it was sent.
    pub path: &'a str,
    /// The query string without its `?`, as it was sent.
    pub query: &'a str,
    /// The bytes of the body, if the request says how many will come.
    pub content_length: Option<u64>,
}
