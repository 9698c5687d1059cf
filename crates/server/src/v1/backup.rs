//! A backup, on the machine of the server.

use std::path::Path;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use socialgraph_host::{Host, Position};
use tokio::task::spawn_blocking;

use super::V1;
use super::endpoint::{Call, Nothing, Request, Update, Verb};
use super::problem::{Code, Problem};
use crate::state::State;
use crate::tokens::Role;

/// The most characters of a backup's name.
const MOST_NAME: usize = 64;

/// `POST /v1/backup`.
pub(super) struct Backup;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BackupBody", example = serde_json::json!({"name": "monday"}))]
pub(super) struct BackupBody {
    /// The name of the directory to make. It must not exist.
    #[schemars(regex(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
    name: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Backup")]
pub(super) struct BackupReply {
    /// The name of the directory below the server's `--backups`.
    name: String,
}

impl Call for Backup {
    const METHOD: Verb = Verb::Post;
    const PATH: &'static str = "/v1/backup";
    const ROLE: Role = Role::Admin;
    const SUMMARY: &'static str = "Copy the state into a new directory on the server's machine";
    const DESCRIPTION: &'static str = "It is made below the directory of the option `--backups`. Updates go on meanwhile. The \
         position is that of the copy.";
    const CODES: &'static [Code] = &[Code::BackupRefused, Code::OutcomeUnknown];
    type Parameters = Nothing;
    type Body = BackupBody;
    type Reply = BackupReply;
}

impl Update for Backup {
    async fn run(v1: Arc<V1>, request: Request<Self>) -> Result<(Position, BackupReply), Problem> {
        let name = request.body.name;
        check(&name)?;
        let refused = |detail: String| Problem::new(Code::BackupRefused, detail);
        let Some(home) = v1.backups.clone() else {
            let detail = "the server was started without --backups";
            return Err(refused(detail.to_owned()));
        };

        let Ok(_alone) = v1.backing_up.try_lock() else {
            return Err(refused("another backup is being made".to_owned()));
        };
        let to = home.join(&name);
        let host = Arc::clone(&v1.host);
        let copying = spawn_blocking(move || copy(&host, &to)).await;
        let copied =
            copying.map_err(|error| Problem::new(Code::OutcomeUnknown, error.to_string()))?;
        let position = copied.map_err(|detail| refused(format!("{name}: {detail}")))?;
        Ok((position, BackupReply { name }))
    }
}

fn copy(host: &Host<State>, to: &Path) -> Result<Position, String> {
    // A disk that is not mounted has another one's place.
    if !to.parent().is_some_and(Path::is_dir) {
        return Err("the directory of the option --backups does not exist".to_owned());
    }
    // The host copies into an empty directory, too. Somebody else may be about to use that.
    if to.symlink_metadata().is_ok() {
        return Err("the directory exists".to_owned());
    }
    host.backup(to).map_err(|error| error.to_string())
}

/// Checks that a name leads to no other place.
fn check(name: &str) -> Result<(), Problem> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if (1..=MOST_NAME).contains(&name.len()) && name.bytes().all(is_plain) {
        return Ok(());
    }
    let detail =
        "the name of a backup has 1 to 64 of the characters A to Z, a to z, 0 to 9, - and _";
    Err(Problem::field("/name", detail))
}
