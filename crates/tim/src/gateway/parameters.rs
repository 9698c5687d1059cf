//! The parameters in a call's query string.

use std::borrow::Cow;

use crate::Code;
use crate::failure::Failure;

/// The parameters of every call.
#[derive(Debug)]
pub(super) struct Parameters<'a> {
    pub(super) sdkappid: u64,
    pub(super) identifier: Cow<'a, str>,
    pub(super) usersig: Cow<'a, str>,
}

/// The texts of the parameters, still unchecked.
#[derive(Debug, Default)]
struct Texts<'a> {
    sdkappid: Option<Cow<'a, str>>,
    identifier: Option<Cow<'a, str>>,
    usersig: Option<Cow<'a, str>>,
    random: Option<Cow<'a, str>>,
    contenttype: Option<Cow<'a, str>>,
}

impl<'a> Parameters<'a> {
    /// Reads a query string. Parameters may be in any order, percent-encoded or unknown.
    pub(super) fn parse(query: &'a str) -> Result<Self, Failure> {
        let Texts {
            sdkappid,
            identifier,
            usersig,
            random,
            contenttype,
        } = Texts::parse(query)?;

        let sdkappid = sdkappid.ok_or_else(|| {
            Failure::new(Code::AppMissing, "sdkappid required", "sdkappid is missing")
        })?;
        let Ok(sdkappid) = sdkappid.parse() else {
            return Err(invalid(format!("sdkappid {sdkappid:?} is no number")));
        };

        let identifier = identifier
            .filter(|identifier| !identifier.is_empty())
            .ok_or_else(|| invalid("identifier is missing or empty"))?;
        if contenttype.as_deref() != Some("json") {
            return Err(invalid(format!(
                "contenttype is {contenttype:?}, and json is asked for"
            )));
        }

        // The vendor has been seen to accept calls without it.
        if let Some(random) = random
            && random.parse::<u32>().is_err()
        {
            return Err(invalid(format!(
                "random {random:?} is no number of 32 bits"
            )));
        }

        Ok(Self {
            sdkappid,
            identifier,
            usersig: usersig.unwrap_or_default(),
        })
    }
}

impl<'a> Texts<'a> {
    fn parse(query: &'a str) -> Result<Self, Failure> {
        let mut texts = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let text = match &*name {
                "sdkappid" => &mut texts.sdkappid,
                "identifier" => &mut texts.identifier,
                "usersig" => &mut texts.usersig,
                "random" => &mut texts.random,
                "contenttype" => &mut texts.contenttype,
                _ => continue,
            };

            if text.replace(value).is_some() {
                return Err(invalid(format!("{name} is there twice")));
            }
        }
        Ok(texts)
    }
}

fn invalid(detail: impl Into<String>) -> Failure {
    Failure::new(
        Code::InvalidUrlParameter,
        "invalid parameter in URL",
        detail,
    )
}
