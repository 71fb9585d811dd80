"""Drawn programs, played with all shipped properties in force until one of them fails.

It imports simcore, so it is imported where that is a mutant already.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from hypothesis import Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException

from simcore.catalog.find import items
from simcore.catalog.item import Item
from simcore.model.errors import InternalError
from simcore.model.options import Options
from simcore.model.outcome import Outcome, Verdict
from simcore.model.programs import Language, Program
from simcore.runner.judging import judge
from simcore.runner.sometimes import surroundings
from simcore.strategies import program_of
from simcore.strategies.profile import WHOLE
from simcore.strategies.reducing import Reducing
from tests.files import ROOT

SEEDED: Final = "properties/situations.py::test_every_program_comes_to_rest"
"""Takes any program, so it is played with those of the seeds, which Hypothesis need not draw."""
EACH: Final = 100
"""So many examples each of the other properties has, where that one has shown nothing."""
RULES: Final = (re.compile(r"contract: (.+)"), re.compile(r"\(invariants? ([IAGN0-9, ]+)[:)]"))
KERNEL: Final = "an assertion of simcore itself"

Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Failed:
    """How an example has failed.

    Args:
        name: of the property that has said it.
        message: what it says.
        is_error: whether it is no failure of a property but an error: then the mutant is no good one.
    """

    name: str
    message: str
    is_error: bool = False

    @property
    def rules(self) -> str:
        """The numbers of the contract that are named, or empty."""
        found = [match.group(1) for rule in RULES if (match := rule.search(self.message))]
        return found[0] if found else ""


@dataclass(frozen=True, slots=True)
class Example:
    """What a property was given.

    Args:
        item: the id of the property whose test was called.
        arguments: with what.
    """

    item: str
    arguments: Arguments

    @property
    def program(self) -> Program:
        """The program among them."""
        found = self.arguments["program"]
        assert isinstance(found, Program)
        return found


class Player:
    """Calls the tests of the shipped properties as ``simcore run`` does: the ``always`` of the project and the built-in
    checks are asked of each run.

    Args:
        options: of all worlds, where they are not the project's.
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._surroundings = surroundings(ROOT)
        found = [each for each in items(self._surroundings.project) if each.kind == "property"]
        self.items: dict[str, Item] = {each.id: each for each in found}
        self._options: Options = msgspec.structs.replace(self._surroundings.project.options, **options)

    def play(self, example: Example) -> Failed | None:
        """Call a test once; return how it fails, or None where it does not."""
        try:
            outcome = judge(self._error(example))
        except InternalError as error:
            return Failed(KERNEL, str(error))
        if outcome.verdict is Verdict.PASSED:
            return None
        is_error = outcome.verdict is not Verdict.FAILED
        return Failed(_name_of(outcome, example.item), outcome.message, is_error)

    def small(self, example: Example) -> Example:
        """Return an example that fails in the same way and is as small as simcore makes it."""
        error = self._error(example)
        assert error is not None, "it has failed before"

        def call(arguments: dict[str, Any]) -> BaseException | None:
            raised = self._error(Example(example.item, arguments))
            # What is no failure of a property is another one.
            return None if _is_an_assertion_of_simcore(raised) else raised

        if _is_an_assertion_of_simcore(error):
            return example
        reducing = Reducing(self.handle(example.item)._given_kwargs, call, self._options)
        return Example(example.item, reducing.reduced(example.arguments, error))

    def handle(self, item: str) -> Any:
        """Return what Hypothesis attaches to the test of a property."""
        test: Any = self.items[item].function
        return test.hypothesis

    def _error(self, example: Example) -> BaseException | None:
        with self._surroundings.running(self.items[example.item], self._options):
            try:
                self.handle(example.item).inner_test(**example.arguments)
            except Exception as error:
                return error
        return None


def _is_an_assertion_of_simcore(error: BaseException | None) -> bool:
    try:
        judge(error)
    except InternalError:
        return True
    return False


def _name_of(outcome: Outcome, item: str) -> str:
    """Return the property that has failed; what a test itself asserts is called by its name."""
    return item.rpartition("::")[2] if outcome.property == "assert" else outcome.property


class Hunt:
    """Looks for an example that fails.

    Args:
        player: who plays.
        language: of the programs of the seeds.
        schedules: how many examples of one property are played at most.
        cpu_s: seconds of CPU time for all of them.
    """

    def __init__(self, player: Player, language: Language, *, schedules: int, cpu_s: float) -> None:
        self._player = player
        self._language: Language = language
        self._most = schedules
        self._end_s = time.process_time() + cpu_s
        self.played: int = 0
        self.of_last: int = 0
        """How many were played, and how many of them by the last property."""
        self.example: Example | None = None
        self.failed: Failed | None = None
        """The first that failed, and how; None where none has."""

    def is_over(self) -> bool:
        """Whether nothing more is to be played."""
        return self.failed is not None or time.process_time() > self._end_s

    def go(self, first: str, *, others: bool) -> None:
        """Play the property *first*, if there is one, then the programs of the seeds, and where *others* says so some
        examples of all other properties."""
        if first:
            self._drawn(first, self._most)
        self._seeded()
        for item in self._player.items if others else ():
            if item not in (first, SEEDED):
                self._drawn(item, min(EACH, self._most))

    def _try(self, example: Example) -> None:
        self.played += 1
        self.of_last += 1
        self.failed = self._player.play(example)
        self.example = None if self.failed is None else example

    def _seeded(self) -> None:
        if self.is_over():
            return
        self.of_last = 0
        for seed in range(self._most):
            if self.is_over():
                return
            self._try(Example(SEEDED, {"program": program_of(seed, language=self._language)}))

    def _drawn(self, item: str, amount: int) -> None:
        """Let Hypothesis draw so many examples of a property; the first that fails ends it."""
        if self.is_over():
            return
        self.of_last = 0

        def tried(arguments: Arguments) -> None:
            if not self.is_over():
                self._try(Example(item, arguments))
            # Hypothesis stops at what fails, and nothing else makes it.
            assert not self.is_over()

        _let_hypothesis_draw(tried, self._player.handle(item)._given_kwargs, amount)


def _let_hypothesis_draw(tried: Callable[[Arguments], None], strategies: Mapping[str, Any], amount: int) -> None:
    said: dict[str, Any] = {**WHOLE, "phases": [Phase.generate], "max_examples": amount}
    test = seeded(1)(settings(**said)(given(st.fixed_dictionaries(dict(strategies)))(tried)))
    try:
        test()
    except (AssertionError, HypothesisException):
        # Whether anything has failed was noted; what Hypothesis says of it is nobody's matter.
        return
