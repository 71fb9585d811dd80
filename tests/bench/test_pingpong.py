"""The bare loop: each hit is one action that was picked."""

from __future__ import annotations

import pytest

from simcore.bench import pingpong
from simcore.kernel.kernel import Kernel


@pytest.fixture
def kernels(monkeypatch: pytest.MonkeyPatch) -> list[Kernel]:
    """All kernels that ran."""
    ran: list[Kernel] = []
    run = Kernel.run

    def noting(kernel: Kernel) -> None:
        ran.append(kernel)
        run(kernel)

    monkeypatch.setattr(Kernel, "run", noting)
    return ran


def test_each_hit_of_the_bare_loop_is_one_action_picked_among_several(kernels: list[Kernel]) -> None:
    pingpong.prepare(8_000)()

    (kernel,) = kernels
    assert kernel.actions == pytest.approx(8_000, rel=0.01)
    assert kernel.decisions == pytest.approx(8_000, rel=0.01)
    assert len(kernel.choices.stream("schedule").taken) == kernel.decisions


def test_the_bare_loop_leaves_a_digest_that_its_choices_make() -> None:
    def digest(hits: int) -> str:
        kernel = pingpong.new_kernel(hits)
        kernel.run()
        return kernel.trace.digest()

    assert digest(800) == digest(800) != digest(808)
