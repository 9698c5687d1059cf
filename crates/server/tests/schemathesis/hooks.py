"""What schemathesis cannot be told in schemathesis.toml."""

import pathlib
import secrets

import schemathesis

# The position of the description's examples, which no server reaches, and one that is reached.
EXAMPLE = "00000000deadbeef-4711"
REACHED = pathlib.Path("positions").read_text().strip().strip('"')


@schemathesis.hook
def before_call(context, case, **kwargs):
    """Puts positions of the server into the examples, so that the server gets on to the rest."""
    for values, name in [
        (case.query, "at_least"),
        (case.query, "after"),
        (case.headers, "Last-Event-ID"),
    ]:
        if values and values.get(name) == EXAMPLE:
            values[name] = REACHED

    key = case.headers.get("Idempotency-Key") if case.headers else None
    if key and key.startswith(EXAMPLE):
        case.headers["Idempotency-Key"] = f"{REACHED}-{secrets.token_hex(16)}"
    # The coverage phase makes headers of letters and digits alone, and a key has hyphens: all of
    # its requests would be refused for their key. Those that are about the key stay.
    if key == "" and not is_about_headers(case):
        del case.headers["Idempotency-Key"]

    # A user has no relation with themselves, which no schema can say.
    query = case.query or {}
    if case.path == "/v1/relation" and is_positive(case) and query["actor"] == query["target"]:
        query["target"] = "ben" if query["actor"] == "ann" else "ann"


def is_positive(case):
    return case.meta is not None and case.meta.generation.mode.value == "positive"


def is_about_headers(case):
    data = getattr(case.meta.phase, "data", None) if case.meta else None
    return getattr(data, "parameter_location", None) == "header"


@schemathesis.hook
def map_body(context, body):
    """Writes 1.0 as 1: both are integers for JSON Schema, but the server reads digits alone."""
    if isinstance(body, float) and body.is_integer():
        return int(body)
    if isinstance(body, list):
        return [map_body(context, item) for item in body]
    if isinstance(body, dict):
        return {name: map_body(context, value) for name, value in body.items()}
    return body
