"""Drives follow.py, the client of docs/http.md, while the server is killed and started again.

    drive.py ADDRESS ENOUGH

Goes on until the file ENOUGH exists. Checks that each entry comes once and each operation has one
effect, and that a copy made as docs/http.md says is the graph.
"""

import http.client, json, os, random, secrets, sys, threading, time
from urllib.parse import quote, urlsplit

from follow import LOST, Graph, Problem

ADDRESS, ENOUGH = sys.argv[1:]
NAMES = "abcdefgh"
ACTIONS = ("block", "unblock", "send_request", "accept_request", {"add_friend": "one_way"})
failures, copies, lost = [], [], 0


def number(position):
    return int(position.split("-")[1])


def mirrored(fact):
    """Returns a fact as the other side sees it."""
    side, what = fact.split("_")
    return f"{'target' if side == 'actor' else 'actor'}_{what}"


def is_enough():
    """Returns whether the run may end. A copy has to have begun anew once."""
    return failures or os.path.exists(ENOUGH) and any(it.restarts for it in copies)


class Counted(Graph):
    """Counts the requests without an answer."""

    def open(self, path, body=None, **headers):
        global lost
        try:
            return super().open(path, body, **headers)
        except LOST:
            lost += 1
            raise

    def get(self, path, body=None, **headers):
        while True:
            try:
                return json.load(self.open(path, body, **headers))
            except LOST:
                time.sleep(0.2)


class Copy:
    """A copy of the graph, which the changes keep up."""

    def __init__(self, graph):
        self.restarts = 0
        while not self.begin(graph):
            self.restarts += 1

    def begin(self, graph):
        """Reads users and lists, and applies what came meanwhile. It may have to begin anew."""
        start = graph.get("/v1/position")["position"]
        self.settings, self.facts, self.position = {}, {}, start
        highest = self.read(graph, start)
        if number(highest) == number(start):
            return True
        for entry in graph.follow(start):
            if any(it.keys() & {"user_renamed", "policy_adopted"} for it in entry["changes"]):
                return False
            self.apply(entry)
            if number(self.position) >= number(highest):
                return True

    def read(self, graph, start):
        highest, cursor = start, 0

        def get(path):
            nonlocal highest
            # Others write meanwhile.
            time.sleep(0.005)
            reply = graph.get(f"/v1/{path}&at_least={start}")
            highest = max(highest, reply["position"], key=number)
            return reply

        while cursor is not None:
            page = get(f"users?limit=100&cursor={cursor}")
            cursor = page["next"]
            for name in (it for it in page["users"] if it in NAMES):
                try:
                    user = get(f"user?name={quote(name)}")
                    self.settings[name] = [user["request_mode"], user["request_sending"]]
                    self.read_lists(get, name)
                except Problem as problem:
                    if problem.args[0]["code"] != "unknown_user":
                        raise
        return highest

    def read_lists(self, get, name):
        facts = {"blocklist": "blocks", "friends": "lists", "requests_out": "requested"}
        for kind, fact in facts.items():
            cursor = 0
            while cursor is not None:
                page = get(f"list?user={quote(name)}&list={kind}&limit=2&cursor={cursor}")
                cursor = page["next"]
                for other in page["users"]:
                    self.facts.setdefault((name, other), set()).add(f"actor_{fact}")
                    self.facts.setdefault((other, name), set()).add(f"target_{fact}")

    def apply(self, entry):
        assert number(entry["position"]) > number(self.position), (self.position, entry)
        self.position = entry["position"]
        for change in entry["changes"]:
            [(kind, it)] = change.items()
            getattr(self, kind)(**it)

    def user_added(self, name):
        if name in NAMES:
            self.settings.setdefault(name, ["confirm", "open"])

    def user_removed(self, name):
        self.settings.pop(name, None)

    def users_merged(self, **merged):
        self.settings.pop(merged["from"], None)

    def user_renamed(self, before, name):
        self.settings[name] = self.settings.pop(before)
        pairs = {pair: facts for pair, facts in self.facts.items() if before in pair}
        for (actor, target), facts in pairs.items():
            del self.facts[actor, target]
            rename = lambda it: name if it == before else it
            self.facts[rename(actor), rename(target)] = facts

    def request_mode_changed(self, user, mode):
        if user in self.settings:
            self.settings[user][0] = mode

    def request_sending_changed(self, user, sending):
        if user in self.settings:
            self.settings[user][1] = sending

    def relation_changed(self, actor, target, before, after):
        self.facts[actor, target] = set(after)
        self.facts[target, actor] = {mirrored(fact) for fact in after}

    def state(self):
        return self.settings, {pair: facts for pair, facts in self.facts.items() if facts}


