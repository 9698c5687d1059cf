"""A small chat server over HTTP: members, contacts, blocks and messages, all in memory.

    python3 toy_server.py [--port N] [--max-blocked N] [--max-contacts N] [--max-invitations N]

| request | what it does |
|---|---|
| PUT /members/ann | ann joins |
| DELETE /members/ann | ann leaves |
| PUT, DELETE /members/ann/blocked/ben | ann blocks ben, or lifts the block |
| PUT, DELETE /members/ann/invited/ben | ann asks ben to be a contact, or takes it back |
| POST /members/ann/inviters/ben/accept | ann accepts what ben asked |
| POST /members/ann/inviters/ben/decline | ann declines it |
| PUT /members/ann/invitable/confirm | whose invitations ann takes: anyone, confirm or nobody |
| DELETE /members/ann/contacts/ben | the two are contacts no more |
| POST /members/ann/messages/ben | ann writes {"text": "hello"} to ben; the reply has an id |
| GET /members/ben/messages/7 | ben reads message 7, if it has arrived |
| GET /members/ann/blocked | a list: blocked, contacts, invited or inviters, in order |
| GET /members/ann/blocked?after=ben&limit=10 | a page of it: at most 10 names after ben |
| POST /clear | removes all members |

A refusal has the status 404 or 409 and a reason: {"refused": "already blocked"}. If ben blocks
ann, ann's messages are accepted and never arrive: ann is not told of the block.

The environment variable TOY_BUG plants one of BUGS, which real servers have had.
"""

import argparse
import itertools
import json
import os
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

BUGS = {
    "message_wrong_way": "a message is stopped by the block of its sender, not of its recipient",
    "invitation_survives": "a block leaves invitations between the two",
    "unblock_both": "lifting a block lifts the other's block as well",
    "check_then_write": "accepting checks under one lock, and writes under another",
}
BUG = os.environ.get("TOY_BUG", "")


class Refused(Exception):
    """A refusal by the rules, with its HTTP status."""

    def __init__(self, why: str, status: int = 409):
        super().__init__(why)
        self.status = status


def refuse_if(condition: bool, why: str) -> None:
    if condition:
        raise Refused(why)


@dataclass
class Member:
    """A member's own lists of names, and the messages that have arrived."""

    blocked: set[str] = field(default_factory=set)
    contacts: set[str] = field(default_factory=set)
    invited: set[str] = field(default_factory=set)
    invitable: str = "confirm"
    messages: dict[int, str] = field(default_factory=dict)


class Chat:
    """The rules. Methods take names, and raise `Refused` before they change anything."""

    def __init__(self, max_blocked: int, max_contacts: int, max_invitations: int):
        self.max_blocked = max_blocked
        self.max_contacts = max_contacts
        self.max_invitations = max_invitations
        self.lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        self.members: dict[str, Member] = {}
        self.message_ids = itertools.count(1)

    def member(self, name: str) -> Member:
        if name not in self.members:
            raise Refused(f"no member {name}", 404)
        return self.members[name]

    def two(self, name: str, other: str) -> tuple[Member, Member]:
        me, them = self.member(name), self.member(other)
        refuse_if(name == other, "that is yourself")
        return me, them

    def join(self, name: str) -> None:
        refuse_if(name in self.members, "the name is taken")
        self.members[name] = Member()

    def leave(self, name: str) -> None:
        self.member(name)
        del self.members[name]
        for other in self.members.values():
            for names in (other.blocked, other.contacts, other.invited):
                names.discard(name)

    def block(self, name: str, other: str) -> None:
        me, them = self.two(name, other)
        refuse_if(other in me.blocked, "already blocked")
        refuse_if(len(me.blocked) >= self.max_blocked, "too many blocked")
        me.blocked.add(other)
        me.contacts.discard(other)
        them.contacts.discard(name)
        if BUG != "invitation_survives":
            me.invited.discard(other)
            them.invited.discard(name)

    def unblock(self, name: str, other: str) -> None:
        me, them = self.two(name, other)
        refuse_if(other not in me.blocked, "not blocked")
        me.blocked.discard(other)
        if BUG == "unblock_both":
            them.blocked.discard(name)

    def invite(self, name: str, other: str) -> None:
        me, them = self.two(name, other)
        refuse_if(other in me.blocked or name in them.blocked, "blocked")
        refuse_if(other in me.contacts, "already a contact")
        refuse_if(other in me.invited, "already invited")
        if name in them.invited:
            self.make_contacts(name, other)
            return
        refuse_if(them.invitable == "nobody", "takes no invitations")
        if them.invitable == "anyone":
            self.make_contacts(name, other)
            return
        refuse_if(len(self.names(other, "inviters")) >= self.max_invitations, "too many wait")
        me.invited.add(other)

    def withdraw(self, name: str, other: str) -> None:
        me, _ = self.two(name, other)
        refuse_if(other not in me.invited, "not invited")
        me.invited.discard(other)

    def accept(self, name: str, other: str) -> None:
        _, them = self.two(name, other)
        refuse_if(name not in them.invited, "no invitation")
        self.make_contacts(name, other)

    def decline(self, name: str, other: str) -> None:
        _, them = self.two(name, other)
        refuse_if(name not in them.invited, "no invitation")
        them.invited.discard(name)

    def set_invitable(self, name: str, by: str) -> None:
        member = self.member(name)
        refuse_if(by not in ("anyone", "confirm", "nobody"), "no such choice")
        member.invitable = by

    def make_contacts(self, name: str, other: str) -> None:
        me, them = self.two(name, other)
        refuse_if(len(me.contacts) >= self.max_contacts, "too many contacts")
        refuse_if(len(them.contacts) >= self.max_contacts, "the other has too many contacts")
        if BUG == "check_then_write":
            # Other requests go on while a server waits for its database.
            self.lock.release()
            time.sleep(0.005)
            self.lock.acquire()
        me.contacts.add(other)
        them.contacts.add(name)
        them.invited.discard(name)

    def remove_contact(self, name: str, other: str) -> None:
        me, them = self.two(name, other)
        refuse_if(other not in me.contacts, "not a contact")
        me.contacts.discard(other)
        them.contacts.discard(name)

    def send(self, name: str, other: str, text: str) -> dict:
        me, them = self.two(name, other)
        message = next(self.message_ids)
        stopped = other in me.blocked if BUG == "message_wrong_way" else name in them.blocked
        if not stopped:
            them.messages[message] = text
        return {"id": message}

    def read(self, name: str, message: str) -> dict:
        messages = self.member(name).messages
        if not message.isdecimal() or int(message) not in messages:
            raise Refused("no such message", 404)
        return {"text": messages[int(message)]}

    def names(self, name: str, which: str) -> list[str]:
        member = self.member(name)
        if which == "inviters":
            return sorted(it for it, other in self.members.items() if name in other.invited)
        return sorted(getattr(member, which))

    def page(self, name: str, which: str, after: str = "", limit: str = "") -> dict:
        names = [it for it in self.names(name, which) if it > after]
        count = int(limit) if limit else len(names)
        return {"members": names[:count], "more": len(names) > count}


