//! `v4/sns/black_list_*`: blocklists.

use serde::{Deserialize, Serialize};

use super::{BatchResponse, Envelope, request};

/// `black_list_add`: puts accounts on a blocklist (document 1047/34911).
///
/// ```
/// use socialgraph_tim::wire::BlackListAdd;
///
/// let json = r#"{"From_Account":"id","To_Account":["id1","id2","id3"]}"#;
/// let request: BlackListAdd = serde_json::from_str(json)?;
/// assert_eq!(request.to_account.len(), 3);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlackListAdd {
    /// Who blocks.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// Whom: 1 to 1000 accounts.
    #[serde(rename = "To_Account")]
    pub to_account: Vec<String>,
}
request!(BlackListAdd => BatchResponse);

/// `black_list_delete`: takes accounts off a blocklist (document 1047/34912).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlackListDelete {
    /// Who blocks.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// Whom no more: 1 to 1000 accounts.
    #[serde(rename = "To_Account")]
    pub to_account: Vec<String>,
}
request!(BlackListDelete => BatchResponse);

/// `black_list_get`: a page of a blocklist (document 1047/34914).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BlackListGet {
    /// Whose.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// 0, or the [`start_index`](BlackListGetResponse::start_index) of the page before.
    pub start_index: u32,
    /// How many at most; at least 1.
    pub max_limited: u32,
    /// The sequence last seen, 0 at first.
    pub last_sequence: u64,
}
request!(BlackListGet => BlackListGetResponse);

/// One account on a blocklist.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BlackListItem {
    /// The account.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// When it was blocked, in seconds since 1970; 0 where that is not known.
    pub add_black_time_stamp: u64,
}

/// The response to [`BlackListGet`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BlackListGetResponse {
    /// The accounts of this page.
    #[serde(default)]
    pub black_list_item: Vec<BlackListItem>,
    /// Where the next page starts, 0 after the last. It is to be handed back, not computed with.
    pub start_index: u32,
    /// The blocklist's sequence, which grows with every change; so spelt on the wire.
    pub curruent_sequence: u64,
    /// Whether it was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}

/// Whose blocklists a check asks about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BlackListCheckType {
    /// `From_Account`'s alone.
    #[default]
    #[serde(rename = "BlackCheckResult_Type_Single")]
    Single,
    /// Both accounts'.
    #[serde(rename = "BlackCheckResult_Type_Both")]
    Both,
}

/// Who is on whose blocklist; A is `From_Account`, B is `To_Account`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BlackListRelation {
    /// A does not block B, and, where both lists were asked about, nor does B block A.
    #[serde(rename = "BlackCheckResult_Type_NO")]
    No,
    /// A blocks B.
    #[serde(rename = "BlackCheckResult_Type_AWithB")]
    AWithB,
    /// B blocks A.
    #[serde(rename = "BlackCheckResult_Type_BWithA")]
    BWithA,
    /// Each blocks the other.
    #[serde(rename = "BlackCheckResult_Type_BothWay")]
    BothWay,
}

/// `black_list_check`: who blocks whom (document 1047/34913).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BlackListCheck {
    /// A.
    #[serde(rename = "From_Account")]
    pub from_account: String,
    /// B, each in turn: 1 to 1000 accounts.
    #[serde(rename = "To_Account")]
    pub to_account: Vec<String>,
    /// Whose lists are asked about.
    pub check_type: BlackListCheckType,
}
request!(BlackListCheck => BlackListCheckResponse);

/// What [`BlackListCheck`] found for one account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BlackListCheckItem {
    /// B.
    #[serde(rename = "To_Account")]
    pub to_account: String,
    /// Who blocks whom; [`BlackListRelation::No`] where the check failed.
    pub relation: BlackListRelation,
    /// 0, or what went wrong.
    pub result_code: u32,
    /// The text to the code; empty on success.
    pub result_info: String,
}

/// The response to [`BlackListCheck`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BlackListCheckResponse {
    /// What was found for each account, in the order named.
    pub black_list_check_item: Vec<BlackListCheckItem>,
    /// The accounts whose code is not 0; left out where there are none.
    #[serde(
        rename = "Fail_Account",
        default,
        skip_serializing_if = "Vec::is_empty"
    )]
    pub fail_account: Vec<String>,
    /// Whether it was carried out.
    #[serde(flatten)]
    pub envelope: Envelope,
}
