"""Programs in an interpreter of their own, with surroundings that a test chooses."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.files import ROOT


def printed(program: str, *arguments: str, **environment: str) -> str:
    """Run the text *program* in the project's folder and return what it prints; it must end well."""
    command = [sys.executable, "-c", program, *arguments]
    surroundings = {**os.environ, **environment}
    return subprocess.run(command, env=surroundings, cwd=ROOT, capture_output=True, text=True, check=True).stdout
