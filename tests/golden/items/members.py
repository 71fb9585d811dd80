"""A property that does not hold: its case is kept, with the arguments that break it. Its text must stay as it is."""

from hypothesis import given
from hypothesis import strategies as st

from simcore import AlreadyExists, run
from simcore.strategies import Program, programs

NAMING = programs(max_processes=3, policies=st.none(), verbs=("register", "sleep", "lookup"))


@given(NAMING, st.integers(0, 1))
def test_only_under_the_oldest_first_is_a_name_refused(program: Program, member: int) -> None:
    outcome = run(program)

    refused = [call.process for call in outcome.calls if isinstance(call.error, AlreadyExists)]
    assert program.seed == 0 or member not in refused
