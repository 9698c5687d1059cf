//! `friend_*` that change friend lists.

use super::checks::check_admin;
use super::records::{Friend, Pair};
use super::session::Session;
use super::{Service, Update};
use crate::failure::{Cause, Failure, success};
use crate::wire::{
    AddFriendItem, AddType, BareResponse, BatchResponse, DeleteType, FriendAdd, FriendDelete,
    FriendDeleteAll, FriendImport, FriendResponse, FriendUpdate, ImportFriendItem, Request,
    ResponseAction, ResponseFriendItem, TagItem, UpdateItem,
};
use socialgraph::{Action, Effect, Fact, Reason, UserId, Ways};

/// How `friend_add` makes friends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Adding {
    /// By asking.
    Request,
    /// On the asking user's list alone, which asks nobody.
    OneWay,
    /// By an admin, who asks nobody.
    Forced(Ways),
}

impl Update for FriendAdd {
    fn perform(&self, session: &mut Session<'_>) -> Result<BatchResponse, Failure> {
        let adding = self.adding(session)?;
        let from = session.begin(&self.from_account, self.add_friend_item.len())?;
        if matches!(adding, Adding::Forced(_)) {
            session.log.force();
        }
        Ok(session.each(
            &self.add_friend_item,
            |item| &item.to_account,
            |session, item| session.add_friend(adding, from, item),
        ))
    }
}

impl FriendAdd {
    fn adding(&self, session: &Session<'_>) -> Result<Adding, Failure> {
        let add_type = self.add_type.unwrap_or(AddType::Both);
        match (self.force_add_flags.unwrap_or(0), add_type) {
            (0, AddType::Both) => Ok(Adding::Request),
            (0, AddType::Single) => Ok(Adding::OneWay),
            (1, add_type) => {
                check_admin(session.caller, Self::COMMAND)?;
                Ok(Adding::Forced(match add_type {
                    AddType::Single => Ways::OneWay,
                    AddType::Both => Ways::TwoWay,
                }))
            }
            (flags, _) => {
                let detail = format!("ForceAddFlags is {flags}, and 0 or 1 is asked for");
                Err(Failure::decode(Self::COMMAND, detail))
            }
        }
    }
}

impl Session<'_> {
    /// Adds one friend, or asks for it. A request that waits is a code of its own.
    fn add_friend(
        &mut self,
        adding: Adding,
        from: UserId,
        item: &AddFriendItem,
    ) -> Result<(), Cause> {
        let friend = self.with_room(from, item.try_into()?)?;
        let action = match adding {
            Adding::Request => Action::SendRequest,
            Adding::OneWay => {
                self.check_not_barred(from, &item.to_account)?;
                Action::AddFriend(Ways::OneWay)
            }
            Adding::Forced(ways) => Action::AddFriend(ways),
        };
        let change = self.act(action, from, &item.to_account, &friend)?;
        let waits = change.effects().contains(Effect::ActorRequestSent);
        if waits { Err(Cause::Pending) } else { Ok(()) }
    }

    /// Checks that the engine would not refuse a request because of a bar.
    fn check_not_barred(&self, from: UserId, to: &str) -> Result<(), Cause> {
        let graph = &self.service.graph;
        let reasons = match self.service.find(to)? {
            Some(to) => graph.can_send_friend_request(from, to).reasons(),
            None => self.service.reasons_against_request_to_newcomer(from),
        };
        if reasons.contains(Reason::ActorBarred) {
            Err(Cause::of(reasons))
        } else {
            Ok(())
        }
    }

    /// Checks that the friend lists that a friend is to go on are there, or fit.
    fn with_room(&self, owner: UserId, friend: Friend) -> Result<Friend, Cause> {
        let room = self
            .service
            .records
            .has_room_for(Some(owner), &friend.groups);
        if room {
            Ok(friend)
        } else {
            Err(Cause::GroupsFull)
        }
    }
}

impl Update for FriendImport {
    fn perform(&self, session: &mut Session<'_>) -> Result<BatchResponse, Failure> {
        check_admin(session.caller, Self::COMMAND)?;
        let from = session.begin(&self.from_account, self.add_friend_item.len())?;
        Ok(session.each(
            &self.add_friend_item,
            |item| &item.to_account,
            |session, item: &ImportFriendItem| {
                let friend = session.with_room(from, item.try_into()?)?;
                let import = Action::AddFriend(Ways::OneWay);
                session
                    .act(import, from, &item.to_account, &friend)
                    .map(drop)
            },
        ))
    }
}

impl Update for FriendUpdate {
    fn perform(&self, session: &mut Session<'_>) -> Result<BatchResponse, Failure> {
        let from = session.begin(&self.from_account, self.update_item.len())?;
        Ok(session.each(
            &self.update_item,
            |item| &item.to_account,
            |session, item: &UpdateItem| session.update_friend(from, item),
        ))
    }
}

