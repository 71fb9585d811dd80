"""What is open leaves by being itself."""

from simcore.model.nested import leave
from simcore.python.dropped import dropped_outside
from simcore.story.recordings import recorded, recorder


def test_what_is_like_another_leaves_alone() -> None:
    outer: list[int] = []
    inner: list[int] = []
    opened = [outer, inner]

    leave(opened, inner)

    assert len(opened) == 1
    assert opened[0] is outer


def test_what_was_never_put_there_leaves_without_an_error() -> None:
    opened = [1]

    leave(opened, [])

    assert opened == [1]


def test_two_that_note_what_is_let_go_are_told_apart() -> None:
    with dropped_outside() as outer:
        with dropped_outside() as inner:
            assert inner is not outer
        coroutine = _made()
        del coroutine

    assert outer
    assert not inner


async def _made() -> None:
    """A coroutine that nobody awaits."""


def test_two_that_record_worlds_are_told_apart() -> None:
    with recorded() as outer:
        with recorded() as inner:
            assert inner is not outer
        assert recorder() is not None

    assert recorder() is None
