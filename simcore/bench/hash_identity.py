"""The digests of the same runs in several interpreters, whose hashes of texts differ: all must be the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.bench import lua_pingpong, machine, pingpong_full
from simcore.bench.measure import size
from simcore.bench.workload import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simcore.world.world import World

HASH_SEEDS: Final = ("0", "1", "2", "random")
MESSAGES: Final = 5_000
WORLDS: Final[tuple[Callable[[int], World], ...]] = (pingpong_full.new_world, lua_pingpong.new_world)
"""Who is asked for a digest, always in this order: the Python processes, and the same in Lua."""


class HashIdentity:
    """The workload ``hash-identity``."""

    name = "hash-identity"

    def measure(self, *, quick: bool) -> Row:
        """Compare the digests that one interpreter for each hash seed tells."""
        script = f"from simcore.bench.hash_identity import tell; tell({size(MESSAGES, quick=quick)})"
        told = [machine.interpreter("-c", script, hash_seed=seed) for seed in HASH_SEEDS]
        return compared([text.strip() for text in told], quick=quick)


def compared(digests: Sequence[str], *, quick: bool) -> Row:
    """Return the row of *digests*: the ratio is the share of those that are as the first."""
    same = [float(digest == digests[0]) for digest in digests]
    share = sum(same) / len(same)
    return Row(
        name=HashIdentity.name,
        ratio=share,
        lo=share,
        hi=share,
        base=f"PYTHONHASHSEED={HASH_SEEDS[0]}",
        target="target==1",
        ok=share == 1,
        rounds=same,
        quick=quick,
    )


def tell(messages: int) -> None:
    """Write the digests of this interpreter's runs to standard output."""
    machine.write_out(" ".join(digest(new_world, messages) for new_world in WORLDS))


def digest(new_world: Callable[[int], World], messages: int) -> str:
    """Return the digest of one run in which *messages* messages were sent."""
    world = new_world(messages)
    pingpong_full.playing(world, messages)()
    return world.digest
