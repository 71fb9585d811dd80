"""The filters of warnings under which items of the catalogue are played: those of the command, and none of pytest's."""

from __future__ import annotations

import contextlib
import sys
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


@contextlib.contextmanager
def filters_of_the_command() -> Generator[None, None, None]:
    """Let no warning inside of the block be an error because the configuration of pytest, or a mark, says so.

    ``simcore run`` and ``simcore replay`` do not read that: their verdict would be another. pytest still tells what is
    warned of.

    What was said to Python itself, by ``-W`` or ``PYTHONWARNINGS``, counts for both, and stays.
    """
    if sys.warnoptions:
        yield
        return
    with warnings.catch_warnings():
        warnings.resetwarnings()
        warnings.simplefilter("default")
        yield