def watched(function):
    """Runs a function in a thread. What it fails with ends the run."""

    def run():
        try:
            function()
        except BaseException as error:
            failures.append(f"{function.__name__}: {error!r}")

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


added, entries = [], []
is_copied = threading.Event()
began = Counted(ADDRESS).position


def join():
    """Adds users, each once: a second effect of an operation would be refused."""
    graph = Counted(ADDRESS)
    while not is_copied.is_set():
        name = f"user {len(added)}"
        assert graph.operate([{"add_user": {"name": name}}]) == [{"done": True}], name
        added.append(name)


class Forgetful(Counted):
    """Loses every second reply to operations."""

    is_next = True

    def open(self, path, body=None, **headers):
        global lost
        response = super().open(path, body, **headers)
        self.is_next = not self.is_next
        if path == "/v1/operations" and self.is_next:
            response.close()
            lost += 1
            raise ConnectionResetError
        return response


def forget():
    """Adds users although replies are lost: an attempt has the same key, and so one effect."""
    graph = Forgetful(ADDRESS)
    while not is_copied.is_set():
        name = f"user {len(added)} of a lost reply"
        assert graph.operate([{"add_user": {"name": name}}]) == [{"done": True}], name
        added.append(name)


def hurry():
    """Sends requests again before there is a reply: some then have two numbers in the log."""
    graph, host = Counted(ADDRESS), urlsplit(ADDRESS).netloc
    while not is_copied.is_set():
        name = f"user {len(added)} in a hurry"
        key = f"{graph.get('/v1/position')['position']}-{secrets.token_hex(16)}"
        body = {"operations": [{"add_user": {"name": name}}]}
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        try:
            connection = http.client.HTTPConnection(host)
            connection.request("POST", "/v1/operations", json.dumps(body), headers)
            connection.close()
        except LOST:
            pass
        reply = graph.get("/v1/operations", body, **headers)
        assert reply["outcomes"] == [{"done": True}], reply
        added.append(name)
        time.sleep(0.02)


def churn():
    """Changes what is between a few users."""
    graph = Counted(ADDRESS)
    some = lambda: random.choice(NAMES)
    while not is_copied.is_set():
        choices = [{"act": {"action": it, "actor": some(), "target": some()}} for it in ACTIONS * 3]
        choices += [{"add_user": {"name": some()}}] * 3
        choices += [
            {"remove_user": {"name": some()}},
            {"merge_users": {"from": some(), "into": some()}},
            {"set_request_mode": {"user": some(), "mode": random.choice(["anyone", "confirm"])}},
            {"set_request_sending": {"user": some(), "sending": random.choice(["open", "barred"])}},
        ]
        operations = random.choices(choices, k=3)
        # Now and then, so that a copy gets ready in between.
        if time.monotonic() % 4 < 0.6 and not is_enough():
            operations.append({"rename_user": {"user": some(), "name": some()}})
        graph.operate(operations)


def follow():
    for entry in Counted(ADDRESS).follow(began):
        entries.append(entry)


writers = [watched(it) for it in (join, forget, hurry, churn)]
watched(follow)
while not is_enough():
    copies.append(Copy(Counted(ADDRESS)))
is_copied.set()
for writer in writers:
    writer.join()
graph = Counted(ADDRESS)
graph.operate([{"add_user": {"name": "the last"}}])
last = graph.position
patience = time.monotonic() + 30
while not entries or entries[-1]["position"] != last:
    assert not failures and time.monotonic() < patience, failures or "the last entry does not come"
    time.sleep(0.05)

numbers = [number(entry["position"]) for entry in entries]
assert numbers == sorted(set(numbers)), "an entry comes twice, or too late"
for entry, again in zip(entries, graph.follow(began)):
    assert entry == again, f"{entry} is {again} later"
    if again["position"] == last:
        break
changes = [it for entry in entries for it in entry["changes"]]
joined = [it["user_added"]["name"] for it in changes if "user_added" in it]
joined = [it for it in joined if it.startswith("user ")]
assert sorted(joined) == sorted(added), "an operation has no effect, or two"

right = Copy(graph)
assert number(right.position) == number(last)
for copy in copies:
    for entry in entries:
        if number(entry["position"]) > number(copy.position):
            copy.apply(entry)
    assert copy.state() == right.state(), f"{copy.state()}\nis not\n{right.state()}"
restarts = sum(it.restarts for it in copies)
gaps = number(last) - number(began) - len(entries)
counts = lost, gaps, len(copies), restarts, len(added)
assert min(counts) > 0, counts
print(
    f"{len(entries)} entries followed, each once; {len(added)} operations with keys, each with one "
    f"effect, {lost} requests without an answer, {gaps} numbers without an event; "
    f"{len(copies)} copies, {restarts} begun anew"
)
