"""Runs the examples of docs/http.md with the real curl, in order, and compares their output.

    page.py PAGE PLAIN TOKENS [--write]

PLAIN and TOKENS are the addresses of two servers, in the place of those on the page. With
--write, the outputs on the page become those that came.
"""

import json, re, subprocess, sys

# A block of shell, and the block of output behind it if there is one.
EXAMPLE = re.compile(r"^```sh\n(.*?)^```\n(?:\n```(json|text)\n(.*?)^```\n)?", re.M | re.S)
# A position's epoch, unless it is one that no server has.
EPOCH = re.compile(r"\b(?!00000000)[0-9a-f]{16}-(?=\d)")
TIMEOUT = 28  # the status of curl after --max-time
WIDTH = 100


def bare(kind, output):
    """Returns an output without what differs from run to run or is there for the reader."""
    output = EPOCH.sub("EPOCH-", output)
    output = re.sub(r'"time":\s*\d+', '"time":TIME', output)
    output = re.sub(r"^date: .*\n", "", output, flags=re.M)
    if kind == "json":
        # White space outside texts.
        output = re.sub(r'("(?:\\.|[^"\\])*")|\s+', lambda it: it[1] or "", output)
    return "\n".join(line.rstrip() for line in output.strip().splitlines())


def broken(value, indent=""):
    """Returns JSON with line breaks where a line would be long."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= WIDTH or not isinstance(value, (dict, list)) or not value:
        return line
    inner = indent + "  "
    if isinstance(value, dict):
        items = [f"{json.dumps(key)}: {broken(it, inner)}" for key, it in value.items()]
    else:
        items = [broken(it, inner) for it in value]
    begin, end = "{}" if isinstance(value, dict) else "[]"
    return f"{begin}\n{inner}" + f",\n{inner}".join(items) + f"\n{indent}{end}"


class Shell:
    """Runs commands that see the variables of those before."""

    def __init__(self):
        self.variables = ""

    def run(self, commands):
        script = f"set -a\n{self.variables}\n{commands}\nstatus=$?\n"
        script += 'export -p >variables; exit "$status"'
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
        with open("variables") as file:
            kept = [line for line in file if re.match(r"declare -x (EPOCH|KEY)=", line)]
        self.variables = "".join(kept)
        return done


def main(page, plain, tokens, write=False):
    with open(page) as file:
        text = file.read()
    shell, commands = Shell(), 0

    def example(match):
        nonlocal commands
        command, kind, expected = match.groups()
        if "curl " not in command:
            if command.startswith("KEY="):
                shell.run(command)
            return match[0]
        command = command.replace("http://127.0.0.1:8080", plain)
        command = command.replace("http://127.0.0.1:8081", tokens)
        done = shell.run(command)
        allowed = (0, TIMEOUT) if "--max-time" in command else (0,)
        assert done.returncode in allowed, f"status {done.returncode}: {command}{done.stderr}"
        commands += len(re.findall(r"\bcurl ", command))
        output = done.stdout.replace("\r", "")
        if write and kind:
            if kind == "json":
                output = broken(json.loads(output))
            output = EPOCH.sub("d8feaed9f3b9a9e1-", output).strip()
            return match[0].replace(f"```{kind}\n{expected}```", f"```{kind}\n{output}\n```")
        expected = bare(kind, expected or "")
        assert bare(kind, output) == expected, f"{command}\n{output}\nis not on the page"
        return match[0]

    written = EXAMPLE.sub(example, text)
    if write:
        with open(page, "w") as file:
            file.write(written)
    assert commands > 25, f"{commands} commands"
    print(f"{commands} commands of curl, each with the output of the page")


main(*sys.argv[1:4], write="--write" in sys.argv)
