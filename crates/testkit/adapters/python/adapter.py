"""Plays what `socialgraph conform` asks on the toy server of this folder, over HTTP.

To test your own server, copy this file and rewrite what is between the two double lines. The
rest is the protocol of docs/protocol.md.
"""

import http.client
import json
import pathlib
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from subprocess import PIPE, Popen
from urllib.parse import quote

# === Your server ==============================================================================

class Server:
    NAME = "toy server in Python, over HTTP"
    # The kit's name of an operation, and the server's request. What it lacks is left out.
    OPERATIONS = {
        "add_user": "PUT /members/{name}",
        "remove_user": "DELETE /members/{name}",
        "block": "PUT /members/{actor}/blocked/{target}",
        "unblock": "DELETE /members/{actor}/blocked/{target}",
        "send_request": "PUT /members/{actor}/invited/{target}",
        "cancel_request": "DELETE /members/{actor}/invited/{target}",
        "accept_request": "POST /members/{actor}/inviters/{target}/accept",
        "decline_request": "POST /members/{actor}/inviters/{target}/decline",
        "set_request_mode": "PUT /members/{user}/invitable/{mode}",
        "remove_friend_two_way": "DELETE /members/{actor}/contacts/{target}",
    }
    LISTS = {
        "blocklist": "blocked",
        "friends": "contacts",
        "requests_in": "inviters",
        "requests_out": "invited",
    }
    ODD_NAMES = True

    def __init__(self, policy: dict):
        """Starts the server with the limits of the policy. A limit is a number or "none"."""
        program = pathlib.Path(__file__).with_name("toy_server.py")
        command = [sys.executable, str(program), "--stop-with-stdin"]
        names = {"blocked": "blocked", "friends": "contacts", "requests_in": "invitations"}
        limits = {names[it]: limit for it, limit in policy["limits"].items() if it in names}
        command += [f"--max-{it}={limit}" for it, limit in limits.items() if limit != "none"]
        self.process = Popen(command, stdin=PIPE, stdout=PIPE, text=True)
        self.address = self.process.stdout.readline().removeprefix("listening on http://").strip()
        assert self.address, "the server has not started"
        self.of_thread = threading.local()
        self.threads = ThreadPoolExecutor(2)

    def call(self, request: str, body: dict | None = None, **names: str) -> dict | None:
        """Returns the reply's body, or None if the server's rules refuse the request."""
        quoted = {field: quote(name, safe="") for field, name in names.items()}
        method, path = request.format(**quoted).split()
        if not hasattr(self.of_thread, "connection"):
            self.of_thread.connection = http.client.HTTPConnection(self.address, timeout=5)
        self.of_thread.connection.request(method, path, json.dumps(body) if body else None)
        reply = json.load(self.of_thread.connection.getresponse())
        # An error is no refusal: a wrong path, for example.
        if "error" in reply:
            raise RuntimeError(f"{method} {path}: {reply['error']}")
        return None if "refused" in reply else reply

    def reset(self) -> None:
        self.call("POST /clear")

    def apply(self, operation: str) -> bool | None:
        """Returns whether an operation was done; None is "not offered"."""
        name, fields = name_and_fields(operation)
        request = self.OPERATIONS.get(name)
        return request and self.call(request, **fields) is not None

    def ask(self, question: str, actor: str, target: str) -> bool | None:
        """Returns whether a message arrives: sends it, and looks."""
        if question != "message":
            return None
        sent = self.call("POST /members/{a}/messages/{b}", {"text": "hi"}, a=actor, b=target)
        path = "GET /members/{b}/messages/{id}"
        return bool(sent) and self.call(path, b=target, id=str(sent["id"])) is not None

    def users_on(self, user: str, which: str) -> list[str]:
        return self.call("GET /members/{u}/" + self.LISTS[which], u=user)["members"]

    def page_of(self, user: str, which: str, start: str | None, limit: int) -> dict:
        path = f"GET /members/{{u}}/{self.LISTS[which]}?limit={limit}&after={{after}}"
        page = self.call(path, u=user, after=start or "")
        return {"users": page["members"], "next": page["members"][-1] if page["more"] else None}

    def at_once(self, operations: list[str]) -> list[bool | None]:
        return list(self.threads.map(self.apply, operations))


# === The protocol =============================================================================

def name_and_fields(operation: str) -> tuple[str, dict]:
    """Returns the kit's name of an operation, which is JSON, and its fields."""
    [(name, fields)] = json.loads(operation).items()
    if name != "act":
        return name, fields
    action = fields["action"]
    if isinstance(action, dict):  # {"add_friend": "one_way"}
        action = "_".join(*action.items())
    return action, {"actor": fields["actor"], "target": fields["target"]}


def reply_of(field: str, result: bool | None) -> dict:
    return {"not_offered": True} if result is None else {field: result}


ANSWERS = {
    # What the server offers. What is not named here is never asked.
    "hello": lambda server, _: {
        "protocol": 1,
        "name": server.NAME,
        "operations": list(server.OPERATIONS),
        "questions": ["message"],
        "lists": list(getattr(server, "LISTS", [])),
        "pages": hasattr(server, "page_of"),
        "at_once": hasattr(server, "at_once"),
        "odd_names": getattr(server, "ODD_NAMES", False),
    },
    "reset": lambda server, _: server.reset() or {},
    "apply": lambda server, it: reply_of("done", server.apply(json.dumps(it))),
    "ask": lambda server, it: reply_of("allowed", server.ask(**it)),
    "list": lambda server, it: {"users": server.users_on(it["user"], it["list"])},
    "page": lambda server, it: server.page_of(it["user"], it["list"], it["from"], it["limit"]),
    "at_once": lambda server, it: {
        "both": [reply_of("done", done) for done in server.at_once([*map(json.dumps, it)])]
    },
}


def main() -> None:
    for line in sys.stdin.buffer:
        [(request, body)] = json.loads(line).items()
        try:
            if request == "hello":
                server = Server(body["policy"])
            reply = ANSWERS[request](server, body)
        except RuntimeError as error:  # Any other exception ends this process, and is shown too.
            reply = {"error": str(error)}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
