//! The named policies: each follows a real system as far as the parts of a policy can say.

use super::{BlockRules, Crossed, Gate, Granted, Notice, Notices, Policy, RequestRules, Sides};
use crate::facts::RequestMode;
use crate::rules::Limits;

impl Policy {
    /// The rules of Tencent's IM REST API: R1–R18 of `docs/semantics.md`.
    ///
    /// A block ends the friendship and the requests on both sides, bars requests both ways,
    /// and stops messages only from the blocked user to the blocker. Source: the vendor's page
    /// "Adding Users to Blocklist" (tencentcloud.com/document/product/1047/34911). The vendor
    /// documents no other interaction: calls, group invitations and presence follow the messages.
    /// New users start with [`RequestMode::Confirm`]; the vendor leaves that to each app's
    /// console.
    ///
    /// ```
    /// use socialgraph::{Fact, Policy, Relation};
    ///
    /// let policy = Policy::tencent_rest();
    /// let blocking = Relation::STRANGERS.with(Fact::ActorBlocks);
    /// assert!(policy.can_message(blocking).is_allowed());
    /// assert!(!policy.can_message(blocking.flip()).is_allowed());
    /// ```
    #[must_use]
    pub const fn tencent_rest() -> Self {
        const GATE: Gate = Gate {
            stopped_by: Sides::Target,
            needs_listing_by: Sides::Neither,
            notice: Notices::both(Notice::Silent),
        };
        Self {
            message: GATE,
            call: GATE,
            group_invitation: GATE,
            presence: GATE,
            request: RequestRules {
                stopped_by: Sides::Both,
                accept_stopped_by: Sides::Both,
                add_stopped_by: Sides::Both,
                crossed: Crossed::Accepts,
                makes: Granted::Friendship,
                initial_mode: RequestMode::Confirm,
                notice: Notices::both(Notice::Told),
            },
            block: BlockRules {
                clears_friends_of: Sides::Both,
                cancels_requests_of: Sides::Both,
            },
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
    /// assert!(!Policy::tencent_mutual().can_message(blocking).is_allowed());
    /// ```
    #[must_use]
    pub const fn tencent_mutual() -> Self {
        let rest = Self::tencent_rest();
        let gate = Gate {
            stopped_by: Sides::Both,
            ..rest.message
        };
        rest.with_every_gate(gate)
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
        let rest = Self::tencent_rest();
        Self {
            block: BlockRules {
                clears_friends_of: Sides::Neither,
                ..rest.block
            },
            ..rest
        }
    }

    /// All named policies, each with its name, Tencent's first.
    ///
    /// ```
    /// use socialgraph::Policy;
    ///
    /// assert_eq!(Policy::PROFILES[0], ("tencent_rest", Policy::tencent_rest()));
    /// ```
    pub const PROFILES: &'static [(&'static str, Self)] = &[
        ("tencent_rest", Policy::tencent_rest()),
        ("tencent_mutual", Policy::tencent_mutual()),
        ("tencent_keep_friends", Policy::tencent_keep_friends()),
        ("openim", OPENIM),
        ("tangsengdaodao", OPENIM),
        ("wildfire", WILDFIRE),
        ("mastodon", MASTODON),
        ("gotosocial", GOTOSOCIAL),
        ("misskey", MISSKEY),
        ("bluesky", BLUESKY),
        ("lemmy", LEMMY),
        ("xep_0191", XEP_0191),
        ("prosody", PROSODY),
        ("mongooseim", XEP_0191),
        ("matrix", MATRIX),
        ("nakama", NAKAMA),
        ("stoat", STOAT),
        ("wire", WIRE),
        ("rocket_chat", ROCKET_CHAT),
        ("fluxer", FLUXER),
        ("discord", DISCORD),
        ("whatsapp", WHATSAPP),
        ("signal", SIGNAL),
        ("telegram", ROCKET_CHAT),
        ("rongcloud", RONGCLOUD),
        ("zim", ZIM),
    ];
}

