//! The command line.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::num::NonZeroU32;

use lexopt::prelude::{Long, Short, ValueExt as _};
use socialgraph::Policy;
use tracing::level_filters::LevelFilter;

/// What `--help` prints.
pub(crate) const USAGE: &str = "\
A local stand-in for the relationship-chain part of Tencent's IM REST API.

Usage: socialgraph-server [OPTIONS]

  --listen ADDRESS:PORT    where to listen [127.0.0.1:8080]; port 0 picks a free one
  --sdkappid N             the app [1400000000]
  --secret TEXT            the app's secret, by which UserSigs are made [local-secret]
  --admin NAME             an account that may act for anyone; may be repeated [administrator]
  --auto-import            import accounts when they are first named, instead of refusing them
  --policy NAME            tencent_rest, tencent_mutual or tencent_keep_friends [tencent_rest]
  --calls-per-second N     how often each command may be called, 0 for no limit [200]
  --max-body-bytes N       the most bytes of a request [1048576]
  --log LEVEL              off, error, warn, info (a line a request) or debug (callbacks) [info]
  --help                   this text";

/// The default secret. It is public, so it is printed.
pub(crate) const LOCAL_SECRET: &str = "local-secret";

/// The options of the command line.
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) listen: SocketAddr,
    pub(crate) sdkappid: u64,
    pub(crate) secret: String,
    /// The first admin signs the request that is printed at the start.
    pub(crate) admins: Vec<String>,
    pub(crate) auto_import: bool,
    /// The name of the policy, and the policy.
    pub(crate) policy: (&'static str, Policy),
    pub(crate) calls_per_second: Option<NonZeroU32>,
    pub(crate) max_body_bytes: usize,
    pub(crate) log: LevelFilter,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            sdkappid: 1_400_000_000,
            secret: LOCAL_SECRET.to_owned(),
            admins: Vec::new(),
            auto_import: false,
            policy: ("tencent_rest", Policy::tencent_rest()),
            calls_per_second: NonZeroU32::new(200),
            max_body_bytes: 1 << 20,
            log: LevelFilter::INFO,
        }
    }
}

impl Options {
    /// Reads the command line. `None` stands for `--help`.
    pub(crate) fn parse(
        arguments: impl IntoIterator<Item = OsString>,
    ) -> Result<Option<Self>, lexopt::Error> {
        let mut options = Self::default();
        let mut parser = lexopt::Parser::from_args(arguments);

        while let Some(argument) = parser.next()? {
            match argument {
                Long("listen") => options.listen = parser.value()?.parse()?,
                Long("sdkappid") => options.sdkappid = parser.value()?.parse()?,
                Long("secret") => options.secret = parser.value()?.string()?,
                Long("admin") => options.admins.push(parser.value()?.string()?),
                Long("auto-import") => options.auto_import = true,
                Long("policy") => options.policy = parser.value()?.parse_with(profile)?,
                Long("calls-per-second") => {
                    options.calls_per_second = NonZeroU32::new(parser.value()?.parse()?);
                }
                Long("max-body-bytes") => options.max_body_bytes = parser.value()?.parse()?,
                Long("log") => options.log = parser.value()?.parse()?,
                Long("help") | Short('h') => return Ok(None),
                other => return Err(other.unexpected()),
            }
        }

        if options.admins.is_empty() {
            options.admins.push("administrator".to_owned());
        }
        Ok(Some(options))
    }
}

/// Returns the policy of a name.
fn profile(name: &str) -> Result<(&'static str, Policy), String> {
    let mut profiles = Policy::PROFILES.iter().copied();
    profiles
        .find(|(profile, _)| *profile == name)
        .ok_or_else(|| "no such policy".to_owned())
}

#[cfg(test)]
mod tests {
    use super::Options;

    fn parse(arguments: &[&str]) -> Result<Option<Options>, String> {
        Options::parse(arguments.iter().map(Into::into)).map_err(|error| error.to_string())
    }

    #[test]
    fn defaults_suit_a_local_stand_in() -> Result<(), String> {
        let options = parse(&[])?.ok_or("no usage was asked for")?;
        assert!(options.listen.ip().is_loopback());
        assert_eq!(options.admins, ["administrator"]);
        Ok(())
    }

    #[test]
    fn options_are_taken_and_wrong_ones_are_named() -> Result<(), String> {
        let given = [
            "--listen",
            "127.0.0.1:0",
            "--admin",
            "a",
            "--calls-per-second=0",
        ];
        let options = parse(&given)?.ok_or("no usage was asked for")?;
        assert_eq!((options.listen.port(), options.calls_per_second), (0, None));
        assert_eq!(options.admins, ["a"]);
        for wrong in [
            "--listen=here",
            "--policy=none",
            "--port=1",
            "stray",
            "--log=loud",
        ] {
            assert!(parse(&[wrong]).is_err(), "{wrong}");
        }
        assert!(parse(&["--help"])?.is_none());
        Ok(())
    }
}
