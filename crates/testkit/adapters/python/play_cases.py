"""Plays a file of cases on a server. docs/cases.md has the format."""


class Wrong(AssertionError):
    """A case that the server answers in another way."""


def play(lines, server):
    """Plays cases, and returns how many were compared and how many were not offered.

    The server has three methods:
    - reset() removes every user.
    - apply(operation) carries out an operation, which is JSON text, and returns whether it was
      done; of a batch, a list with an entry for each item. If the server has no such operation, it
      returns None and changes nothing: the player then passes over the cases up to the next begin.
    - ask(question, actor, target) returns whether the actor may do it; None is "not offered".
    """
    compared, passed_over, is_playing = 0, 0, False
    for number, line in enumerate(lines, 1):
        kind, *fields = line.rstrip("\n").split("\t")
        if number == 1 and [kind, *fields[:1]] != ["socialgraph-cases", "1"]:
            raise ValueError("not a file of cases, version 1")
        if kind == "begin":
            server.reset()
            is_playing = True
        if kind not in ("do", "ask"):
            continue

        answer = None
        if is_playing and kind == "do":
            answer = server.apply(fields[0])
            is_playing = answer is not None
        elif is_playing:
            answer = server.ask(*fields[:3])
        if answer is None:
            passed_over += 1
            continue

        expected, notice = fields[1:3] if kind == "do" else fields[4:6]
        answers = answer if isinstance(answer, list) else [answer]
        if not _agrees(answers, expected, notice, kind == "do"):
            raise Wrong(f"line {number}: {line.rstrip()}\nthe server: {answer}")
        compared += 1
    return compared, passed_over


def _agrees(answers, expected, notice, is_operation):
    """Returns whether each item is as expected. A silent refusal of an operation may look done."""
    items = [] if expected == "-" else list(zip(expected.split(";"), notice.split(";")))
    return len(answers) == len(items) and all(
        answer == (item in ("done", "allowed")) or is_operation and seen in ("silent", "?")
        for answer, (item, seen) in zip(answers, items)
    )
