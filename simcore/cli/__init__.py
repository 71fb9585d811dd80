"""The command line: what a person or a CI types, and what they read."""

from __future__ import annotations

from simcore.cli.app import main

__all__ = ["main"]
