//! The command line.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::num::NonZeroU32;
use std::path::Path;

use lexopt::prelude::{Long, Short, ValueExt as _};
use socialgraph::Policy;
use tracing::level_filters::LevelFilter;

/// What `--help` prints.
pub(crate) const USAGE: &str = "\
A local stand-in for the relationship-chain part of Tencent's IM REST API.

Usage: socialgraph-server [OPTIONS]

  --listen HOST:PORT       where to listen [127.0.0.1:8080]; port 0 picks a free one
  --sdkappid N             the app [1400000000]
  --secret-file FILE       a file with the app's secret, by which UserSigs are made; or set
                           SOCIALGRAPH_SECRET [local-secret, on loopback alone]
  --secret TEXT            the secret itself: other users of the machine see it
  --admin NAME             an account that may act for anyone; may be repeated [administrator]
  --auto-import            import accounts when they are first named, instead of refusing them
  --policy NAME            tencent_rest, tencent_mutual or tencent_keep_friends [tencent_rest]
  --calls-per-second N     how often each command may be called, 0 for no limit [200]
  --max-body-bytes N       the most bytes of a request [1048576]
  --log LEVEL              off, error, warn, info (a line a request) or debug (callbacks) [info]
  --help                   this text";

/// The variable of the environment that may have the secret.
const SECRET_VARIABLE: &str = "SOCIALGRAPH_SECRET";

/// The default secret. It is public, so it is printed, and taken on loopback alone.
pub(crate) const LOCAL_SECRET: &str = "local-secret";

/// The options of the command line.
#[derive(Clone)]
pub(crate) struct Options {
    /// A host and a port.
    pub(crate) listen: String,
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
            listen: "127.0.0.1:8080".to_owned(),
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
        if let Some(secret) = env::var_os(SECRET_VARIABLE) {
            let not_text = |_| format!("{SECRET_VARIABLE} is no UTF-8");
            options.secret = secret.into_string().map_err(not_text)?;
        }
        let mut parser = lexopt::Parser::from_args(arguments);

        while let Some(argument) = parser.next()? {
            match argument {
                Long("listen") => options.listen = parser.value()?.parse_with(address)?,
                Long("sdkappid") => options.sdkappid = parser.value()?.parse()?,
                Long("secret") => options.secret = parser.value()?.string()?,
                Long("secret-file") => options.secret = read_secret(&parser.value()?)?,
                Long("admin") => options.admins.push(parser.value()?.parse_with(admin)?),
                Long("auto-import") => options.auto_import = true,
                Long("policy") => options.policy = parser.value()?.parse_with(profile)?,
                Long("calls-per-second") => {
                    options.calls_per_second = NonZeroU32::new(parser.value()?.parse()?);
                }
                Long("max-body-bytes") => {
                    options.max_body_bytes = parser.value()?.parse_with(positive)?;
                }
                Long("log") => options.log = parser.value()?.parse()?,
                Long("help") | Short('h') => return Ok(None),
                other => return Err(other.unexpected()),
            }
        }

        if options.secret.is_empty() {
            return Err("the secret is empty: anybody could sign".into());
        }
        if options.admins.is_empty() {
            options.admins.push("administrator".to_owned());
        }
        Ok(Some(options))
    }
}

/// Checks that a text is a host and a port. The host is looked up later.
fn address(text: &str) -> Result<String, String> {
    match text.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
            Ok(text.to_owned())
        }
        _ => Err("not a host and a port, as in localhost:8080".to_owned()),
    }
}

fn admin(name: &str) -> Result<String, String> {
    if name.is_empty() {
        return Err("an account has a name".to_owned());
    }
    Ok(name.to_owned())
}

fn positive(text: &str) -> Result<usize, String> {
    let number: usize = text.parse().map_err(|_| "no number".to_owned())?;
    if number == 0 {
        return Err("no request would fit".to_owned());
    }
    Ok(number)
}

/// Reads a secret, without the end of its line.
fn read_secret(path: &OsString) -> Result<String, String> {
    let path = Path::new(path);
    let text = fs::read_to_string(path);
    let text = text.map_err(|error| format!("--secret-file {}: {error}", path.display()))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
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
        assert_eq!(options.listen, "127.0.0.1:8080");
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
        assert_eq!(options.listen, "127.0.0.1:0");
        assert_eq!(options.calls_per_second, None);
        assert_eq!(options.admins, ["a"]);
        for wrong in [
            "--listen=here",
            "--listen=:8080",
            "--listen=localhost:http",
            "--secret=",
            "--secret-file=/nowhere",
            "--admin=",
            "--max-body-bytes=0",
            "--policy=none",
            "--port=1",
            "stray",
            "--log=loud",
        ] {
            assert!(parse(&[wrong]).is_err(), "{wrong}");
        }
        assert!(parse(&["--help"])?.is_none());
        assert!(parse(&["--listen=localhost:8080"])?.is_some());
        Ok(())
    }
}
