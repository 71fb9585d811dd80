"""Writes docs/contract/tested.md: what the contract says, line by line, with the tests that exercise it.

The lines are the rows of the original page of the process API, the guarantees G and the branch points N.

It reads the tests and the package without running them. A test claims the rows that it is parametrised with, and an N
or a G by naming it in its docstring, its decorators (the reasons of a litmus table) or in a comment directly above it.
A G is also asserted where it is provided: the message of an `assert` begins with it, or an invariant that is always on
names it. With `--check` nothing is written, and the exit code is 1 where the page is out of date, or where something is
claimed by no test or asserted nowhere.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path("docs/contract/tested.md")
ROWS = Path("tests/api_page/rows.py")
CODE = re.compile(r"\b[NG]\d{1,2}\b")
PLACES_MAX = 6

TITLE = """\
# What is tested of the contract

This page is made by `python .ci/tested.py` from the tests. The gate refuses it where it is out of date or where a line
has no test. The rows are those of the original page of the process API, in English and under the names of its sections;
each runs from Python and from Lua. Where many tests exercise a line, the first are named.
"""

# In the form of the tables of docs/contract/process.md, so that its text can take the place of this one.
CONTRACT = """\
| G1 | one sender's messages to one receiver arrive in their order, whatever their topics, by PID or by name |
| G2 | delivery is causal: what a message caused arrives after it |
| G3 | a send returns after its message was enqueued: an accepted message is in the mailbox at once |
| G4 | the messages of a process come before its EXIT and LINK_DOWN in any common mailbox |
| G5 | all EXIT of a process are enqueued before all its LINK_DOWN |
| G6 | an end unroutes, then releases the names, then leaves the topology, then tells others |
| G7 | monitor and link of a spawn are installed before the child's first step |
| G8 | the name of `with_name` is bound before the child's first step |
| G9 | the queue is flushed before user code in each step, so a queued fatal LINK_DOWN precludes the step's code |
| G10 | whether a LINK_DOWN kills is decided with the value of `trap_links` at the flush |
| G11 | the messages of `with_message` lie together, in the builder's order, before what the spawner sends later |
| G12 | each channel delivers in the order of the mailbox |
| G13 | select picks the first ready case in the order of the list |
| G14 | a process never runs concurrently with itself |
| G15 | of concurrent registers for one name exactly one succeeds |
| G16 | monitor, link, unmonitor and unlink are linearizable with the snapshot that the other's end takes |
| G17 | a dependency is Running before its dependents start, and they have stopped before it stops |
| G18 | a permission is checked before any effect of its call; a denied call has no effect |
| G19 | a new coroutine is queued before its creator is resumed |
| G20 | once terminate has returned true, its target starts no further step |
| N1 | which ready process steps next |
| N2 | the commands of one process between any actions of others |
| N3 | messages of different senders into one mailbox |
| N4 | how many queued events a step sees |
| N5 | the order of EXITs to different watchers |
| N6 | the order of LINK_DOWNs to different peers |
| N7 | others act between the parts of an end |
| N8 | EXIT and LINK_DOWN of one end are drained by one process together or in two steps |
| N9 | the child's first step and the return of its spawn |
| N10 | EXIT of a monitored child and the return of its spawn, as seen by different coroutines of the parent |
| N11 | the child's first step and the abnormal end of its linked parent |
| N12 | only under `weak_with_message`: the messages of a builder, those of others, and the child's first step |
| N13 | terminate and the end of its target's own step |
| N14 | terminate against terminate, cancel or the end of the same target |
| N15 | unmonitor or unlink and the snapshot of the end |
| N16 | monitor or link and the end |
| N17 | send and the end |
| N18 | send by name, release and a new register |
| N19 | register against register, register against the end, unregister against lookup |
| N20 | two spawns with the same `with_name` |
| N21 | set_options and an arriving LINK_DOWN |
| N22 | listen or unlisten and arriving messages of the topic |
| N23 | upgrade and arriving messages |
| N24 | timers of one instant; a timer and a message at the same instant |
| N25 | the order in which waiting commands of one process complete |
| N26 | an enforced cancel deadline and the end at the same instant |
| N27 | the stop of a host: the order of the CANCELs, who ends within the grace, and how each end is classified |
| N28 | starts and stops inside one level of dependencies; retry timers of different services |
| N29 | the jitter of a restart |
| N30 | the end of a caller and that of its call |
| N31 | a change of policies and the scopes that are already held |
| N32 | of two processes that are dying, whose LINK_DOWN reaches a third first |
"""
ENTRY = re.compile(r"^\| ([GN]\d{1,2}) \| ((?:[^|\\]|\\.)+?) \|", re.MULTILINE)


def main(arguments: list[str]) -> int:
    """Write the page, or with ``--check`` compare it; the exit code tells whether all is well."""
    tables, claims, asserted = row_tables(), all_claims(), all_asserted()
    page = render(tables, claims, asserted)
    missing = [f"no test exercises {line}" for line in sorted(uncovered(tables, claims))]
    missing += [f"nothing asserts {code}: {text}" for code, text in codes("G").items() if not asserted.get(code)]
    for line in missing:
        print(line, file=sys.stderr)
    if "--check" not in arguments:
        PAGE.write_text(page, encoding="utf-8")
        return 1 if missing else 0
    stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page
    if stale:
        print(f"{PAGE} is out of date: run `python .ci/tested.py`", file=sys.stderr)
    return 1 if missing or stale else 0


def codes(letters: str = "GN") -> dict[str, str]:
    """Give the text of each guarantee G and each branch point N by its name."""
    return {code: text for code, text in ENTRY.findall(CONTRACT) if code[0] in letters}


def row_tables() -> dict[str, dict[str, dict[str, Any]]]:
    """Give the tables of the rows file by the name of their constant: table, row, what is known of it."""
    tree = ast.parse(ROWS.read_text(encoding="utf-8"))
    constants = (node for node in tree.body if isinstance(node, ast.AnnAssign) and node.value is not None)
    return {ast.unparse(node.target): ast.literal_eval(node.value) for node in constants if node.value is not None}


def notes() -> dict[str, str]:
    """Give what the rows file says below a constant, by its name."""
    body = ast.parse(ROWS.read_text(encoding="utf-8")).body
    return {
        ast.unparse(node.target): str(after.value.value)
        for node, after in pairwise(body)
        if isinstance(node, ast.AnnAssign) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
    }


def all_claims() -> dict[str, list[str]]:
    """Give the tests that claim each word: an N, a G, or the constant of a table in the rows file."""
    claims: dict[str, list[str]] = defaultdict(list)
    for path in sorted([*Path("tests").rglob("test_*.py"), *Path("properties").rglob("*.py")]):
        for test, words in claims_of(path):
            for word in sorted(words):
                claims[word].append(f"`{path.as_posix()}::{test}`")
    return claims


def claims_of(path: Path) -> Iterator[tuple[str, set[str]]]:
    """Give each test of a file with the words that it claims."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and (node.name.startswith("test_") or path.parts[0] == "properties"):
            words = set(CODE.findall(above(lines, node) + (ast.get_docstring(node) or "")))
            for decorator in node.decorator_list:
                words |= decorated(decorator)
            if path.parent == ROWS.parent or words & set(codes()):
                yield node.name, words