LISTS = ("blocked", "contacts", "invited", "inviters")
ROUTES = {
    "PUT members *": Chat.join,
    "DELETE members *": Chat.leave,
    "PUT members * blocked *": Chat.block,
    "DELETE members * blocked *": Chat.unblock,
    "PUT members * invited *": Chat.invite,
    "DELETE members * invited *": Chat.withdraw,
    "POST members * inviters * accept": Chat.accept,
    "POST members * inviters * decline": Chat.decline,
    "PUT members * invitable *": Chat.set_invitable,
    "DELETE members * contacts *": Chat.remove_contact,
    "POST members * messages *": Chat.send,
    "GET members * messages *": Chat.read,
    "POST clear": Chat.clear,
}


class Handler(BaseHTTPRequestHandler):
    """Finds the route of a request: every second part of a path is a name."""

    chat: Chat
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # One packet for each reply.

    def handle_any(self) -> None:
        url = urlsplit(self.path)
        parts = [unquote(part) for part in url.path.split("/")[1:]]
        route = [part if at % 2 == 0 else "*" for at, part in enumerate(parts)]
        call = ROUTES.get(" ".join([self.command, *route]))
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fields = json.loads(data) if data else {}
        try:
            with self.chat.lock:
                if call:
                    body = call(self.chat, *parts[1::2], **fields)
                elif self.command == "GET" and len(parts) == 3 and parts[2] in LISTS:
                    query = {key: values[0] for key, values in parse_qs(url.query).items()}
                    body = self.chat.page(parts[1], parts[2], **query)
                else:
                    return self.reply(404, {"error": "no such route"})
            self.reply(200, body or {})
        except Refused as refused:
            self.reply(refused.status, {"refused": str(refused)})

    do_GET = do_PUT = do_POST = do_DELETE = handle_any

    def reply(self, status: int, body: dict) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    parser = argparse.ArgumentParser(description="A small chat server, in memory.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--max-blocked", type=int, default=1000)
    parser.add_argument("--max-contacts", type=int, default=3000)
    parser.add_argument("--max-invitations", type=int, default=100)
    parser.add_argument("--stop-with-stdin", action="store_true", help="stop if stdin ends")
    options = parser.parse_args()
    if BUG and BUG not in BUGS:
        parser.error(f"TOY_BUG is {BUG!r}, and may be {', '.join(BUGS)}")

    Handler.chat = Chat(options.max_blocked, options.max_contacts, options.max_invitations)
    server = ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        if options.stop_with_stdin:
            sys.stdin.read()
        else:
            threading.Event().wait()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
