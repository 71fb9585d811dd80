"""Interpreters of their own, as the benchmarks start them."""

from __future__ import annotations

import pytest

from simcore.bench import machine
from simcore.model.errors import UsageError


def test_an_interpreter_has_the_hash_seed_that_was_asked_for() -> None:
    script = "import sys; sys.stdout.write(str(hash('text')))"
    one, same, other = (machine.interpreter("-c", script, hash_seed=seed) for seed in ("1", "1", "2"))

    assert one == same != other


def test_an_interpreter_that_fails_is_told_with_what_it_said() -> None:
    with pytest.raises(UsageError, match=r"ended with 3:\nno luck"):
        machine.interpreter("-c", "import sys; sys.stderr.write('no luck'); sys.exit(3)")