/// `tencent_rest` without limits: the start of every other profile.
const BASE: Policy = Policy {
    limits: Limits::NONE,
    ..Policy::tencent_rest()
};

const SILENT: Notices = Notices::both(Notice::Silent);
const NEUTRAL: Notices = Notices::both(Notice::Neutral);
const TOLD: Notices = Notices::both(Notice::Told);

/// Told of their own block, neutral about the other's.
const NEUTRAL_ABOUT_OTHERS: Notices = Notices {
    own: Notice::Told,
    other: Notice::Neutral,
};

/// Neutral about their own block, silent about the other's.
const NEUTRAL_ABOUT_OWN: Notices = Notices {
    own: Notice::Neutral,
    other: Notice::Silent,
};

/// Told of their own block, silent about the other's.
const TOLD_OF_OWN: Notices = Notices {
    own: Notice::Told,
    other: Notice::Silent,
};

/// Returns the base with this gate for every interaction.
const fn with_gate(stopped_by: Sides, needs_listing_by: Sides, notice: Notices) -> Policy {
    BASE.with_every_gate(Gate {
        stopped_by,
        needs_listing_by,
        notice,
    })
}

/// Returns the rules with requesting, accepting and adding stopped by the same blocks.
const fn all_stopped_by(sides: Sides, rules: RequestRules) -> RequestRules {
    RequestRules {
        stopped_by: sides,
        accept_stopped_by: sides,
        add_stopped_by: sides,
        ..rules
    }
}

/// Friend requests that wait beside a crossed one and make a follow.
const FOLLOWS: RequestRules = RequestRules {
    crossed: Crossed::Waits,
    makes: Granted::Follow,
    ..BASE.request
};

/// A block that leaves friend lists and requests alone.
const CLEARS_NOTHING: BlockRules = BlockRules {
    clears_friends_of: Sides::Neither,
    cancels_requests_of: Sides::Neither,
};

/// A block only rejects the blocked user's messages.
const OPENIM: Policy = Policy {
    request: RequestRules {
        crossed: Crossed::Waits,
        ..all_stopped_by(Sides::Neither, BASE.request)
    },
    block: CLEARS_NOTHING,
    ..with_gate(Sides::Target, Sides::Neither, TOLD)
};

/// The signals of a call pass every block.
const WILDFIRE: Policy = Policy {
    call: Gate {
        stopped_by: Sides::Neither,
        needs_listing_by: Sides::Neither,
        notice: TOLD,
    },
    request: RequestRules {
        accept_stopped_by: Sides::Neither,
        crossed: Crossed::Waits,
        ..all_stopped_by(Sides::Target, BASE.request)
    },
    block: CLEARS_NOTHING,
    ..with_gate(Sides::Target, Sides::Neither, TOLD)
};

const MASTODON: Policy = Policy {
    request: RequestRules {
        accept_stopped_by: Sides::Neither,
        initial_mode: RequestMode::Anyone,
        notice: NEUTRAL,
        ..FOLLOWS
    },
    block: BlockRules {
        clears_friends_of: Sides::Both,
        cancels_requests_of: Sides::Target,
    },
    ..with_gate(Sides::Both, Sides::Neither, SILENT)
};

const GOTOSOCIAL: Policy = Policy {
    request: RequestRules {
        notice: NEUTRAL,
        ..FOLLOWS
    },
    ..with_gate(Sides::Both, Sides::Neither, SILENT)
};

const MISSKEY: Policy = Policy {
    request: RequestRules {
        initial_mode: RequestMode::Anyone,
        ..FOLLOWS
    },
    ..with_gate(Sides::Target, Sides::Both, TOLD)
};

const BLUESKY: Policy = Policy {
    request: RequestRules {
        initial_mode: RequestMode::Anyone,
        ..all_stopped_by(Sides::Neither, FOLLOWS)
    },
    block: BlockRules {
        clears_friends_of: Sides::Neither,
        ..BASE.block
    },
    ..with_gate(Sides::Both, Sides::Target, TOLD)
};

