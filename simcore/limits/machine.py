"""The clocks of this process by which a step is measured. Nothing of them enters a run."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

cpu_s: Callable[[], float] = time.process_time
"""CPU seconds of this process."""
monotonic_s: Callable[[], float] = time.monotonic
"""Seconds of a clock that never goes back."""
