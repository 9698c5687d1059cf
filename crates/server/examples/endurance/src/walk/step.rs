//! The kinds of steps.

use socialgraph::List;

use super::Walk;
use crate::random::Random;

/// Declares [`Step`]. A row has a kind, its name, how often it comes, and what makes it.
macro_rules! steps {
    ($( $kind:ident = $name:literal, $weight:literal, |$walk:ident| $make:expr; )+) => {
        /// A kind of step.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum Step {
            $( $kind, )+
        }

        impl Step {
            const WEIGHTS: &[(Self, u64)] = &[$( (Self::$kind, $weight) ),+];

            pub(super) const fn name(self) -> &'static str {
                match self { $( Self::$kind => $name, )+ }
            }
        }

        impl Walk {
            /// Makes a step.
            pub(super) fn take(&mut self, step: Step) -> Result<(), String> {
                match step {
                    $( Step::$kind => { let $walk = self; $make } )+
                }
            }
        }
    };
}

steps! {
    Operation = "operation", 140, |walk| walk.operations(1);
    Operations = "operations", 60, |walk| walk.operations(20);
    AllOrNothing = "all or nothing", 60, |walk| walk.all_or_nothing();
    PutPolicy = "PUT policy", 6, |walk| walk.put_policy();
    DryRun = "dry run", 12, |walk| walk.dry_run();
    Repetition = "repeated key", 20, |walk| walk.repeat();
    KeyReused = "reused key", 12, |walk| walk.reuse_key();
    Import = "account_import", 30, |walk| walk.import();
    Delete = "account_delete", 6, |walk| walk.delete();
    FriendAdd = "friend_add", 60, |walk| walk.friend_add();
    FriendImport = "friend_import", 30, |walk| walk.friend_import();
    FriendResponse = "friend_response", 30, |walk| walk.friend_response();
    FriendDelete = "friend_delete", 25, |walk| walk.friend_delete();
    FriendDeleteAll = "friend_delete_all", 6, |walk| walk.friend_delete_all();
    BlackListAdd = "black_list_add", 30, |walk| walk.black_list_add();
    BlackListDelete = "black_list_delete", 30, |walk| walk.black_list_delete();
    PortraitSet = "portrait_set", 30, |walk| walk.portrait_set();
    SendMessage = "sendmsg", 40, |walk| walk.send_message();
    BlackListCheck = "black_list_check", 30, |walk| walk.black_list_check();
    FriendCheck = "friend_check", 30, |walk| walk.friend_check();
    BlackListGet = "black_list_get", 20, |walk| walk.black_list_get();
    FriendGet = "friend_get", 15, |walk| walk.friend_get();
    Decide = "decide", 120, |walk| walk.decide();
    Audience = "audience", 30, |walk| walk.audience();
    VisibleSenders = "visible_senders", 30, |walk| walk.visible_senders();
    Conflicts = "conflicts", 30, |walk| walk.conflicts();
    User = "user", 40, |walk| {
        let name = walk.expected.names.any(&mut walk.random);
        walk.user(&name)
    };
    Relation = "relation", 40, |walk| walk.relation();
    List = "list", 50, |walk| {
        let name = walk.expected.names.any(&mut walk.random);
        let list = walk.random.one(&List::ALL);
        walk.list(&name, list)
    };
    ChangingList = "list under changes", 20, |walk| walk.changing_list();
    Users = "users", 12, |walk| walk.users();
    Policy = "GET policy", 12, |walk| walk.policy();
    Position = "position", 12, |walk| walk.position();
    Wrong = "wrong request", 40, |walk| walk.wrong();
    Changes = "changes", 20, |walk| walk.changes();
}

impl Step {
    pub(super) fn all() -> impl Iterator<Item = Self> {
        Self::WEIGHTS.iter().map(|(step, _)| *step)
    }

    /// Returns a kind by chance.
    pub(super) fn any(random: &mut Random) -> Self {
        let all: u64 = Self::WEIGHTS.iter().map(|(_, weight)| weight).sum();
        let mut left = random.below(all);
        for (step, weight) in Self::WEIGHTS {
            match left.checked_sub(*weight) {
                Some(less) => left = less,
                None => return *step,
            }
        }
        Self::Decide
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Step;
    use crate::random::Random;

    #[test]
    fn each_kind_of_step_comes_in_a_short_walk() {
        for seed in 1..=10 {
            let mut random = Random::new(seed);
            let mut counts = BTreeMap::new();
            // A step makes more than one call in the mean, so 3,000 calls have fewer steps.
            for _ in 0..1_500 {
                *counts.entry(Step::any(&mut random)).or_insert(0_u32) += 1;
            }
            for step in Step::all() {
                let count = counts.get(&step).copied().unwrap_or_default();
                println!("seed {seed}: {} {count}", step.name());
                assert!(count > 0, "seed {seed}: {}", step.name());
            }
        }
    }
}
