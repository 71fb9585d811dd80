"""What ``simcore --help`` costs, against an interpreter that does nothing."""

from __future__ import annotations

from simcore.bench import machine
from simcore.bench.measure import in_turns, rounds
from simcore.bench.workload import Gate, Row, judged


class Help:
    """The workload ``help``."""

    name = "help"

    def measure(self, *, quick: bool) -> Row:
        """Compare the CPU time of two new processes."""
        pairs = in_turns(help_text, nothing, rounds=rounds(quick=quick))
        return judged(self.name, "python-c-pass", Gate("<=", 20), pairs, quick=quick)


def help_text() -> float:
    """Return the CPU nanoseconds of the help text."""
    return machine.interpreter_cpu_ns("-m", "simcore", "--help")


def nothing() -> float:
    """Return the CPU nanoseconds of an interpreter that starts and ends."""
    return machine.interpreter_cpu_ns("-c", "pass")
