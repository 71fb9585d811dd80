"""Reads the contract's anchors and the citations of them, and tells what does not resolve or has a form of old.

The form stands in `docs/contract/README.md`. Prose is what people read: comments and strings of Python, comments of
Lua, and Markdown outside its fenced blocks. As a command, `citations.py [FOLDER]` prints each complaint with its place.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections import Counter
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGES = {"process": "docs/contract/process.md", "lua": "docs/contract/lua.md"}
FOLDERS = ("simcore", "scenarios", "properties", "reports", "tests", "docs")

# The page that is made of rows of the contract, and the test of this reader, which holds what it has to refuse.
QUOTING = ("docs/contract/tested.md", "tests/api/test_citations.py")

# -- anchors: a section is a heading, a rule a heading or a paragraph, anything else a row of a table or of a list

SECTION = re.compile(r"#{2,4} (?:Appendix )?(\d+(?:\.\d+)*|[AB])\.? ")
RULE = re.compile(r"\*\*(\d+(?:\.\d+)+)\*\* ")
ROW = re.compile(r"\| (\d+(?:\.\d+)+|[GNO]\d+) \|")
ITEM = re.compile(r"- \*\*([AIL]\d+)\*\* ")
QUIRK = re.compile(r"\| `(\w+)` \|")
STEP = re.compile(r"(?:\| )?(\d+)(?:\.| \|) ")

# -- citations

NUMBER = r"(?:\d{1,2}(?:\.\d{1,2}){0,2}|[AB])(?!\.?\w)"
STEPS = r"\s+(?:step|row|rule)s?\s+\d{1,2}(?!\.?\w)(?:(?:,\s+|\s+to\s+)\d{1,2}(?!\.?\w))*"
PLACE = rf"{NUMBER}(?:{STEPS})?"
LIST = rf"{PLACE}(?:(?:,\s+|\s+to\s+){PLACE})*"
CITATION = re.compile(rf"\b(process|lua)\s+({LIST})")
CODE = re.compile(r"(?<![\w.\\%-])([GNOIAL]\d{1,3})(?![\w(])")
BARE = re.compile(r"(?<![\w.:/=<>+*^\[{-])\d{1,2}\.\d{1,2}(?:\.\d{1,2})?(?!\.?\d|[\w%\]}]| ?(?:ns|us|ms|s|MB|KiB)\b)")
# Where a bare number may mean a rule: a text begins with it, or it stands in parentheses, after a comma or after "of".
BEFORE_BARE = re.compile(r"(?:^|\(|; |, |\. |\b(?:of|see|in|and|to|by|with) )$")
# In other strings, which may be data, only where a reason begins: "10.2: ...", "(3.7)", "N13, 9.2: ...".
BEFORE_REASON = re.compile(r"(?:^| \(|\b[GNOIAL]\d{1,3}, )$")
AFTER_REASON = re.compile(r"[,:;)]| \(")

# -- forms of old, each with what to write instead

OLD = {
    r"\bsemantics,?\s+(?:section\s+|appendix\s+)?(?:\d|[AB]\b)": "write `process 7.6`",
    r"\bsections?\s+\d+(?:\.\d+)*\b|\bappendix\s+[AB]\b": "write `process 7`, `process A` or `lua 7`",
    r"\blua-environment\b|\bprocess-semantics\b": "write `lua 6.5` or `process 7.6`",
    r"\bdecisions?\s+O\d": "write `O20` alone",
    r"\binvariants?\s+\d": "write `I47`",
    r"\barchitecture(?:\s+\d|,\s|\s+of\s)": "that page is not here: cite the contract, or say it",
    r"\bissue\s+#?\d|\bthe\s+issue\b|\bthe\s+brief\b": "nobody who reads this can look that up: say it",
    r"\bpitfall\s+\d|\bmutants?\s+\d": "write `lua 10.21`, or say it",
    r"\bthe\s+specification\b": "it is the contract",
    r"\bseed[,:]?\s+\"[^\W\d]": "the user's page is `the original page`, its sections have English names",
    r"\bthe\s+seed's\s+(?!own\b)|\b(?:words?|rows?|tables?|section|page)\s+of\s+the\s+seed\b|\bin\s+the\s+seed,": (
        "the user's page is `the original page`, the dialect is ``seed``"
    ),
    r"\b\w*(?:ç[ãõ]|ã[oe]|õe)\w*|\b(?:enviando|criando|processos?|registro de|controle|monitoramento|chamada)\b": (
        "sections of the original page are cited by their English names"
    ),
}
OLD_FORMS = [(re.compile(pattern, re.IGNORECASE), advice) for pattern, advice in OLD.items()]


@dataclass(frozen=True, slots=True)
class Prose:
    """A piece of text that people read, and the line that it begins on; a string is *data* if it documents nothing."""

    line: int
    text: str
    data: bool = False

    def at(self, offset: int) -> int:
        """Give the line of the character at *offset*."""
        return self.line + self.text.count("\n", 0, offset)


def main(arguments: list[str]) -> int:
    """Print all complaints about the project in the given folder; the exit code is 1 where there are any."""
    found = list(complaints(Path(arguments[0] if arguments else ".")))
    for complaint in found:
        print(complaint)
    print(f"{len(found)} complaints", file=sys.stderr)
    return 1 if found else 0


def complaints(root: Path) -> Iterator[str]:
    """Give what is wrong with the pages and with all that cites them, in the project at *root*."""
    known = {page: anchors(root / path) for page, path in PAGES.items()}
    for page, place in PAGES.items():
        yield from (f"{place}: {anchor} stands there twice" for anchor in repeated(root / place))
        yield from of_page(root / place, place, page, known)
    for path in sources(root):
        name = path.relative_to(root).as_posix()
        if name not in QUOTING and name not in PAGES.values():
            yield from of_source(path, name, known)


def sources(root: Path) -> Iterator[Path]:
    """Give every file with prose, in a fixed order."""
    for folder in FOLDERS:
        yield from sorted(path for path in (root / folder).rglob("*") if path.suffix in (".py", ".lua", ".md"))


def of_source(path: Path, name: str, known: dict[str, set[str]]) -> Iterator[str]:
    """Give the complaints about one file that cites the contract."""
    for piece in prose(path):
        yield from (f"{name}:{piece.at(offset)}: {text}" for offset, text in unresolved(piece.text, known))
        rest = CITATION.sub(blank, piece.text)
        for pattern, advice in OLD_FORMS:
            for match in pattern.finditer(rest):
                yield f"{name}:{piece.at(match.start())}: {words(match[0])!r}: {advice}"
        for match in BARE.finditer(rest):
            if any(match[0] in page for page in known.values()) and is_bare(match, rest, data=piece.data):
                yield f"{name}:{piece.at(match.start())}: a bare {match[0]}: of which page? `process {match[0]}`?"


def of_page(path: Path, name: str, page: str, known: dict[str, set[str]]) -> Iterator[str]:
    """Give the complaints about a page of the contract, where a bare number is a rule of the same page."""
    for piece in markdown(path.read_text(encoding="utf-8")):
        yield from (f"{name}:{piece.at(offset)}: {text}" for offset, text in unresolved(piece.text, known))
        rest = CITATION.sub(blank, piece.text)
        for match in re.finditer(rf"\(({LIST})[,;)]", rest):
            for number in re.findall(rf"{NUMBER}", match[1]):
                if "." in number and number not in known[page]:
                    yield f"{name}:{piece.at(match.start())}: there is no {number} on this page"


def unresolved(text: str, known: dict[str, set[str]]) -> Iterator[tuple[int, str]]:
    """Give place and name of each citation in *text* that leads nowhere."""
    for match in CITATION.finditer(text):
        for place in places(match[2]):
            if place not in known[match[1]]:
                yield match.start(), f"there is no {match[1]} {place}"
    for match in CODE.finditer(text):
        if match[1] not in known["process"]:
            yield match.start(), f"there is no {match[1]}"


def places(listed: str) -> Iterator[str]:
    """Give each rule of a list, and each step of a rule as `2.3 step 4`."""
    for match in re.finditer(rf"({NUMBER})({STEPS})?", listed):
        yield match[1]
        yield from (f"{match[1]} step {step}" for step in re.findall(r"\d+", match[2] or ""))


def is_bare(match: re.Match[str], text: str, *, data: bool) -> bool:
    """Tell whether a number without a page is one of a rule, as far as that can be told."""
    before = text[max(0, match.start() - 12) : match.start()].lstrip("\n #")
    if re.search(r"(?:Lua|Python|CPython|YAML|XML|SimPy|lupa|version)\s*$", before):
        return False
    if data:
        return bool(BEFORE_REASON.search(before) and AFTER_REASON.match(text, match.end()))
    return bool(BEFORE_BARE.search(before))


def blank(match: re.Match[str]) -> str:
    """Give as much blank as was matched, with its line breaks."""
    return re.sub(r"[^\n]", " ", match[0])


def words(text: str) -> str:
    """Put *text* on one line."""
    return " ".join(text.split())


# -- anchors of a page


def anchors(page: Path) -> set[str]:
    """Give every number and name that the page can be cited by."""
    return set(listed_anchors(page))


def repeated(page: Path) -> list[str]:
    """Give the anchors that stand on the page more than once."""
    return [anchor for anchor, count in Counter(listed_anchors(page)).items() if count > 1]


def listed_anchors(page: Path) -> Iterator[str]:
    """Give the anchors of a page from top to bottom; a step is `2.3 step 4`, a quirk its name."""
    current = ""
    for line in outside_fences(page.read_text(encoding="utf-8")):
        if match := SECTION.match(line) or RULE.match(line):
            current = match[1]
            yield current
        elif match := ROW.match(line) or ITEM.match(line) or (QUIRK.match(line) if current == "18.1" else None):
            yield match[1]
        elif current and (match := STEP.match(line)):
            yield f"{current} step {match[1]}"


# -- prose of a file


def prose(path: Path) -> Iterator[Prose]:
    """Give what people read in a file."""
    text = path.read_text(encoding="utf-8")
    match path.suffix:
        case ".py":
            yield from chain(strings(text), python_comments(text))
        case ".lua":
            yield from joined(lua_comments(text))
        case _:
            yield from markdown(text)


def strings(text: str) -> Iterator[Prose]:
    """Give the string values of a module that hold more than one word, or stand for themselves."""
    tree = ast.parse(text)
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and (id(node) in alone or " " in node.value):
            yield Prose(node.lineno, node.value, data=id(node) not in alone)


def python_comments(text: str) -> Iterator[Prose]:
    """Give the comments of a module, those of consecutive lines as one."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    yield from joined((token.start[0], token.string[1:]) for token in tokens if token.type == tokenize.COMMENT)


def lua_comments(text: str) -> Iterator[tuple[int, str]]:
    """Give the number and the text of each line that has a comment; a `--` in a string counts as one, for no harm."""
    for number, line in enumerate(text.splitlines(), start=1):
        if match := re.search(r"--(.*)", line):
            yield number, match[1]


def joined(lines: Iterator[tuple[int, str]]) -> Iterator[Prose]:
    """Give the texts of consecutive lines as one piece."""
    first, texts = 0, list[str]()
    for number, text in lines:
        if texts and number != first + len(texts):
            yield Prose(first, "\n".join(texts))
            texts = []
        first = first if texts else number
        texts.append(text)
    if texts:
        yield Prose(first, "\n".join(texts))


def markdown(text: str) -> Iterator[Prose]:
    """Give a page without its fenced blocks, as one piece."""
    yield Prose(1, "\n".join(outside_fences(text)))


def outside_fences(text: str) -> Iterator[str]:
    """Give the lines of a page; those of fenced blocks are empty."""
    fenced = False
    for line in text.splitlines():
        fence = line.lstrip().startswith("```")
        fenced = fenced != fence
        yield "" if fenced or fence else line


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
