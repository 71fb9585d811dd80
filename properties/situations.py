"""The situations that drawn programs have to come into, each counted as a ``sometimes``; and that they come to rest."""

from hypothesis import given, settings

from simcore import World, run, sometimes
from simcore.strategies import Program, programs, seen


@settings(max_examples=1_500)
@given(programs())
def test_every_program_comes_to_rest(program: Program) -> None:
    """So many that each situation is met (I96: whoever lives has its answers)."""
    outcome = run(program)

    assert outcome.world.is_quiescent()
    waiting = [call for call in outcome.calls if call.finished is None and call.process >= 0]
    assert not [call for call in waiting if outcome.world.alive(call.pid)], f"{waiting[0]} has no answer"


@sometimes
def send_done_itself(world: World) -> None:
    """``send`` of itself is done."""
    assert "send done itself" in seen(world)


@sometimes
def send_done_one_that_has_not_begun(world: World) -> None:
    """``send`` of one that has not begun is done."""
    assert "send done one that has not begun" in seen(world)


@sometimes
def send_done_one_that_is_to_end(world: World) -> None:
    """``send`` of one that is to end is done."""
    assert "send done one that is to end" in seen(world)


@sometimes
def send_notfound_one_that_is_ending(world: World) -> None:
    """``send`` of one that is ending is answered with NotFound."""
    assert "send NotFound one that is ending" in seen(world)


@sometimes
def send_notfound_one_that_is_gone(world: World) -> None:
    """``send`` of one that is gone is answered with NotFound."""
    assert "send NotFound one that is gone" in seen(world)


@sometimes
def send_notfound_one_that_never_was(world: World) -> None:
    """``send`` of one that never was is answered with NotFound."""
    assert "send NotFound one that never was" in seen(world)


@sometimes
def send_permissiondenied_another(world: World) -> None:
    """``send`` of another is answered with PermissionDenied."""
    assert "send PermissionDenied another" in seen(world)


@sometimes
def send_by_name_done_another(world: World) -> None:
    """``send_by_name`` of another is done."""
    assert "send_by_name done another" in seen(world)


@sometimes
def send_by_name_notfound_a_free_name(world: World) -> None:
    """``send_by_name`` of a free name is answered with NotFound."""
    assert "send_by_name NotFound a free name" in seen(world)


@sometimes
def bare_payload_received(world: World) -> None:
    """A payload arrives at who listens without messages."""
    assert "bare payload received" in seen(world)


@sometimes
def message_read_after_an_upgrade(world: World) -> None:
    """A MESSAGE is read by code that has taken over."""
    assert "MESSAGE read after an upgrade" in seen(world)


@sometimes
def outside_send_unavailable(world: World) -> None:
    """``outside_send`` is answered with Unavailable."""
    assert "outside_send Unavailable" in seen(world)


@sometimes
def select_with_two_ready(world: World) -> None:
    """Who is about to read could take something from two topics."""
    assert "select with two ready" in seen(world)


@sometimes
def unlisten_with_a_backlog(world: World) -> None:
    """A member listens no more to a topic of which more waits than its channel held."""
    assert "unlisten with a backlog" in seen(world)


@sometimes
def monitor_done_itself(world: World) -> None:
    """``monitor`` of itself is done."""
    assert "monitor done itself" in seen(world)


@sometimes
def monitor_done_one_that_has_not_begun(world: World) -> None:
    """``monitor`` of one that has not begun is done."""
    assert "monitor done one that has not begun" in seen(world)


@sometimes
def monitor_done_one_that_is_to_end(world: World) -> None:
    """``monitor`` of one that is to end is done."""
    assert "monitor done one that is to end" in seen(world)


@sometimes
def monitor_done_one_that_is_ending(world: World) -> None:
    """``monitor`` of one that is ending is done."""
    assert "monitor done one that is ending" in seen(world)


@sometimes
def monitor_notfound_one_that_is_gone(world: World) -> None:
    """``monitor`` of one that is gone is answered with NotFound."""
    assert "monitor NotFound one that is gone" in seen(world)


@sometimes
def monitor_alreadyexists_one_that_it_watches(world: World) -> None:
    """``monitor`` of one that it watches is answered with AlreadyExists."""
    assert "monitor AlreadyExists one that it watches" in seen(world)


