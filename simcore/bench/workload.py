"""What a workload is, and what it finds out: rounds of pairs, a ratio, a gate."""

from __future__ import annotations

from math import inf
from statistics import median
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence


class Pair(NamedTuple):
    """One round: nanoseconds for one operation of the workload, and for one of its baseline."""

    ns: float
    base_ns: float


class Gate(NamedTuple):
    """What the best round must reach; noise is one-sided, so that one good round shows what is possible.

    Args:
        relation: ``>=`` for a ratio of speeds, ``<=`` for a ratio of costs.
        value: the bound; infinity where any cost will do.
    """

    relation: Literal[">=", "<="]
    value: float

    def ratio(self, pair: Pair) -> float:
        """Return how many times as fast as the baseline, or as costly."""
        return pair.base_ns / pair.ns if self.relation == ">=" else pair.ns / pair.base_ns

    def holds(self, ratios: Sequence[float]) -> bool:
        """Tell whether the best of *ratios* reaches the bound."""
        return max(ratios) >= self.value if self.relation == ">=" else min(ratios) <= self.value

    def text(self) -> str:
        """Return the gate as the line of a workload shows it."""
        if self.value == inf:
            return "no-target"
        return f"target{self.relation}{self.value:g}"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What one workload found out.

    Args:
        name: the workload.
        ratio, lo, hi: the median of the rounds' ratios, the lowest and the highest.
        base: the baseline.
        ns, base_ns: medians of nanoseconds for one operation; None where no time is measured.
        target: the gate.
        ok: whether the best round reached it.
        rounds: the ratio of each round.
        quick: whether the rounds were few and short.
    """

    name: str
    ratio: float
    lo: float
    hi: float
    base: str
    ns: float | None = None
    base_ns: float | None = None
    target: str
    ok: bool
    rounds: list[float]
    quick: bool

    def line(self) -> str:
        """Return the row as one line for people."""
        figures = f"ratio={_short(self.ratio)} lo={_short(self.lo)} hi={_short(self.hi)}"
        costs = "" if self.ns is None else f"ns={self.ns:.0f} base_ns={self.base_ns:.0f} "
        return f"{self.name} {figures} base={self.base} {costs}{self.target} {'OK' if self.ok else 'MISSED'}"


class Workload(Protocol):
    """One thing that is measured against its own baseline."""

    name: str

    def measure(self, *, quick: bool) -> Row:
        """Run workload and baseline in turns and return what was found."""
        ...


def judged(name: str, base: str, gate: Gate, pairs: Sequence[Pair], *, quick: bool) -> Row:
    """Return the row of *pairs*: the median is reported, the best round is held against the gate."""
    ratios = [gate.ratio(pair) for pair in pairs]
    return Row(
        name=name,
        ratio=median(ratios),
        lo=min(ratios),
        hi=max(ratios),
        base=base,
        ns=median(pair.ns for pair in pairs),
        base_ns=median(pair.base_ns for pair in pairs),
        target=gate.text(),
        ok=gate.holds(ratios),
        rounds=ratios,
        quick=quick,
    )


def _short(ratio: float) -> str:
    return f"{ratio:.3f}" if ratio < 1 else f"{ratio:.2f}"
