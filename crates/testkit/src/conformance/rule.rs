//! The rules by number, and their sentences.

use std::fmt;

use socialgraph::Policy;

/// A rule of `docs/semantics.md`, by its number, or by name where it has none.
///
/// It prints as that and its sentence, as the page has them. The sentences are about the
/// profile `tencent_rest`: [`parts_unlike_rest`](Self::parts_unlike_rest) says what another
/// policy has in its place.
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
    /// Whom one may block, and whose a block is.
    R1,
    /// A block ends the friendship.
    R2,
    /// A block cancels requests.
    R3,
    /// No request, acceptance or friend across a block.
    R4,
    /// A block stops messages to the blocker.
    R5,
    /// Two blocks stop messages both ways.
    R6,
    /// Lifting a block brings nothing back.
    R7,
    /// Blocking or unblocking twice.
    R8,
    /// Oneself, and users who are not known.
    R9,
    /// Opposite requests.
    R10,
    /// Request modes and bars.
    R11,
    /// Messages without friendship.
    R12,
    /// Silence about blocks.
    R13,
    /// Batches.
    R14,
    /// Limits.
    R15,
    /// Every reason is reported.
    R16,
    /// When a request can be sent, answered and cancelled.
    Requests,
    /// When a friend can be added and removed.
    Friends,
    /// Users who come and go.
    Users,
    /// Listing by pages while others write.
    Paging,
}

impl Rule {
    /// Every rule, in order.
    pub const ALL: [Self; 20] = [
        Self::R1,
        Self::R2,
        Self::R3,
        Self::R4,
        Self::R5,
        Self::R6,
        Self::R7,
        Self::R8,
        Self::R9,
        Self::R10,
        Self::R11,
        Self::R12,
        Self::R13,
        Self::R14,
        Self::R15,
        Self::R16,
        Self::Requests,
        Self::Friends,
        Self::Users,
        Self::Paging,
    ];

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
            Self::R1 => {
                "A may block any other user, up to R15's limit. The block is A's alone: it says nothing of B's blocklist, and only A can lift it."
            }
            Self::R2 => {
                "A block removes A and B from each other's friend lists, in both directions."
            }
            Self::R3 => {
                "A block cancels any friend request pending between the two, in either direction."
            }
            Self::R4 => {
                "If A blocks B or B blocks A, neither can send the other a friend request, accept one, or be added to the other's friend list in any other way, an import or an admin's act included."
            }
            Self::R5 => {
                "B may not message A while A blocks B. A may message B, unless B blocks A too."
            }
            Self::R6 => "If each blocks the other, neither may message the other.",
            Self::R7 => {
                "Lifting a block allows again what it forbade, and brings back neither friendship nor request."
            }
            Self::R8 => {
                "Blocking someone who is blocked already changes nothing and says so (`AlreadyBlocked`); lifting a block that is not there likewise (`NotBlocked`)."
            }
            Self::R9 => {
                "Nobody blocks, befriends, requests or messages themselves, or someone unknown."
            }
            Self::R10 => {
                "A friend request to someone who has a request pending to you accepts theirs."
            }
            Self::R11 => {
                "A user takes requests from anyone at once, on confirmation, or from nobody; an admin may bar a user from sending requests."
            }
            Self::R12 => "No friendship is needed to message; a policy may demand one.",
            Self::R13 => {
                "A refusal to message because of a block is silent (the sender sees success, nothing is delivered) or told, by policy. The engine always knows the reason. The Tencent profiles are silent. A refused request is always told."
            }
            Self::R14 => {
                "A batch names at most 1000 users; more is refused whole, before anything changes. Each item gets its own result, in order; a name that is repeated is judged again on its second turn."
            }
            Self::R15 => {
                "Limits a user: 1000 blocked users, 3000 friends, 100 requests waiting for an answer. At the limit the operation is refused, exactly at the one that would not fit."
            }
            Self::R16 => {
                "Where several reasons refuse, all are reported, in the order of the table of reasons below: the actor's own block, the target's block, then the rest."
            }
            Self::Requests => {
                "A request is sent where none of the actor's is pending and the two are not friends; it is accepted, declined or cancelled where it is pending."
            }
            Self::Friends => {
                "A friend is added where an entry is missing and removed where one is there; two who are friends have no request pending between them."
            }
            Self::Users => {
                "A name is 1 to 255 bytes and one user's at a time. Who joins starts from nothing; who is removed takes everything along."
            }
            Self::Paging => {
                "Whoever is on a list the whole time is met exactly once, whatever is written between two pages."
            }
        }
    }

    /// Returns the parts of a policy that this rule follows and in which the policy differs from
    /// `tencent_rest`, which the sentence is about.
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
        let own = |policy| {
            parts(policy)
                .into_iter()
                .filter(|part| part.0.contains(&self))
        };
        let pairs = own(policy).zip(own(&Policy::tencent_rest()));
        let unlike = pairs.filter(|((.., here), (.., rest))| here != rest);
        unlike
            .map(|((_, name, here), _)| format!("`{name}` is {here}"))
            .collect()
    }

    /// Returns the rule's number as the page has it, or its name where it has none.
    const fn number(self) -> &'static str {
        match self {
            Self::R1 => "R1",
            Self::R2 => "R2",
            Self::R3 => "R3",
            Self::R4 => "R4",
            Self::R5 => "R5",
            Self::R6 => "R6",
            Self::R7 => "R7",
            Self::R8 => "R8",
            Self::R9 => "R9",
            Self::R10 => "R10",
            Self::R11 => "R11",
            Self::R12 => "R12",
            Self::R13 => "R13",
            Self::R14 => "R14",
            Self::R15 => "R15",
            Self::R16 => "R16",
            Self::Requests => "Requests",
            Self::Friends => "Friends",
            Self::Users => "Users",
            Self::Paging => "Paging",
        }
    }
}

/// Returns each part of a policy with the rules that follow it, its name and what it says.
fn parts(policy: &Policy) -> [(&'static [Rule], &'static str, String); 11] {
    let Policy { limits, .. } = policy;
    let limit = |limit: Option<u32>| limit.map_or("none".to_owned(), |most| most.to_string());
    [
        (
            &[Rule::R5, Rule::R6],
            "message_stopped_by",
            said(policy.message_stopped_by),
        ),
        (
            &[Rule::R12],
            "message_needs_listing_by",
            said(policy.message_needs_listing_by),
        ),
        (
            &[Rule::R13],
            "notice_of_blocked_message",
            said(policy.notice_of_blocked_message),
        ),
        (
            &[Rule::R4],
            "request_stopped_by",
            said(policy.befriending_stopped_by),
        ),
        (
            &[Rule::R2],
            "block_clears_friends_of",
            said(policy.block_clears_friends_of),
        ),
        (
            &[Rule::R3],
            "block_cancels_requests_of",
            said(policy.block_cancels_requests_of),
        ),
        (
            &[Rule::R11],
            "initial_request_mode",
            said(policy.initial_request_mode),
        ),
        (&[Rule::R15], "limits.blocked", limit(limits.blocked)),
        (&[Rule::R15], "limits.friends", limit(limits.friends)),
        (
            &[Rule::R15],
            "limits.requests_in",
            limit(limits.requests_in),
        ),
        (&[Rule::R14], "limits.batch", limit(limits.batch)),
    ]
}

fn said(part: impl fmt::Debug) -> String {
    format!("{part:?}")
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.number(), self.sentence())
    }
}
