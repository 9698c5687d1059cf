//! The gateway: the checks of a call before a service handles it.

mod admission;
mod http;
mod parameters;
mod rates;
mod usersig;

use std::fmt;
use std::num::NonZeroU32;
use std::time::SystemTime;

use parameters::Parameters;
use rates::Rates;

pub use admission::Admission;
pub use http::{Head, HttpRequest};
pub use usersig::{UserSig, UserSigError};

use super::call::Call;
use super::failure::Failure;
use super::{Caller, Code, Command, Reply, Role};

/// The gateway of an app: admits calls and authenticates their callers.
///
/// It requires POST, a known path, the parameters `sdkappid`, `identifier`, `contenttype` and
/// `usersig`, no more calls than the limit, and a JSON body with the command's fields. It has
/// no accounts and changes no graph: a [`Service`](super::Service) handles the calls that it
/// admits. It is [`Send`] and [`Sync`].
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use socialgraph_tim::{Command, Gateway, HttpRequest, Service, UserSig};
/// use socialgraph::{Policy, SocialGraph};
///
/// let gateway = Gateway::new(1_400_000_000, "secret").with_admin("administrator");
/// let mut graph = SocialGraph::new(Policy::tencent_rest());
/// graph.add_user("id")?;
/// graph.add_user("id1")?;
/// let mut service = Service::new(graph);
///
/// let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
/// let day = Duration::from_secs(86_400);
/// let usersig = UserSig::new(1_400_000_000, "administrator", now, day);
/// let target = usersig.sign_target(Command::BlackListAdd, "secret", 99_999_999);
/// let body = br#"{"From_Account":"id","To_Account":["id1"]}"#;
/// let reply = match gateway.admit(&HttpRequest::new("POST", &target, body), now) {
///     Ok(call) => service.handle(&call, now),
///     Err(reply) => reply,
/// };
/// assert_eq!(
///     String::from_utf8(reply.body)?,
///     r#"{"ResultItem":[{"To_Account":"id1","ResultCode":0,"ResultInfo":""}],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Gateway {
    sdkappid: u64,
    secret: String,
    admins: Vec<String>,
    max_body_bytes: usize,
    max_user_body_bytes: usize,
    max_reply_bytes: usize,
    rates: Option<Rates>,
}

/// The most calls of a command in a second: the vendor's number, here for each caller.
const VENDORS_CALLS_PER_SECOND: NonZeroU32 = NonZeroU32::new(200).unwrap();

impl Gateway {
    /// Returns the gateway of an app.
    ///
    /// It has no admin and allows each caller 200 calls of each command in a second. A body has
    /// at most 1 MiB, a user's at most 256 KiB, and the reply to a query at most 16 MiB.
    #[must_use]
    pub fn new(sdkappid: u64, secret: &str) -> Self {
        Self {
            sdkappid,
            secret: secret.to_owned(),
            admins: Vec::new(),
            max_body_bytes: 1 << 20,
            max_user_body_bytes: 1 << 18,
            max_reply_bytes: 1 << 24,
            rates: Some(Rates::new(VENDORS_CALLS_PER_SECOND)),
        }
    }

    /// Returns the gateway with one more admin, who needs no account.
    #[must_use]
    pub fn with_admin(mut self, identifier: &str) -> Self {
        self.admins.push(identifier.to_owned());
        self
    }

    /// Returns the gateway with another limit to the bytes of a body.
    #[must_use]
    pub fn with_max_body_bytes(self, max_body_bytes: usize) -> Self {
        Self {
            max_body_bytes,
            ..self
        }
    }

    /// Returns the gateway with another limit to the bytes of a user's body.
    ///
    /// The limit of every body holds too, so a larger number here has no effect.
    #[must_use]
    pub fn with_max_user_body_bytes(self, max_user_body_bytes: usize) -> Self {
        Self {
            max_user_body_bytes,
            ..self
        }
    }

    /// Returns the gateway with another limit to the bytes of the reply to a query.
    ///
    /// A page of `friend_get` ends before the limit. Any other reply that would be longer is
    /// refused.
    #[must_use]
    pub fn with_max_reply_bytes(self, max_reply_bytes: usize) -> Self {
        Self {
            max_reply_bytes,
            ..self
        }
    }

    /// Returns the gateway with another limit to each caller's calls of each command, or with none.
    #[must_use]
    pub fn with_calls_per_second(self, calls_per_second: Option<NonZeroU32>) -> Self {
        Self {
            rates: calls_per_second.map(Rates::new),
            ..self
        }
    }

    /// Returns the id of the app.
    #[must_use]
    pub const fn sdkappid(&self) -> u64 {
        self.sdkappid
    }

