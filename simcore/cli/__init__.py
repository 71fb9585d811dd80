"""The command line: what a person or a CI types, and what they read."""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit with its code; an interrupt is told in a word, however early it comes."""
    try:
        from simcore.cli.app import main as run
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    run()
