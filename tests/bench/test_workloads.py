"""The workloads do what they say: each operation that is timed really happens, through the parts of every run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simcore.bench import hash_identity, help, host, pingpong, pingpong_full
from simcore.kernel.kernel import Kernel
from simcore.model.errors import UsageError
from simcore.model.messages import Message
from simcore.world.world import World


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


@pytest.mark.parametrize("new_world", hash_identity.WORLDS)
def test_each_message_of_a_world_is_enqueued_and_answered(new_world: Callable[[int], World]) -> None:
    world = new_world(200)
    pingpong_full.playing(world, 200)()

    assert world.history.count(Message) == 200
    assert 2 * 200 < world.kernel.actions < pingpong_full.ACTIONS_MAX * 200
    assert world.kernel.decisions > 0


def test_both_languages_play_the_same_run() -> None:
    digests = {hash_identity.digest(new_world, 100) for new_world in hash_identity.WORLDS}

    assert len(digests) == 1


def test_an_interpreter_has_the_hash_seed_that_was_asked_for() -> None:
    script = "import sys; sys.stdout.write(str(hash('text')))"
    one, same, other = (host.interpreter("-c", script, hash_seed=seed) for seed in ("1", "1", "2"))

    assert one == same != other


def test_an_interpreter_that_fails_is_told_with_what_it_said() -> None:
    with pytest.raises(UsageError, match=r"ended with 3:\nno luck"):
        host.interpreter("-c", "import sys; sys.stderr.write('no luck'); sys.exit(3)")


def test_the_help_text_costs_more_than_nothing() -> None:
    assert help.help_text() > help.nothing() > 0
