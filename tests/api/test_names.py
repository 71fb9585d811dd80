"""One name, one meaning: no two classes of the package have the same name."""

from __future__ import annotations

import ast
from collections import defaultdict

from tests.files import ROOT

PACKAGE = ROOT / "simcore"


def test_no_class_name_stands_twice() -> None:
    homes = defaultdict(list)
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                homes[node.name].append(file.relative_to(PACKAGE).as_posix())

    assert len(homes) > 300
    assert {name: files for name, files in homes.items() if len(files) > 1} == {}