@sometimes
def unmonitor_done_one_that_it_watches(world: World) -> None:
    """``unmonitor`` of one that it watches is done."""
    assert "unmonitor done one that it watches" in seen(world)


@sometimes
def unmonitor_done_one_that_is_gone(world: World) -> None:
    """``unmonitor`` of one that is gone is done."""
    assert "unmonitor done one that is gone" in seen(world)


@sometimes
def monitor_by_name_done_another(world: World) -> None:
    """``monitor_by_name`` of another is done."""
    assert "monitor_by_name done another" in seen(world)


@sometimes
def normal_end_with_several_watchers(world: World) -> None:
    """A process ends normally, and it has several watchers."""
    assert "normal end with several watchers" in seen(world)


@sometimes
def failed_end_with_several_watchers(world: World) -> None:
    """A process ends with an error, and it has several watchers."""
    assert "failed end with several watchers" in seen(world)


@sometimes
def link_done_itself(world: World) -> None:
    """``link`` of itself is done."""
    assert "link done itself" in seen(world)


@sometimes
def link_done_a_peer(world: World) -> None:
    """``link`` of a peer is done."""
    assert "link done a peer" in seen(world)


@sometimes
def link_done_one_that_has_not_begun(world: World) -> None:
    """``link`` of one that has not begun is done."""
    assert "link done one that has not begun" in seen(world)


@sometimes
def link_notfound_one_that_is_gone(world: World) -> None:
    """``link`` of one that is gone is answered with NotFound."""
    assert "link NotFound one that is gone" in seen(world)


@sometimes
def unlink_done_a_peer(world: World) -> None:
    """``unlink`` of a peer is done."""
    assert "unlink done a peer" in seen(world)


@sometimes
def link_by_name_done_another(world: World) -> None:
    """``link_by_name`` of another is done."""
    assert "link_by_name done another" in seen(world)


@sometimes
def failed_end_with_several_peers(world: World) -> None:
    """A process ends with an error, and it has several peers."""
    assert "failed end with several peers" in seen(world)


@sometimes
def failed_end_with_a_watcher_that_is_a_peer(world: World) -> None:
    """A process ends with an error, and it has a watcher that is a peer."""
    assert "failed end with a watcher that is a peer" in seen(world)


@sometimes
def normal_end_with_peer(world: World) -> None:
    """A process ends normally, and it has a linked peer."""
    assert "normal end with peer" in seen(world)


@sometimes
def untrap_after_link_down_was_read(world: World) -> None:
    """Who has read a LINK_DOWN traps links no more."""
    assert "untrap after LINK_DOWN was read" in seen(world)


@sometimes
def message_then_exit_of_one_sender(world: World) -> None:
    """MESSAGE and then EXIT of one sender are read."""
    assert "MESSAGE then EXIT of one sender" in seen(world)


@sometimes
def message_then_link_down_of_one_sender(world: World) -> None:
    """MESSAGE and then LINK_DOWN of one sender are read."""
    assert "MESSAGE then LINK_DOWN of one sender" in seen(world)


@sometimes
def exit_then_link_down_of_one_sender(world: World) -> None:
    """EXIT and then LINK_DOWN of one sender are read."""
    assert "EXIT then LINK_DOWN of one sender" in seen(world)


@sometimes
def cancel_then_exit_of_one_sender(world: World) -> None:
    """CANCEL and then EXIT of one sender are read."""
    assert "CANCEL then EXIT of one sender" in seen(world)


@sometimes
def cancel_then_cancel_of_one_process_by_two(world: World) -> None:
    """Two do ``cancel`` and ``cancel`` to one process."""
    assert "cancel then cancel of one process by two" in seen(world)


@sometimes
def cancel_then_terminate_of_one_process_by_two(world: World) -> None:
    """Two do ``cancel`` and ``terminate`` to one process."""
    assert "cancel then terminate of one process by two" in seen(world)


@sometimes
def terminate_then_terminate_of_one_process_by_two(world: World) -> None:
    """Two do ``terminate`` and ``terminate`` to one process."""
    assert "terminate then terminate of one process by two" in seen(world)


@sometimes
def terminate_without_an_answer_itself(world: World) -> None:
    """Who does ``terminate`` to itself never hears of it."""
    assert "terminate without an answer itself" in seen(world)


