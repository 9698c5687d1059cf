//! Named policies: each mirrors a real system.

use super::{Limits, Notice, Policy, Sides};
use crate::facts::RequestMode;

impl Policy {
    /// The rules of Tencent's IM REST API: R1–R16 of `docs/semantics.md`.
    ///
    /// A block ends the friendship and the requests on both sides, bars requests both ways,
    /// and stops messages only from the blocked user to the blocker. Source: the vendor's page
    /// "Adding Users to Blocklist" (tencentcloud.com/document/product/1047/34911). New users
    /// start with [`RequestMode::Confirm`]; the vendor leaves that to each app's console.
    ///
    /// ```
    /// use socialgraph::{Fact, Policy, Relation};
    ///
    /// let policy = Policy::tencent_rest();
    /// let blocking = Relation::STRANGERS.with(Fact::ActorBlocks);
    /// assert!(policy.decide_message(blocking).is_allowed());
    /// assert!(!policy.decide_message(blocking.flip()).is_allowed());
    /// ```
    #[must_use]
    pub const fn tencent_rest() -> Self {
        Self {
            message_stopped_by: Sides::Target,
            message_needs_listing_by: Sides::Neither,
            notice_of_blocked_message: Notice::Silent,
            befriending_stopped_by: Sides::Both,
            block_clears_friends_of: Sides::Both,
            block_cancels_requests_of: Sides::Both,
            initial_request_mode: RequestMode::Confirm,
            limits: Limits::TENCENT,
        }
    }

    /// Like `tencent_rest`, but either block stops both sides' messages.
    ///
    /// The vendor's client SDK pages say so (tencentcloud.com/document/product/1047/48152). Its
    /// REST page says otherwise.
    ///
    /// ```
    /// use socialgraph::{Fact, Policy, Relation};
    ///
    /// let blocking = Relation::STRANGERS.with(Fact::ActorBlocks);
    /// assert!(!Policy::tencent_mutual().decide_message(blocking).is_allowed());
    /// ```
    #[must_use]
    pub const fn tencent_mutual() -> Self {
        Self {
            message_stopped_by: Sides::Both,
            ..Self::tencent_rest()
        }
    }

    /// Like `tencent_rest`, but a block leaves friend lists alone.
    ///
    /// The vendor's console calls it "Remain Friends". A block still cancels requests and stops
    /// new ones, so no friend-list entry can be added across a block (R4).
    ///
    /// ```
    /// use socialgraph::{Action, Facts, Policy, Relation, RequestMode, UserFacts};
    ///
    /// let user = UserFacts::new(RequestMode::Confirm);
    /// let facts = Facts { relation: Relation::FRIENDS, actor: user, target: user };
    /// let change = Policy::tencent_keep_friends().apply(Action::Block, &facts)?;
    /// assert!(change.after.are_friends() && change.after.is_blocked());
    /// # Ok::<(), socialgraph::Refusal>(())
    /// ```
    #[must_use]
    pub const fn tencent_keep_friends() -> Self {
        Self {
            block_clears_friends_of: Sides::Neither,
            ..Self::tencent_rest()
        }
    }

    /// All named policies, each with its name.
    ///
    /// ```
    /// use socialgraph::Policy;
    ///
    /// assert_eq!(Policy::PROFILES[0], ("tencent_rest", Policy::tencent_rest()));
    /// ```
    pub const PROFILES: [(&'static str, Self); 3] = [
        ("tencent_rest", Self::tencent_rest()),
        ("tencent_mutual", Self::tencent_mutual()),
        ("tencent_keep_friends", Self::tencent_keep_friends()),
    ];
}
