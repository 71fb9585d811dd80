"""What is asked of a run, from several sides."""

from __future__ import annotations

import msgspec
import pytest

from simcore import UsageError
from simcore.model.asked import Asked, as_option


def test_what_is_said_first_counts_and_the_rest_is_as_the_next_has_it() -> None:
    asked = Asked(seed=0, strict=False).over(Asked(seed=7, strict=True, schedules=3))

    assert asked == Asked(seed=0, strict=False, schedules=3)


@pytest.mark.parametrize(("name", "least"), [("schedules", 1), ("seed", 0), ("max_failures", 1)])
def test_a_number_below_its_range_is_refused_by_the_name_that_the_user_knows(name: str, least: int) -> None:
    assert msgspec.convert({name: least}, Asked).checked(as_option) == msgspec.convert({name: least}, Asked)

    with pytest.raises(UsageError) as refused:
        msgspec.convert({name: least - 1}, Asked).checked(as_option)

    assert str(refused.value) == f"--{name.replace('_', '-')} takes a number of {least} or more, not {least - 1}"
