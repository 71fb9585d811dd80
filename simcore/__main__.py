"""``python -m simcore`` is the command ``simcore``."""

from __future__ import annotations

from simcore.cli import main

if __name__ == "__main__":
    main()
