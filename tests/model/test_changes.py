"""What an ``always`` is given of the changes: read-only, in order, by kind."""

from __future__ import annotations

from simcore import Change, Changes, Pid

FIRST, SECOND = (Change(kind="named", pid=Pid("{a|1}"), name="x"), Change(kind="unnamed", pid=Pid("{a|1}"), name="x"))


def test_changes_are_in_their_order_and_by_kind() -> None:
    changes = Changes([FIRST, Change(kind="gone", pid=Pid("{a|1}")), SECOND])

    assert list(changes.of("unnamed", "named")) == [FIRST, SECOND]
    assert (len(changes), changes[0], changes[-1:]) == (3, FIRST, (SECOND,))


def test_changes_do_not_grow_with_the_list_that_they_were_made_of() -> None:
    made = [FIRST]
    changes = Changes(made)
    made.append(SECOND)

    assert list(changes) == [FIRST]


def test_changes_say_whether_the_run_is_over() -> None:
    assert not Changes().at_the_end
    assert repr(Changes(at_the_end=True)) == "Changes((), at_the_end=True)"