impl Session<'_> {
    fn update_friend(&mut self, from: UserId, item: &UpdateItem) -> Result<(), Cause> {
        let pair = Pair::new(from, self.friend_of(from, &item.to_account)?);
        let before = self
            .service
            .records
            .friend(pair)
            .cloned()
            .unwrap_or_default();
        let after = updated(before.clone(), &item.sns_item)?;
        let after = self.with_room(from, after)?;
        self.change_friend(pair, &before, after);
        Ok(())
    }

    /// Finds an account that a user lists as a friend.
    pub(super) fn friend_of(&self, owner: UserId, name: &str) -> Result<UserId, Cause> {
        let friend = self.service.find(name)?.ok_or(Cause::NotFriend)?;
        let relation = self.service.graph.relation(owner, friend)?;
        if relation.holds(Fact::ActorLists) {
            Ok(friend)
        } else {
            Err(Cause::NotFriend)
        }
    }
}

fn updated(mut friend: Friend, items: &[TagItem]) -> Result<Friend, Cause> {
    for item in items {
        friend.set(item)?;
    }
    Ok(friend)
}

impl Update for FriendDelete {
    fn perform(&self, session: &mut Session<'_>) -> Result<BatchResponse, Failure> {
        let from = session.begin(&self.from_account, self.to_account.len())?;
        let delete = Action::RemoveFriend(ways(self.delete_type));
        Ok(session.each(
            &self.to_account,
            |to| to,
            |session, to| {
                let to = session.service.find(to)?.ok_or(Cause::NotFriend)?;
                session
                    .act_on(delete, from, to, &Friend::default())
                    .map(drop)
            },
        ))
    }
}

/// One-way where it is left out: `friend_delete_all` says so, `friend_delete` does not.
fn ways(delete_type: Option<DeleteType>) -> Ways {
    match delete_type {
        None | Some(DeleteType::Single) => Ways::OneWay,
        Some(DeleteType::Both) => Ways::TwoWay,
    }
}

impl Update for FriendDeleteAll {
    fn perform(&self, session: &mut Session<'_>) -> Result<BareResponse, Failure> {
        Service::check_acting(session.caller, Self::COMMAND, &self.from_account)?;
        let from = session.actor(&self.from_account)?;
        let delete = Action::RemoveFriend(ways(self.delete_type));
        let friends = session
            .service
            .graph
            .friends(from)
            .map(|list| list.iter().collect());
        for friend in friends.unwrap_or_else(|_| Vec::new()) {
            // Whoever is on the list can be taken off it.
            let removed = session.act_on(delete, from, friend, &Friend::default());
            debug_assert!(removed.is_ok(), "{removed:?}");
        }
        Ok(BareResponse {
            envelope: success(Self::COMMAND),
        })
    }
}

impl Update for FriendResponse {
    fn perform(&self, session: &mut Session<'_>) -> Result<BatchResponse, Failure> {
        let from = session.begin(&self.from_account, self.response_friend_item.len())?;
        Ok(session.each(
            &self.response_friend_item,
            |item| &item.to_account,
            |session, item| session.respond(from, item),
        ))
    }
}

impl Session<'_> {
    fn respond(&mut self, from: UserId, item: &ResponseFriendItem) -> Result<(), Cause> {
        let to = self
            .service
            .find(&item.to_account)?
            .ok_or(Cause::NoRequest)?;
        match item.response_action {
            ResponseAction::AgreeAndAdd => {
                let friend = self.with_room(from, item.try_into()?)?;
                self.act_on(Action::AcceptRequest, from, to, &friend)
                    .map(drop)
            }
            ResponseAction::Agree => self.agree(from, to),
            ResponseAction::Reject => self
                .act_on(Action::DeclineRequest, from, to, &Friend::default())
                .map(drop),
        }
    }

    /// Puts the answering user on the list of the one who asked, and not the other way round.
    ///
    /// The engine knows no such answer: it is an entry on the other's list, then an end of
    /// the request, unless the entry has made the friendship two-way and so ended it.
    fn agree(&mut self, from: UserId, to: UserId) -> Result<(), Cause> {
        let relation = self.service.graph.relation(from, to)?;
        if !relation.holds(Fact::TargetRequested) {
            return Err(Cause::NoRequest);
        }
        let asked = self
            .service
            .records
            .request(Pair::new(to, from))
            .cloned()
            .unwrap_or_default();
        if relation.holds(Fact::TargetLists) {
            self.noted(Pair::new(to, from), asked);
        } else {
            let add = Action::AddFriend(Ways::OneWay);
            self.act_on(add, to, from, &asked).map_err(Cause::flip)?;
        }
        if self
            .service
            .graph
            .relation(from, to)?
            .holds(Fact::TargetRequested)
        {
            self.act_on(Action::DeclineRequest, from, to, &Friend::default())?;
        }
        Ok(())
    }
}
