"""Cases, and what else is written to files, are plain values that survive their file."""

from __future__ import annotations

import msgspec
import pytest

from simcore import ItemResult, Options, Verdict
from simcore.model.case import CaseEnd, CaseFile
from simcore.model.outcome import Outcome
from simcore.model.programs import PolicyRule, Program, Step
from simcore.model.run import Deviation, ItemReference, Run

CASE = CaseFile(
    item=ItemReference("scenarios/a.py::b", "digest", "target"),
    property="deadlock",
    message="nobody answers",
    seed=2**63,
    strategy="uniform",
    options={"actions_max": 5},
    deviations=[Deviation("step#1@world/app:a.0", 2, "step#1@world/app:b.0")],
    end=CaseEnd(Verdict.FAILED, "0f" * 16, 3, 1, 0),
)
VALUES = [
    CASE,
    Run(item=CASE.item, seed=CASE.seed, options=Options(actions_max=5), deviations=CASE.deviations),
    Options(dialect="seed", actions_max=5),
    Outcome(Verdict.INCONCLUSIVE, "actions_max"),
    Program(3, (Step(0, "send", 1, 0, 5), Step(1, "raise")), (PolicyRule("deny", "process.send"),), 7),
    ItemResult(id="a", verdict=Verdict.ERROR),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_written_as_json_reads_back(value: msgspec.Struct) -> None:
    assert msgspec.json.decode(msgspec.json.encode(value), type=type(value)) == value


@pytest.mark.parametrize(
    ("change", "fragment"),
    [({"format": "other"}, "format"), ({"version": 3}, "version"), ({"extra": 1}, "extra"), ({"seed": "x"}, "seed")],
)
def test_a_case_of_another_form_is_refused(change: dict[str, object], fragment: str) -> None:
    data = msgspec.json.decode(msgspec.json.encode(CASE)) | change

    with pytest.raises(msgspec.ValidationError, match=fragment):
        msgspec.convert(data, CaseFile)
