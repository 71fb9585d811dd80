"""Writes the list of invariants into docs/properties.md: ``python -m tests.properties.listing``.

Which property holds each invariant of the contract is read from the docstrings of `properties/`; how often each has
something to look at is counted in so many drawn programs, with the verbs that programs have in which it has.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from properties import errors, identity, messaging, notices, registry, starts, supervision, whole_runs
from properties._history import exercised, judge
from simcore import run
from simcore.strategies import program_of

PROGRAMS: Final = 1_500
"""As many as the property that is to meet every situation draws."""
PAGE: Final = Path("docs/properties.md")
CONTRACT: Final = Path("docs/contract/process.md")
BEGIN: Final = "<!-- the list of invariants: written by `python -m tests.properties.listing` -->"
END: Final = "<!-- the end of the list -->"
ENTRY: Final = re.compile(r"^- \*\*(I\d+)\*\* (.*?)(?=^- \*\*I\d+\*\*|^#|\Z)", re.MULTILINE | re.DOTALL)
BARE: Final = re.compile(r"(?<!process )(?<![\d.])(\d+\.\d+(?:\.\d+)?)(?![\d.])")
SECTION: Final = re.compile(r"\bsection (?=\d)")
NUMBER: Final = re.compile(r"\bI\d+\b")
RANGE: Final = re.compile(r"\(?I\d+ to I\d+.*")
COUNTED: Final = Path("properties/exercised.py")
FAMILIES: Final = (identity, messaging, notices, registry, starts, errors, supervision, whole_runs)
VERBS: Final = 3
ALWAYS: Final = "every run"


@dataclass
class Measured:
    """What so many programs have exercised."""

    programs: int = 0
    looks: Counter[str] = field(default_factory=Counter)
    programs_with: Counter[str] = field(default_factory=Counter)
    verbs: Counter[str] = field(default_factory=Counter)
    verbs_with: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def typical(self, number: str) -> list[str]:
        """Return the verbs that programs with an invariant have more often than others do."""

        def lift(verb: str) -> float:
            return self.verbs_with[number][verb] / self.verbs[verb]

        often = [verb for verb, times in self.verbs_with[number].items() if 4 * times >= self.programs_with[number]]
        return sorted(often, key=lambda verb: (-lift(verb), verb))[:VERBS]


def measure(amount: int) -> Measured:
    """Play the programs of so many seeds."""
    found = Measured()
    for seed in range(amount):
        outcome = run(program_of(seed))
        verbs = {call.verb for call in outcome.calls}
        for family in FAMILIES:
            judge(outcome.world, family.INVARIANTS)
        looks = exercised(outcome.world)
        found.programs += 1
        found.looks.update(looks)
        found.programs_with.update(list(looks))
        found.verbs.update(sorted(verbs))
        for number in looks:
            found.verbs_with[number].update(sorted(verbs))
    return found


def contract() -> dict[str, str]:
    """Return the text of each invariant by its number."""
    text = CONTRACT.read_text(encoding="utf-8")
    section = text[text.index("\n## 17. ") : text.index("\n## 18. ")]
    return {number: cited(" ".join(said.split())) for number, said in ENTRY.findall(section)}


def cited(said: str) -> str:
    """Return a text of the contract as another page says it, which has to name the contract's numbers as such."""
    return BARE.sub(r"process \1", SECTION.sub("process ", said)).replace("|", "\\|")


def holders() -> dict[str, list[tuple[str, str]]]:
    """Return who holds each invariant, the whole-run ones first: the name and what it looks at."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path in sorted(Path("properties").glob("*.py")):
        for function, numbers in functions(path) if path != COUNTED else ():
            for number in numbers:
                found[number].append((f"`{path.name}::{function.name}`", looks_at(function)))
    return {number: sorted(places, key=lambda place: place[1] != ALWAYS) for number, places in found.items()}


def functions(path: Path) -> Iterator[tuple[ast.FunctionDef, list[str]]]:
    """Give the functions of a file that name invariants, with those; what holds a whole family names none."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            said = RANGE.sub("", " ".join((ast.get_docstring(node) or "").split()))
            numbers = [] if "judge(world" in ast.unparse(node) else NUMBER.findall(said)
            if numbers:
                yield node, list(dict.fromkeys(numbers))


def looks_at(function: ast.FunctionDef) -> str:
    """Say what a property looks at: every run, or the examples that it draws."""
    given = [ast.unparse(each) for each in function.decorator_list if ast.unparse(each).startswith("given(")]
    if not given:
        return ALWAYS
    amount = next((each for each in map(ast.unparse, function.decorator_list) if each.startswith("settings(")), "")
    examples = re.search(r"max_examples=([\d_]+)", amount)
    return f"{int(examples[1]) if examples else 100:,} examples"


def rows(measured: Measured | None) -> list[str]:
    """Return the rows of the table; without figures they say a question mark."""
    places = holders()
    return [row(number, said, places.get(number, []), measured) for number, said in contract().items()]


def row(number: str, said: str, places: list[tuple[str, str]], measured: Measured | None) -> str:
    held = "<br>".join(f"{name} ({what})" for name, what in places) or "—"
    if measured is None:
        figures = "?"
    elif measured.looks[number]:
        verbs = ", ".join(f"`{verb}`" for verb in measured.typical(number))
        figures = f"{measured.looks[number]:,} times in {measured.programs_with[number]:,} programs; {verbs}"
    elif any(what != ALWAYS for _, what in places):
        figures = "in its own examples"
    else:
        figures = "not exercised"
    return f"| {number} | {said} | {held} | {figures} |"


def listed(measured: Measured | None) -> str:
    """Return the whole list, as it stands on the page."""
    head = f"| | invariant | held by | looked at, in {PROGRAMS:,} drawn programs; with which verbs above all |"
    return "\n".join([BEGIN, "", head, "|---|---|---|---|", *rows(measured), "", END])


def on_page() -> str:
    """Return the list that stands on the page."""
    text = PAGE.read_text(encoding="utf-8")
    return text[text.index(BEGIN) : text.index(END) + len(END)]


if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(page.replace(on_page(), listed(measure(PROGRAMS))), encoding="utf-8")
    sys.stdout.write(f"{PAGE}: {len(contract())} invariants\n")
