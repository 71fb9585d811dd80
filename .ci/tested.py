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

CONTRACT = Path("docs/contract/process.md")
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
    found = {code: text for code, text in ENTRY.findall(CONTRACT.read_text(encoding="utf-8")) if code[0] in letters}
    if not found:
        raise SystemExit(f"{CONTRACT}: has no row such as `| G1 | ... |`: the tables of process 15.2, 15.3 are gone")
    return found


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
    for node in ast.walk(tree):
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