def above(lines: list[str], node: ast.FunctionDef) -> str:
    """Give the comment that ends on the line before a test and its decorators."""
    first = min([node.lineno, *[each.lineno for each in node.decorator_list]]) - 1
    last = first
    while first and lines[first - 1].startswith("#"):
        first -= 1
    return "\n".join(lines[first:last]) + "\n"


def decorated(decorator: ast.expr) -> set[str]:
    """Give the words of a decorator: what its texts name, and which constants it uses."""
    words: set[str] = set()
    for node in ast.walk(decorator):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words |= set(CODE.findall(node.value))
        elif isinstance(node, ast.Name):
            words.add(node.id)
    return words


def all_asserted() -> dict[str, list[str]]:
    """Give the places of the package that assert each G: a function with such an assertion, or an invariant's name."""
    asserted: dict[str, list[str]] = defaultdict(list)
    for path in sorted(Path("simcore").rglob("*.py")):
        for place, said in assertions_of(path):
            for code in CODE.findall(said):
                asserted[code].append(f"`{path.as_posix()}`: `{place}`")
    return asserted


def assertions_of(path: Path) -> Iterator[tuple[str, str]]:
    """Give what each assertion and each invariant of a file says, with the place where that is."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for node in ast.walk(function):
            if isinstance(node, ast.Assert) and isinstance(node.msg, ast.Constant):
                yield function.name, str(node.msg.value).partition(":")[0]
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "INVARIANTS" and node.value is not None:
            yield from ((name, said.partition(":")[0]) for name, said in ast.literal_eval(node.value).items())


def uncovered(tables: dict[str, dict[str, dict[str, Any]]], claims: dict[str, list[str]]) -> Iterator[str]:
    """Give what no test claims."""
    yield from (f"{code}: {text}" for code, text in codes().items() if not claims.get(code))
    for constant, parts in tables.items():
        if not claims.get(constant):
            yield from (f"the original page's {table}: {row}" for table, rows in parts.items() for row in rows)


def render(
    tables: dict[str, dict[str, dict[str, Any]]], claims: dict[str, list[str]], asserted: dict[str, list[str]]
) -> str:
    """Give the page."""
    parts, said = [TITLE, "## The original page of the process API\n"], notes()
    for constant, tables_of_it in tables.items():
        for table, rows in tables_of_it.items():
            parts.append(f"### {table}\n\nTests: {places(claims.get(constant, []))}\n")
            parts += [f"{said[constant]}\n"] if constant in said else []
            parts.append("\n".join(f"- `{row}`" for row in rows) + "\n")
    lines = [f"| {code} | {text} | {places(claims.get(code, []))} |" for code, text in codes("N").items()]
    parts.append("## Guarantees\n\n| | what | asserted in | tests |\n|---|---|---|---|")
    parts += [
        f"| {code} | {text} | {', '.join(asserted.get(code, ['nowhere']))} | {places(claims.get(code, []))} |"
        for code, text in codes("G").items()
    ]
    parts.append("\n## Branch points\n\n| | what | tests |\n|---|---|---|\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


def places(tests: list[str]) -> str:
    """Give the first of *tests*, and how many more there are."""
    if not tests:
        return "none"
    more = f" and {len(tests) - PLACES_MAX} more" if len(tests) > PLACES_MAX else ""
    return ", ".join(tests[:PLACES_MAX]) + more


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
