"""Every run is one that the reference model allows: a second, naive meaning of the contract, which follows the log."""

from simcore import Changes, World, always

from ._reference import agree


@always
def the_reference_model_agrees(world: World, changes: Changes) -> None:
    """A run does what a naive model of the contract foresees, action by action."""
    if changes.at_the_end and world.log:
        agree(world)
