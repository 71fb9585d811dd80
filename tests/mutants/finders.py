"""What finds failures does something wrong itself: schedulers, drawn programs, checks, replay, what is made small.

No program shows that; the tests of what is changed have to.
"""

from __future__ import annotations

from typing import Final

from tests.mutants.mutant import Change, Mutant

ALWAYS: Final = "simcore/runner/always.py"
FOLLOWING: Final = "simcore/runner/following.py"
TRIAL: Final = "simcore/strategies/trial.py"

MUTANTS: Final = (
    Mutant(
        name="F01",
        wrong="an always is asked later than before the next action",
        changes=(
            Change(
                ALWAYS,
                "        self._world.kernel.attend(self.ask)\n",
                "        self._world.kernel.attend(lambda: self._world.kernel.attend(self.ask))\n",
            ),
        ),
        tests=("tests/runner/test_always.py", "tests/properties/test_always.py"),
    ),
    Mutant(
        name="F02",
        wrong="no always is asked when the run is over",
        changes=(Change(ALWAYS, "        self._ask(at_the_end=True)\n", ""),),
        tests=("tests/runner/test_always.py",),
    ),
    Mutant(
        name="F03",
        wrong="an always that does not hold fails nothing",
        changes=(
            Change(
                ALWAYS,
                'raise Failure(each.id.rpartition("::")[2], f"{each.statement} {claim(error)}") from error\n',
                "claim(error)\n",
            ),
        ),
        tests=("tests/runner/test_always.py",),
    ),
    Mutant(
        name="F04",
        wrong="what an always was told of it is told again",
        changes=(Change(ALWAYS, "        self._changes.clear()\n", ""),),
        tests=("tests/runner/test_always.py",),
    ),
    Mutant(
        name="F05",
        wrong="a sometimes has been seen also where it does not hold",
        changes=(
            Change(
                ALWAYS,
                "            return False\n        raise\n    return True\n",
                "            return True\n        raise\n    return True\n",
            ),
        ),
        tests=("tests/runner/test_sometimes.py",),
    ),
    Mutant(
        name="F06",
        wrong="a schedule deviates one decision late",
        changes=(
            Change(
                "simcore/schedulers/deviating.py",
                "        other, decision = self._other(ready), self._decisions\n",
                "        other, decision = self._other(ready), self._decisions - 1\n",
            ),
        ),
        tests=("tests/schedulers/test_deviating.py",),
    ),
    Mutant(
        name="F07",
        wrong="a uniform schedule is the oldest first",
        changes=(
            Change(
                "simcore/schedulers/uniform.py",
                '        self._place = source.stream("schedule").place\n',
                '        source.stream("schedule")\n        self._place = lambda ready: 0\n',
            ),
        ),
        tests=("tests/schedulers/test_uniform.py",),
    ),
    Mutant(
        name="F08",
        wrong="priorities never change in a schedule of priorities",
        changes=(
            Change("simcore/schedulers/pct.py", "        if self._step in self._changes:\n", "        if False:\n"),
        ),
        tests=("tests/schedulers/test_pct.py",),
    ),
    Mutant(
        name="F09",
        wrong="a replay does not look at how many actions are enabled",
        changes=(
            Change(
                FOLLOWING,
                "        if index is not None and len(ready) == deviation.of:\n",
                "        if index is not None:\n",
            ),
        ),
        tests=("tests/runner/test_following.py",),
    ),
    Mutant(
        name="F10",
        wrong="where a schedule takes the second oldest, that is not written down",
        changes=(Change(FOLLOWING, "        if index and len(", "        if index > 1 and len("),),
        tests=("tests/runner/test_following.py",),
    ),
    Mutant(
        name="F11",
        wrong="a replay that is over before its case is none that diverges",
        changes=(Change(FOLLOWING, "        if self._strict and self._left:\n", "        if False:\n"),),
        tests=("tests/runner/test_following.py",),
    ),
    Mutant(
        name="F12",
        wrong="a replay does not compare the digest",
        changes=(Change("simcore/runner/replay.py", '        ("digest", end.digest, outcome.digest),\n', ""),),
        tests=("tests/runner/test_replay.py",),
    ),
    Mutant(
        name="F13",
        wrong="a replay takes every source for unchanged",
        changes=(Change("simcore/runner/deciding.py", "    return tuple(changed)\n", "    return ()\n"),),
        tests=("tests/runner/test_deciding.py", "tests/runner/test_replay.py"),
    ),
    Mutant(
        name="F14",
        wrong="a world in which nothing happened has shown something",
        changes=(
            Change(
                "simcore/runner/vacuous.py",
                '    return "" if runs.judged_actions else "vacuous: its world ran, and no action was performed"\n',
                '    return ""\n',
            ),
        ),
        tests=("tests/runner/test_vacuous.py",),
    ),
    Mutant(
        name="F15",
        wrong="nobody looks for notices that never came",
        changes=(
            Change(
                "simcore/check/relations.py",
                '                self.hold("one-exit-per-monitor", not receivers, f"no {what}',
                '                self.hold("one-exit-per-monitor", True, f"no {what}',
            ),
        ),
        tests=("tests/check/test_invariants.py",),
    ),
    Mutant(
        name="F16",
        wrong="the built-in checks never fail",
        changes=(Change("simcore/check/rule.py", "        if not held:\n", "        if False:\n"),),
        tests=("tests/check/test_invariants.py",),
    ),
    Mutant(
        name="F17",
        wrong="an example that the test refuses counts",
        changes=(Change(TRIAL, "            self.examples += valid\n", "            self.examples += 1\n"),),
        tests=("tests/strategies/test_given.py",),
    ),
    Mutant(
        name="F18",
        wrong="a program is made small by any failure, whatever it failed by",
        changes=(
            Change(
                "simcore/strategies/reducing.py",
                "            return raised is not None and _origin(raised) == origin\n",
                "            return raised is not None\n",
            ),
        ),
        tests=("tests/strategies/test_reducing.py",),
    ),
    Mutant(
        name="F19",
        wrong="a program is made smaller once and no more",
        changes=(
            Change(
                "simcore/strategies/smaller.py",
                "        while (better := self._first(_simpler(best))) is not None:\n            best = better\n",
                "        best = self._first(_simpler(best)) or best\n",
            ),
        ),
        tests=("tests/strategies/test_smaller.py",),
    ),
    Mutant(
        name="F20",
        wrong="a run that reaches a bound has passed",
        changes=(
            Change(
                "simcore/runner/judging.py",
                "            return Outcome(Verdict.INCONCLUSIVE, error.option, with_notes(error, str(error)))\n",
                "            return Outcome(Verdict.PASSED, error.option, with_notes(error, str(error)))\n",
            ),
        ),
        tests=("tests/runner/test_conclusion_caught.py",),
    ),
    Mutant(
        name="F21",
        wrong="a token whose letters have changed is taken",
        changes=(
            Change(
                "simcore/runner/token.py",
                '    if version > 1 and fields["checksum"] != _checksum(said, item):\n',
                "    if False:\n",
            ),
        ),
        tests=("tests/runner/test_token.py",),
    ),
    Mutant(
        name="F22",
        wrong="every schedule of an item has the same seed",
        changes=(
            Change(
                "simcore/runner/plan.py",
                "        return derive_seed(self.base_seed, without_suffix(item_id), schedule)\n",
                "        return derive_seed(self.base_seed, without_suffix(item_id))\n",
            ),
        ),
        tests=("tests/runner/test_plan.py", "tests/runner/test_run.py"),
    ),
)
