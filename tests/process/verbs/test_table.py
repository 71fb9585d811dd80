"""The table of verbs is complete: whoever adds an operation without a row, or a row without a use, is told here."""

from __future__ import annotations

import ast
from collections import Counter

import pytest

from simcore.lua.bridge.operations import WORDS
from simcore.model.operations import Operation
from simcore.process.verbs.table import HANDLERS, VERBS
from simcore.process.verbs.verb import VerbRow
from tests.files import ROOT

PACKAGE = ROOT / "simcore"
OPERATIONS = Operation.__subclasses__()


def test_every_operation_has_one_row() -> None:
    assert Counter(verb.operation for verb in VERBS) == Counter(OPERATIONS)
    assert set(HANDLERS) == set(OPERATIONS)


def test_every_family_is_in_the_table() -> None:
    families = [file for file in (PACKAGE / "process/verbs").glob("*.py") if "\nVERBS: Final = (" in file.read_text()]
    rows = sum(file.read_text().count("VerbRow(") for file in families)

    assert rows == len(VERBS)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.operation.__name__)
def test_a_row_says_only_fields_that_its_operation_has(verb: VerbRow) -> None:
    fields = verb.operation.__struct_fields__

    assert verb.waits.format_map(dict.fromkeys(fields, "x"))
    assert all(words.format(who="w", whom="m") for words in verb.actions.values())


def test_no_two_rows_say_one_label() -> None:
    labels = Counter(label for verb in VERBS for label in verb.actions)

    assert [label for label, times in labels.items() if times > 1] == []


def test_every_operation_is_yielded_by_a_front_end() -> None:
    trees = [ast.parse(file.read_text()) for file in (PACKAGE / "python").glob("*.py")]
    named = {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    in_lua = {word.operation for word in WORDS}

    assert [each for each in OPERATIONS if each not in in_lua and each.__name__ not in named] == []
