//! The rules by number, with their sentences.

use std::fmt;

use socialgraph::{Interaction, Policy};

use crate::profile::gate_name;

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
            ///
            /// ```
            /// use socialgraph_analysis::rulebook::Rule;
            ///
            /// assert_eq!((Rule::R5.number(), Rule::Friends.number()), ("R5", "Friends"));
            /// ```
            #[must_use]
            pub const fn number(self) -> &'static str {
                match self {
                    $(Self::$rule => stringify!($rule),)+
                }
            }

            /// Returns the rule's sentence.
            ///
            /// ```
            /// use socialgraph_analysis::rulebook::Rule;
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
    /// use socialgraph_analysis::rulebook::Rule;
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
        /// What an actor learns of a block.
        R13 = "What an actor learns of a block that refuses them is a part of the policy, for their \
               own block and for the other's: silent (they see success, and nothing happens), \
               neutral (a refusal that names no block) or told. The engine always knows the \
               reason. Under the Tencent profiles, messages are silent and requests are told.",
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
        /// Interactions other than the message.
        R17 = "Each way to reach somebody (a message, a call, a group invitation, presence) is an \
               interaction with a gate of its own: whose blocks stop it (R5, R6), whose friend \
               list it needs (R12), and what the actor learns (R13). An interaction that a \
               profile's system does not document follows the message's gate.",
        /// Friendships and follows.
        R18 = "A granted request makes a friendship: each lists the other. By policy it makes a \
               follow instead: the requester lists the target.",
        /// Batches of many actors.
        R25 = "A batch of many actors against one target performs the single actions in order, \
               each with its own result. Its size is the number of actors (R14).",
        /// Another policy.
        R26 = "If a graph adopts another policy, users, settings and lists stay. Limits judge \
               what is added, so a user over a lowered limit keeps what there is and adds \
               nothing. If the policy forbids a relation, each block stays and ends what it would \
               end if it were made anew.",
        /// Another name.
        R27 = "A user who is renamed keeps handle, relations and settings. The name before is \
               free.",
        /// A cleared list.
        R28 = "Clearing a list takes each user off it in the order of handles, as the single \
               action does. The size of a batch does not bound it.",
        /// Two users who become one.
        R29 = "If a user is merged into another, the remaining user gets the relations of both. \
               If the policy forbids a union, blocks win: no block between them and another user \
               is lifted. What could not be kept is reported.",
        /// The other ends of blocks and of entries on friend lists.
        R30 = "Who blocks a user and who lists a user as a friend are lists too, each the other \
               end of the same entries.",
        /// When a request can be sent, accepted, declined and cancelled.
        Requests = "A request is sent if none of the actor's is pending and what it would make is \
            not there; it is accepted, declined or cancelled if it is pending.",
        /// When a friend can be added and removed.
        Friends = "A friend is added if an entry is missing and removed if one is there; no \
            request is pending for what is there already.",
        /// Users who join and leave.
        Users = "A name is 1 to 3,071 bytes and belongs to one user at a time. A new user has no \
            relations; a removed user's relations end.",
        /// Paging through a list while others write.
        Paging = "A user who is on a list the whole time is on exactly one of its pages, even if \
            the list is written between two pages.",
    }
}

impl Rule {
    /// Returns the parts of a policy that differ from `tencent_rest` and that this rule follows.
    ///
    /// The rule's sentence describes `tencent_rest`. Each part goes by its path in a file.
    ///
    /// ```
    /// use socialgraph::Policy;
    /// use socialgraph_analysis::rulebook::Rule;
    ///
    /// let keeping = Policy::tencent_keep_friends();
    /// assert!(Rule::R5.parts_unlike_rest(&keeping).is_empty());
    /// assert_eq!(Rule::R2.parts_unlike_rest(&keeping), ["`block.clears_friends_of` is neither"]);
    /// ```
    #[must_use]
    pub fn parts_unlike_rest(self, policy: &Policy) -> Vec<String> {
        let rest = Policy::tencent_rest();
        let parts = policy.parts_unlike(&rest);
        let followed = parts.filter(|(path, _)| self.follows(path));
        followed
            .map(|(path, value)| format!("`{path}` is {value}"))
            .collect()
    }

    /// Returns whether the rule's sentence depends on the part with this path.
    ///
    /// ```
    /// use socialgraph_analysis::rulebook::Rule;
    ///
    /// assert!(Rule::R12.follows("call.needs_listing_by"));
    /// assert!(!Rule::R12.follows("call.stopped_by"));
    /// ```
    #[must_use]
    pub fn follows(self, path: &str) -> bool {
        let (group, part) = path.split_once('.').unwrap_or((path, ""));
        let is_gate = is_gate(group);

        match self {
            Self::R2 => path == "block.clears_friends_of",
            Self::R3 => path == "block.cancels_requests_of",
            Self::R4 => group == "request" && part.ends_with("stopped_by"),
            Self::R5 | Self::R6 => is_gate && part == "stopped_by",
            Self::R10 => path == "request.crossed",
            Self::R11 => path == "request.initial_mode",
            Self::R12 => is_gate && part == "needs_listing_by",
            Self::R13 => part.starts_with("notice."),
            Self::R14 | Self::R25 => path == "limits.batch",
            Self::R15 => group == "limits" && part != "batch",
            Self::R17 => is_gate && group != "message",
            Self::R18 | Self::Requests | Self::Friends => path == "request.makes",
            Self::R26 => ends_relations(path),
            Self::R29 => {
                ends_relations(path) || matches!(path, "limits.friends" | "limits.requests_in")
            }
            Self::R1
            | Self::R7
            | Self::R8
            | Self::R9
            | Self::R16
            | Self::R27
            | Self::R28
            | Self::R30
            | Self::Users
            | Self::Paging => false,
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.number(), self.sentence())
    }
}

/// Returns whether a part decides what another policy or a merge ends.
fn ends_relations(path: &str) -> bool {
    path.starts_with("block.") || matches!(path, "request.crossed" | "request.makes")
}

/// Returns whether a group of parts is the gate of an interaction.
fn is_gate(group: &str) -> bool {
    Interaction::ALL
        .into_iter()
        .any(|it| gate_name(it) == group)
}

#[cfg(test)]
mod tests {
    use super::Rule;
    use socialgraph::Policy;

    /// A part that a policy gains needs a rule that follows it.
    #[test]
    fn every_part_is_followed_by_a_rule() {
        for (path, _) in Policy::tencent_rest().parts() {
            assert!(Rule::ALL.iter().any(|rule| rule.follows(path)), "{path}");
        }
    }

    #[test]
    fn a_rule_follows_the_parts_of_its_sentence_alone() {
        let followed = |rule: Rule| {
            let rest = Policy::tencent_rest();
            let parts = rest.parts().map(|(path, _)| path);
            parts.filter(|path| rule.follows(path)).collect::<Vec<_>>()
        };
        let stops = [
            "request.stopped_by",
            "request.accept_stopped_by",
            "request.add_stopped_by",
        ];
        assert_eq!(followed(Rule::R4), stops);
        assert_eq!(followed(Rule::R5).len(), 4);
        assert_eq!(followed(Rule::R12).len(), 4);
        assert_eq!(followed(Rule::R13).len(), 5 * 2);
        assert_eq!(followed(Rule::R15).len(), 3);
        assert_eq!(followed(Rule::R17).len(), 3 * 4);
        assert!(
            followed(Rule::R17)
                .iter()
                .all(|path| !path.starts_with("message."))
        );
        assert_eq!(followed(Rule::R18), ["request.makes"]);
        assert_eq!(followed(Rule::R9), [""; 0]);
    }
}
