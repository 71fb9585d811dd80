"""What a run has done, put in order once from ``world.log``, for the invariants of the contract to look at."""

from __future__ import annotations

from .history import History, history_of
from .judging import exercised, judge
from .records import NEVER, Action, Ask, Letter, Life, Reading

__all__ = ["NEVER", "Action", "Ask", "History", "Letter", "Life", "Reading", "exercised", "history_of", "judge"]
