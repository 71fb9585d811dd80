"""A second, naive meaning of the contract: it follows a world's log and says where the run does otherwise.

It knows the public API alone and shares nothing with the semantics that it judges. Each rule carries the numbers of the
contract that it stands for: one such as ``I19`` is of the list of process 17, one such as ``G5`` of process 15.2.
"""

from .parted import Parted
from .reference import Reference, agree

__all__ = ["Parted", "Reference", "agree"]
