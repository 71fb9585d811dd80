"""Every run is one that the reference model allows: a second, naive meaning of the contract, which follows the log."""

from simcore import Changes, World, always
from simcore.words import judged

from ._reference import Parted, agree


@always
def the_reference_model_agrees(world: World, changes: Changes) -> None:
    """A naive model of the contract foresees each action of a run."""
    if changes.at_the_end and world.log:
        try:
            judged(world, agree(world).unjudged)
        except Parted as parted:
            # Where in the model it is found says nothing of the run.
            raise parted.with_traceback(None) from None
