"""A client of `/v1`, in Python 3.9 without packages. A `Graph` is for one thread."""
import http.client, json, secrets, time, urllib.error, urllib.request

AGAIN = (408, 429, 500, 503)  # after these statuses, the same request may succeed
LOST = (OSError, http.client.HTTPException)  # no answer, half of one, or one of AGAIN


class Problem(Exception):
    """The server's refusal: `error.args[0]["code"]` is for programs."""


class Graph:
    def __init__(self, url="http://127.0.0.1:8080", token=None):
        self.url, self.auth = url, {"Authorization": f"Bearer {token}"} if token else {}
        self.position = json.load(self.open("/v1/position"))["position"]

    def open(self, path, body=None, **headers):
        headers |= self.auth | {"Content-Type": "application/json"}
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self.url + path, data, headers)
        try:
            return urllib.request.urlopen(request, timeout=40)  # a heartbeat comes every 15 s
        except urllib.error.HTTPError as error:
            if error.code in AGAIN or "problem+json" not in error.headers.get_content_type():
                raise  # it is one of LOST
            raise Problem(json.load(error)) from None

    def decide(self, question, actor, target):
        ask = {"questions": [{"question": question, "actor": actor, "target": target}]}
        return json.load(self.open(f"/v1/decide?at_least={self.position}", ask))["decisions"][0]

    def operate(self, operations, all_or_nothing=False):
        key = f"{self.position}-{secrets.token_hex(16)}"  # the same for each attempt
        body = {"operations": operations, "all_or_nothing": all_or_nothing}
        for _ in range(60):
            try:
                reply = json.load(self.open("/v1/operations", body, **{"Idempotency-Key": key}))
                self.position = reply["position"]
                return reply["outcomes"]
            except LOST:
                time.sleep(1)
        raise TimeoutError(f"it is unknown whether {key} was carried out")

    def follow(self, after):
        while True:  # from here it goes on behind the last whole event
            try:
                event = {}
                for line in self.open("/v1/changes", **{"Last-Event-ID": after}):
                    field, _, value = line.decode().rstrip("\n").partition(": ")
                    event[field] = value
                    if field == "" and "data" in event:
                        kind, data, event = event.get("event"), json.loads(event["data"]), {}
                        if kind == "problem":  # position_gone: read the lists anew
                            raise Problem(data) if data["status"] not in AGAIN else OSError(data)
                        after = data["position"]
                        if kind is None:
                            yield data
            except LOST:
                pass
            time.sleep(1)
