"""Both languages play one run."""

from __future__ import annotations

from simcore.bench import hash_identity


def test_both_languages_play_the_same_run() -> None:
    digests = {hash_identity.digest(new_world, 100) for new_world in hash_identity.WORLDS}

    assert len(digests) == 1
