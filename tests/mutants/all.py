"""All mutants, in the order of their names."""

from __future__ import annotations

from typing import Final

from tests.mutants import finders
from tests.mutants.kernel import ending, links, messages, monitors, names, permissions, services, spawning
from tests.mutants.mutant import Mutant

KERNEL: Final = (ending, links, messages, monitors, names, permissions, services, spawning)

_ALL: Final = [
    *sorted((each for kind in KERNEL for each in kind.MUTANTS), key=lambda each: each.name),
    *finders.MUTANTS,
]
MUTANTS: Final[dict[str, Mutant]] = {mutant.name: mutant for mutant in _ALL}
"""Every mutant by its name."""
CONTROL: Final = "unchanged"
"""What the kernel as it is goes by."""