/// Lemmy has messages alone.
const LEMMY: Policy = with_gate(Sides::Target, Sides::Neither, TOLD);

/// XEP-0191 and MongooseIM: a request is a subscription, which is a kind of presence.
const XEP_0191: Policy = Policy {
    presence: Gate {
        stopped_by: Sides::Both,
        needs_listing_by: Sides::Neither,
        notice: TOLD_OF_OWN,
    },
    request: RequestRules {
        notice: TOLD_OF_OWN,
        ..FOLLOWS
    },
    block: CLEARS_NOTHING,
    ..with_gate(Sides::Both, Sides::Neither, NEUTRAL_ABOUT_OTHERS)
};

const PROSODY: Policy = Policy {
    request: XEP_0191.request,
    block: BlockRules {
        clears_friends_of: Sides::Neither,
        cancels_requests_of: Sides::Target,
    },
    ..with_gate(Sides::Both, Sides::Neither, TOLD_OF_OWN)
};

/// Ignoring. A request is an invitation to a direct chat.
const MATRIX: Policy = Policy {
    request: RequestRules {
        notice: SILENT,
        ..all_stopped_by(Sides::Target, BASE.request)
    },
    block: CLEARS_NOTHING,
    ..with_gate(Sides::Target, Sides::Neither, SILENT)
};

const NAKAMA: Policy = Policy {
    request: RequestRules {
        notice: SILENT,
        ..BASE.request
    },
    ..with_gate(Sides::Target, Sides::Neither, NEUTRAL)
};

/// Only friends may message, so a block looks like the end of the friendship.
const STOAT: Policy = with_gate(Sides::Both, Sides::Both, NEUTRAL);

const WIRE: Policy = Policy {
    request: RequestRules {
        accept_stopped_by: Sides::Actor,
        notice: NEUTRAL_ABOUT_OWN,
        ..BASE.request
    },
    block: CLEARS_NOTHING,
    ..with_gate(Sides::Both, Sides::Both, NEUTRAL_ABOUT_OWN)
};

/// Rocket.Chat and Telegram have messages alone.
const ROCKET_CHAT: Policy = with_gate(Sides::Both, Sides::Neither, TOLD);

/// Its cap of 1000 counts friends, requests and blocks together: no limit says that.
const FLUXER: Policy = Policy {
    limits: Limits::NONE,
    ..DISCORD
};

const DISCORD: Policy = Policy {
    request: RequestRules {
        notice: NEUTRAL_ABOUT_OTHERS,
        ..BASE.request
    },
    limits: Limits {
        friends: Some(1000),
        ..Limits::NONE
    },
    ..with_gate(Sides::Both, Sides::Neither, NEUTRAL)
};

/// WhatsApp has messages alone. The limits are those of the Business API.
const WHATSAPP: Policy = Policy {
    limits: Limits {
        blocked: Some(64_000),
        batch: Some(1000),
        ..Limits::NONE
    },
    ..with_gate(Sides::Both, Sides::Neither, TOLD_OF_OWN)
};

/// A request is the first message of a stranger, which has to be accepted.
const SIGNAL: Policy = Policy {
    request: RequestRules {
        notice: TOLD_OF_OWN,
        ..BASE.request
    },
    ..with_gate(Sides::Both, Sides::Neither, TOLD_OF_OWN)
};

const RONGCLOUD: Policy = Policy {
    block: BlockRules {
        clears_friends_of: Sides::Neither,
        ..BASE.block
    },
    ..with_gate(Sides::Target, Sides::Neither, TOLD)
};

const ZIM: Policy = Policy {
    limits: Limits {
        blocked: Some(1000),
        batch: Some(20),
        ..Limits::NONE
    },
    ..RONGCLOUD
};
