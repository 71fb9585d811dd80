"""Whatever a file holds, a run of it has one verdict and takes nothing from the others: 300 files, the same each time.
`python -m tests.fuzz.play` draws others, and more."""

from __future__ import annotations

from pathlib import Path

from tests.fuzz.grammar import PASSED, draw
from tests.fuzz.play import campaign

COUNT = 300
SEED = 12


def test_each_of_three_hundred_files_has_the_one_verdict_that_it_must_have(tmp_path: Path) -> None:
    files = [draw(SEED, number) for number in range(COUNT)]

    ended = campaign(tmp_path, files, jobs="2", timeout_s=600)

    assert ended.wrong == []
    assert sum(ended.verdicts.values()) == COUNT


def test_the_files_are_drawn_the_same_again_and_are_of_every_kind() -> None:
    files = [draw(SEED, number) for number in range(COUNT)]

    assert files == [draw(SEED, number) for number in range(COUNT)]
    assert files != [draw(SEED + 1, number) for number in range(COUNT)]
    assert len({each.text for each in files}) > COUNT * 9 // 10
    assert 15 <= sum(each.hangs for each in files) <= 20
    verdicts = [each.expected.verdict for each in files]
    assert min(verdicts.count(verdict) for verdict in ("passed", "failed", "error", "skipped")) >= 10
    assert sum(each.expected == PASSED for each in files) >= COUNT // 8
