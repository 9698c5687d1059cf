//! The rules by number, with their sentences.

use std::fmt;

use socialgraph::Policy;

/// Declares the rules: a row has a rule's number, or its name, and its sentence.
macro_rules! rules {
    ($(#[$attribute:meta])* pub enum Rule { $($(#[$doc:meta])* $rule:ident = $sentence:literal,)+ }) => {
        $(#[$attribute])*
        pub enum Rule {
            $($(#[$doc])* $rule,)+
        }

        impl Rule {
            /// Every rule, in order.
            pub const ALL: [Self; [$($sentence),+].len()] = [$(Self::$rule),+];

            /// Returns the rule's number as the page has it, or its name.
            const fn number(self) -> &'static str {
                match self {
                    $(Self::$rule => stringify!($rule),)+
                }
            }

            /// Returns the rule's sentence.
            ///
            /// ```
            /// use socialgraph_testkit::conformance::Rule;
            ///
            /// assert!(Rule::R5.sentence().starts_with("B may not message A while A blocks B."));
            /// ```
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self {
                    $(Self::$rule => $sentence,)+
                }
            }
        }
    };
}

rules! {
    /// A rule of `docs/semantics.md`: by its number, or by its name if it has no number.
    ///
    /// It prints as that and its sentence, exactly as on the page. The sentences describe the
    /// profile `tencent_rest`; [`parts_unlike_rest`](Self::parts_unlike_rest) lists the parts in
    /// which another policy differs.
    ///
    /// ```
    /// use socialgraph_testkit::conformance::Rule;
    ///
    /// assert_eq!(
    ///     Rule::R6.to_string(),
    ///     "R6: If each blocks the other, neither may message the other.",
    /// );
    /// ```
    // May grow with the rules.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    #[non_exhaustive]
    pub enum Rule {
        /// Who can be blocked, and who owns a block.
        R1 = "A may block any other user, up to R15's limit. The block is A's alone: it says \
              nothing of B's blocklist, and only A can lift it.",
        /// A block ends the friendship.
        R2 = "A block removes A and B from each other's friend lists, in both directions.",
        /// A block cancels requests.
        R3 = "A block cancels any friend request pending between the two, in either direction.",
        /// No request, acceptance or new friend across a block.
        R4 = "If A blocks B or B blocks A, neither can send the other a friend request, accept \
              one, or be added to the other's friend list in any other way, an import or an \
              admin's act included.",
        /// A block stops messages to the blocker.
        R5 = "B may not message A while A blocks B. A may message B, unless B blocks A too.",
        /// Two opposite blocks stop messages both ways.
        R6 = "If each blocks the other, neither may message the other.",
        /// Lifting a block restores nothing.
        R7 = "Lifting a block allows again what it forbade, and brings back neither friendship \
              nor request.",
        /// Blocking or unblocking twice.
        R8 = "Blocking someone who is blocked already changes nothing and says so \
              (`AlreadyBlocked`); lifting a block that is not there likewise (`NotBlocked`).",
        /// Actions on oneself and on unknown users.
        R9 = "Nobody blocks, befriends, requests or messages themselves, or someone unknown.",
        /// Opposite requests.
        R10 = "A friend request to someone who has a request pending to you accepts theirs.",
        /// Request modes and bars.
        R11 = "A user takes requests from anyone at once, on confirmation, or from nobody; an \
               admin may bar a user from sending requests.",
        /// Messages without friendship.
        R12 = "No friendship is needed to message; a policy may demand one.",
        /// Silence about blocks.
        R13 = "A refusal to message because of a block is silent (the sender sees success, \
               nothing is delivered) or told, by policy. The engine always knows the reason. The \
               Tencent profiles are silent. A refused request is always told.",
        /// Batches.
        R14 = "A batch names at most 1000 users; more is refused whole, before anything changes. \
               Each item gets its own result, in order; a name that is repeated is judged again \
               on its second turn.",
        /// Limits.
        R15 = "Limits a user: 1000 blocked users, 3000 friends, 100 requests waiting for an \
               answer. At the limit the operation is refused, exactly at the one that would not \
               fit.",
        /// Every reason is reported.
        R16 = "Where several reasons refuse, all are reported, in the order of the table of \
               reasons below: the actor's own block, the target's block, then the rest.",
        /// When a request can be sent, accepted, declined and cancelled.
        Requests = "A request is sent where none of the actor's is pending and the two are not \
                    friends; it is accepted, declined or cancelled where it is pending.",
        /// When a friend can be added and removed.
        Friends = "A friend is added where an entry is missing and removed where one is there; \
                   two who are friends have no request pending between them.",
        /// Users who join and leave.
        Users = "A name is 1 to 255 bytes and one user's at a time. Who joins starts from \
                 nothing; who is removed takes everything along.",
        /// Paging through a list while others write.
        Paging = "Whoever is on a list the whole time is met exactly once, whatever is written \
                  between two pages.",
    }
}

impl Rule {
    /// Returns the parts of a policy that differ from `tencent_rest` and that this rule follows.
    ///
    /// The rule's sentence describes `tencent_rest`.
    ///
    /// ```
    /// use socialgraph::Policy;
    /// use socialgraph_testkit::conformance::Rule;
    ///
    /// assert!(Rule::R5.parts_unlike_rest(&Policy::tencent_keep_friends()).is_empty());
    /// let mutual = Policy::tencent_mutual();
    /// assert_eq!(Rule::R5.parts_unlike_rest(&mutual), ["`message_stopped_by` is Both"]);
    /// ```
    #[must_use]
    pub fn parts_unlike_rest(self, policy: &Policy) -> Vec<String> {
        let mut unlike = Vec::new();

        for (part, rest) in parts(policy).iter().zip(&parts(&Policy::tencent_rest())) {
            if part.rules.contains(&self) && part.value != rest.value {
                unlike.push(format!("`{}` is {}", part.name, part.value));
            }
        }
        unlike
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.number(), self.sentence())
    }
}

/// One part of a policy.
struct Part {
    /// The rules that follow it.
    rules: &'static [Rule],
    name: &'static str,
    value: String,
}

impl Part {
    fn new(rules: &'static [Rule], name: &'static str, value: impl fmt::Debug) -> Self {
        let value = format!("{value:?}");
        Self { rules, name, value }
    }

    fn limit(rules: &'static [Rule], name: &'static str, limit: Option<u32>) -> Self {
        let value = limit.map_or("none".to_owned(), |limit| limit.to_string());
        Self { rules, name, value }
    }
}

/// Returns the parts of a policy that a rule's sentence depends on.
#[rustfmt::skip]
fn parts(policy: &Policy) -> [Part; 11] {
    use Rule::{R2, R3, R4, R5, R6, R11, R12, R13, R14, R15};

    let limits = &policy.limits;
    [
        Part::new(&[R5, R6], "message_stopped_by", policy.message_stopped_by),
        Part::new(&[R12], "message_needs_listing_by", policy.message_needs_listing_by),
        Part::new(&[R13], "notice_of_blocked_message", policy.notice_of_blocked_message),
        Part::new(&[R4], "request_stopped_by", policy.befriending_stopped_by),
        Part::new(&[R2], "block_clears_friends_of", policy.block_clears_friends_of),
        Part::new(&[R3], "block_cancels_requests_of", policy.block_cancels_requests_of),
        Part::new(&[R11], "initial_request_mode", policy.initial_request_mode),
        Part::limit(&[R15], "limits.blocked", limits.blocked),
        Part::limit(&[R15], "limits.friends", limits.friends),
        Part::limit(&[R15], "limits.requests_in", limits.requests_in),
        Part::limit(&[R14], "limits.batch", limits.batch),
    ]
}