@sometimes
def terminate_done_one_that_has_not_begun(world: World) -> None:
    """``terminate`` of one that has not begun is done."""
    assert "terminate done one that has not begun" in seen(world)


@sometimes
def terminate_notfound_one_that_is_gone(world: World) -> None:
    """``terminate`` of one that is gone is answered with NotFound."""
    assert "terminate NotFound one that is gone" in seen(world)


@sometimes
def terminate_by_name_done_another(world: World) -> None:
    """``terminate_by_name`` of another is done."""
    assert "terminate_by_name done another" in seen(world)


@sometimes
def two_deadlines_for_one_process(world: World) -> None:
    """One process is asked twice to end, with two deadlines."""
    assert "two deadlines for one process" in seen(world)


@sometimes
def a_normal_end_after_cancel_was_read(world: World) -> None:
    """A normal end after CANCEL was read."""
    assert "a normal end after CANCEL was read" in seen(world)


@sometimes
def end_before_the_first_step(world: World) -> None:
    """A process ends before its first step."""
    assert "end before the first step" in seen(world)


@sometimes
def register_alreadyexists_anothers_name(world: World) -> None:
    """``register`` of another's name is answered with AlreadyExists."""
    assert "register AlreadyExists another's name" in seen(world)


@sometimes
def register_other_done_another(world: World) -> None:
    """``register_other`` of another is done."""
    assert "register_other done another" in seen(world)


@sometimes
def register_other_notfound_one_that_is_gone(world: World) -> None:
    """``register_other`` of one that is gone is answered with NotFound."""
    assert "register_other NotFound one that is gone" in seen(world)


@sometimes
def unregister_done_anothers_name(world: World) -> None:
    """``unregister`` of another's name is done."""
    assert "unregister done another's name" in seen(world)


@sometimes
def a_name_is_taken_again_after_its_owner_ended(world: World) -> None:
    """A name is taken again after its owner ended."""
    assert "a name is taken again after its owner ended" in seen(world)


@sometimes
def several_names_are_held_at_the_end(world: World) -> None:
    """Several names are held at the end."""
    assert "several names are held at the end" in seen(world)


@sometimes
def build_spawn_done_anothers_name(world: World) -> None:
    """``build_spawn`` of another's name is done."""
    assert "build_spawn done another's name" in seen(world)


@sometimes
def build_exec_alreadyexists_anothers_name(world: World) -> None:
    """``build_exec`` of another's name is answered with AlreadyExists."""
    assert "build_exec AlreadyExists another's name" in seen(world)


@sometimes
def build_spawn_permissiondenied(world: World) -> None:
    """``build_spawn`` is answered with PermissionDenied."""
    assert "build_spawn PermissionDenied" in seen(world)


@sometimes
def spawn_limitexceeded(world: World) -> None:
    """``spawn`` is answered with LimitExceeded."""
    assert "spawn LimitExceeded" in seen(world)


@sometimes
def call_unknown(world: World) -> None:
    """``call`` is answered with Unknown."""
    assert "call Unknown" in seen(world)


@sometimes
def call_permissiondenied(world: World) -> None:
    """``call`` is answered with PermissionDenied."""
    assert "call PermissionDenied" in seen(world)


@sometimes
def upgrade_with_a_full_buffer(world: World) -> None:
    """A member goes on as something else, and a channel holds what it has not read."""
    assert "upgrade with a full buffer" in seen(world)


@sometimes
def upgrade_done_by_who_traps_links(world: World) -> None:
    """``upgrade`` by who traps links is done."""
    assert "upgrade done by who traps links" in seen(world)


@sometimes
def upgrade_done_by_who_is_linked(world: World) -> None:
    """``upgrade`` by who is linked is done."""
    assert "upgrade done by who is linked" in seen(world)


@sometimes
def end_by_upgrade(world: World) -> None:
    """A process ends because what it goes on as does not exist."""
    assert "end by upgrade" in seen(world)


@sometimes
def a_service_is_started_again(world: World) -> None:
    """A service is started again."""
    assert "a service is started again" in seen(world)


@sometimes
def end_by_context_canceled(world: World) -> None:
    """A process ends because its host gives it no more time."""
    assert "end by context canceled" in seen(world)


@sometimes
def revoke_done(world: World) -> None:
    """``revoke`` is done."""
    assert "revoke done" in seen(world)
