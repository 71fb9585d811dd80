"""The names of the properties that several floors speak of: who finds that one does not hold, and who tells it."""

from __future__ import annotations

from typing import Final

DEADLOCK: Final = "deadlock"
"""Somebody waits for what cannot come any more (process 15.1.3)."""
LIVELOCK: Final = "livelock"
"""A bound at one instant, or of one step, was reached: what happens there has no end (process 18.2)."""
