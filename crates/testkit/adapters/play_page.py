"""Does what a page tells its reader to do, and compares what is printed with the page.

    python3 play_page.py [--bless] [--only TEXT] SOCIALGRAPH PAGE

A block in the language `console` has commands after `$ `, each with its output below. They run in
a new folder from which the repository's folders can be seen. A command that ends with ` &` goes on
until `$ kill %1`, and its first line of output is compared. `$ echo $?` prints the status of the
command before. A block in the language `python` takes the place of what is between the double
lines of my_adapter.py; if it is indented, it is added there. With --bless, the page gets the
output. With --only, commands without the text stay as they are: something else checks them.
"""

import argparse
import difflib
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
PORT = "7407"  # The page's port, in whose place a free one is used.


def free_port() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


class Reader:
    """A reader of the page, with a folder and a shell."""

    def __init__(self, folder: pathlib.Path, program: pathlib.Path):
        self.folder = folder
        self.port = free_port()
        self.status = 0
        self.commands = 0
        self.background: subprocess.Popen | None = None
        self.code: list[str] = []
        for name in ("crates", "docs"):
            (folder / name).symlink_to(ROOT / name)
        (folder / ".bin").mkdir()
        (folder / ".bin" / "socialgraph").symlink_to(program.resolve())
        path = f"{folder / '.bin'}{os.pathsep}{os.environ['PATH']}"
        self.environment = {**os.environ, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1"}

    def run(self, command: str) -> list[str]:
        """Runs a command, and returns the lines that it prints."""
        if command == "echo $?":
            return [str(self.status)]
        self.commands += 1
        if command == "kill %1":
            self.stop()
            return []

        arguments = ["bash", "-c", command.replace(PORT, self.port)]
        if command.endswith(" &"):
            arguments[2] = "exec env " + arguments[2].removesuffix(" &")
        process = subprocess.Popen(
            arguments,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if command.endswith(" &"):
            self.background = process
            output = process.stdout.readline()
        else:
            output, _ = process.communicate()
            self.status = process.returncode
        return output.replace(self.port, PORT).splitlines()

    def stop(self) -> None:
        if self.background:
            self.background.send_signal(signal.SIGTERM)
            self.background.wait()
            self.background.stdout.close()
            self.background = None

    def rewrite_adapter(self, code: list[str]) -> None:
        """Puts code between the double lines of the adapter."""
        is_added = code[0].startswith(" ")
        self.code = [*self.code, "", *code] if is_added else code
        adapter = self.folder / "my_adapter.py"
        parts = re.split(r"^(?=# ===)", adapter.read_text(), flags=re.MULTILINE)
        before, between, after = parts
        heading = between.splitlines()[0]
        text = "\n".join([heading, "", *self.code, "", "", after])
        adapter.write_text(before + text.replace(PORT, self.port))


def play(page: str, reader: Reader, only: str) -> list[str]:
    """Returns the page's lines, with the output of the commands that contain a text."""
    played: list[str] = []
    language = None
    is_played = False
    code: list[str] = []
    for line in page.splitlines():
        if line.startswith("```"):
            if language == "python":
                reader.rewrite_adapter(code)
            language = None if language is not None else line.removeprefix("```")
            is_played = False
            code = []
        elif language == "python":
            code.append(line)
        elif language == "console":
            if line.startswith("$ "):
                is_played = only in line
                played.append(line)
                played += reader.run(line.removeprefix("$ ")) if is_played else []
                continue
            if is_played:
                continue
        played.append(line)
    return played


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bless", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("page", type=pathlib.Path)
    options = parser.parse_args()
    page = options.page
    text = page.read_text()
    with tempfile.TemporaryDirectory() as folder:
        reader = Reader(pathlib.Path(folder), options.program)
        try:
            played = play(text, reader, options.only)
        finally:
            reader.stop()

    if reader.commands == 0:
        print(f"{page} has no commands", file=sys.stderr)
        return 1
    if options.bless:
        page.write_text("\n".join(played) + "\n")
        return 0
    difference = list(difflib.unified_diff(text.splitlines(), played, "page", "run", lineterm=""))
    if difference:
        print("\n".join([f"{page} does not tell what happens:", *difference]), file=sys.stderr)
        return 1
    print(f"{page}: {reader.commands} commands print what it says")
    return 0


if __name__ == "__main__":
    sys.exit(main())