    /// Returns the most bytes of a body, an admin's.
    #[must_use]
    pub const fn max_body_bytes(&self) -> usize {
        self.max_body_bytes
    }

    /// Returns the most bytes of a user's body.
    #[must_use]
    pub fn max_user_body_bytes(&self) -> usize {
        self.max_user_body_bytes.min(self.max_body_bytes)
    }

    /// Admits a call, or returns the reply that refuses it.
    ///
    /// This is [`admit_head`](Self::admit_head) and [`Admission::read`] in one, for a host that
    /// has the whole body.
    ///
    /// # Errors
    /// Fails with the reply to send, with HTTP status 200 like any other.
    pub fn admit(&self, request: &HttpRequest<'_>, now: SystemTime) -> Result<Call, Reply> {
        self.admit_head(&request.head(), now)?.read(request.body)
    }

    /// Admits the head of a call, before the host reads the body.
    ///
    /// The checks are, in this order: path, method, length, parameters of the URL, app,
    /// `UserSig`, rate, length of a user's body. A call that fails one of them skips the rest, so
    /// a stranger's call does not count towards the rate. A length that is not known is checked
    /// by [`Admission::read`].
    ///
    /// # Errors
    /// Fails with the reply to send, with HTTP status 200 like any other.
    pub fn admit_head(&self, head: &Head<'_>, now: SystemTime) -> Result<Admission, Reply> {
        let Some(command) = Command::from_path(head.path) else {
            let detail = format!("{:?} is no command", head.path);
            let failure = Failure::new(Code::UnknownPath, "no such path", detail);
            return Err(Reply::failure(None, &failure));
        };

        self.check(command, head, now)
            .map_err(|failure| Reply::failure(Some(command), &failure))
    }

    /// Checks everything except the path and the body.
    fn check(
        &self,
        command: Command,
        head: &Head<'_>,
        now: SystemTime,
    ) -> Result<Admission, Failure> {
        if head.method != "POST" {
            let detail = format!("the method is {:?}", head.method);
            return Err(Failure::new(Code::NotPost, "POST required", detail));
        }
        // A length beyond the address space is beyond every limit.
        let len = usize::try_from(head.content_length.unwrap_or(0)).unwrap_or(usize::MAX);
        check_body_bytes(len, self.max_body_bytes)?;

        let parameters = Parameters::parse(head.query)?;
        let caller = self.authenticate(&parameters, now)?;

        if let Some(rates) = &self.rates
            && !rates.admit(command, caller.identifier(), now)
        {
            let identifier = caller.identifier();
            let detail = format!("too many calls of {command} by {identifier:?} in a second");
            return Err(Failure::new(Code::TooManyCalls, "too many calls", detail));
        }

        let max_body_bytes = match caller.role() {
            Role::Admin => self.max_body_bytes(),
            Role::User => self.max_user_body_bytes(),
        };
        check_body_bytes(len, max_body_bytes)?;
        Ok(Admission::new(
            command,
            caller,
            max_body_bytes,
            self.max_reply_bytes,
        ))
    }

    /// Checks the app and the `UserSig`. Returns the caller.
    fn authenticate(
        &self,
        parameters: &Parameters<'_>,
        now: SystemTime,
    ) -> Result<Caller, Failure> {
        let Parameters {
            sdkappid,
            identifier,
            usersig,
        } = parameters;
        if *sdkappid != self.sdkappid {
            let detail = format!("app {sdkappid} is not served here");
            return Err(Failure::new(Code::UnknownApp, "no such sdkappid", detail));
        }

        UserSig::verify(usersig, self.sdkappid, identifier, &self.secret, now)
            .map_err(|error| Failure::new(error.code(), "usersig invalid", error.to_string()))?;

        let is_admin = self.admins.iter().any(|admin| admin == identifier);
        Ok(if is_admin {
            Caller::admin(identifier)
        } else {
            Caller::user(identifier)
        })
    }
}

/// Checks the length of a body.
fn check_body_bytes(len: usize, most: usize) -> Result<(), Failure> {
    if len <= most {
        return Ok(());
    }
    let detail = format!("the body has {len} bytes, and at most {most} fit");
    Err(Failure::new(Code::MalformedHttp, "body too large", detail))
}

/// Leaves the secret out.
impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway")
            .field("sdkappid", &self.sdkappid)
            .field("admins", &self.admins)
            .field("max_body_bytes", &self.max_body_bytes)
            .field("max_user_body_bytes", &self.max_user_body_bytes)
            .finish_non_exhaustive()
    }
}
