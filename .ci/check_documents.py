"""Does what the pages say: runs their commands and compares the output, runs their Python, looks up their excerpts.

Only the standard library is used, since the README's first command is what sets everything else up.
"""

from __future__ import annotations

import difflib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from documents import Block, Call, blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMEOUT_S = 600

# What differs from one run to the next and from one machine to the next: the name of the run folder and
# every figure of seconds or rate. All else must match.
VARYING = (
    (re.compile(r"\d{8}T\d{6}Z?-[0-9A-Za-z]+"), "RUN"),
    (re.compile(r" *\d[\d,.]*( ?[kM])?(?= ?(?:[a-z]+ ?)?/ ?s\b)"), " N"),
    (re.compile(r" *\b\d[\d,.]*(?= ?(?:ns|us|µs|ms|s|sec|seconds|min|minutes)\b)"), " N"),
)


def main(pages: list[str]) -> int:
    """Check each page, from the project's root; the exit code is 1 if anything differs."""
    complaints = [complaint for page in pages for complaint in check(Path(page))]
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    print(f"{len(pages)} pages checked, {len(complaints)} complaints")
    return 1 if complaints else 0


def check(page: Path) -> Iterator[str]:
    """Give the complaints about one page, top to bottom; but a page's own set-up comes first, wherever it stands."""
    found = list(blocks(page))
    with tempfile.TemporaryDirectory() as folder:
        for block in sorted(found, key=lambda block: block.mark("command") is None):
            if path := block.mark("file"):
                write_file(Path(folder, path), block)
            if block.language == "console":
                yield from check_console(page, block, Path(folder) if block.mark("run") == "beside" else Path())
            if path := block.mark("from"):
                yield from check_excerpt(page, block, Path(path))
    yield from check_python(page, [block for block in found if block.language == "python" and not block.mark("file")])


def write_file(path: Path, block: Block) -> None:
    """Write what a block says the whole of a file is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*block.lines, ""]), encoding="utf-8")


def check_console(page: Path, block: Block, folder: Path) -> Iterator[str]:
    """Run the commands of a marked block in *folder*; the tests are left to the gate, which runs them last."""
    name = block.mark("command")
    if name == "tests" or (name is None and block.mark("run") is None):
        return
    for call in block.calls():
        print(f"{page}:{block.line}: $ {call.command}", flush=True)
        done = shell(call.command, folder)
        if folder != Path():
            # It has another name each time.
            done.stdout = done.stdout.replace(f"{folder}/", "")
        if name is not None and done.returncode != 0:
            yield f"{page}:{block.line}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
        elif name is None or call.output:
            yield from compare(f"{page}:{block.line}", call, done)


def shell(command: str, folder: Path = Path()) -> subprocess.CompletedProcess[str]:
    """Run *command* as a reader would, with the project's own environment first and nothing of a CI around it."""
    hidden = ("CI", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "FORCE_COLOR")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment |= {"PATH": f"{Path('.venv/bin').resolve()}:{environment['PATH']}", "NO_COLOR": "1", "COLUMNS": "120"}
    return subprocess.run(
        ["bash", "-c", command],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def compare(place: str, call: Call, done: subprocess.CompletedProcess[str]) -> Iterator[str]:
    """Compare the shown with the real output; standard error (progress, hints of pip) is not part of it."""
    shown, real = settled(call.output), settled(done.stdout.splitlines())
    if shown != real:
        difference = difflib.unified_diff(shown, real, "shown", "real", lineterm="")
        errors = done.stderr.splitlines()[-20:]
        yield "\n".join([f"{place}: $ {call.command}", *difference, *errors])


def settled(lines: tuple[str, ...] | list[str]) -> list[str]:
    """Put fixed words where runs differ, and drop blank ends."""
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    for pattern, word in VARYING:
        text = pattern.sub(word, text)
    return text.split("\n")


def check_excerpt(page: Path, block: Block, path: Path) -> Iterator[str]:
    """Complain when the block is not, word for word, a part of the file that it is taken from."""
    if "\n".join(block.lines) not in path.read_text(encoding="utf-8"):
        yield f"{page}:{block.line}: not the text of {path}"


def check_python(page: Path, found: list[Block]) -> Iterator[str]:
    """Run the Python blocks of a page in one namespace, each on the lines that it has in the page."""
    lines: list[str] = []
    for block in found:
        if block.mark("not run") is None:
            lines += [""] * (block.line - 1 - len(lines)) + list(block.lines)
    if not lines:
        return
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, f"{page.stem}.py")
        script.write_text("\n".join([*lines, ""]), encoding="utf-8")
        print(f"{page}: its Python", flush=True)
        done = shell(f"python {script}")
    if done.returncode != 0:
        yield f"{page}: its Python ends with exit code {done.returncode}\n{done.stderr}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
