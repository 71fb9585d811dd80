"""The floors of the library: what may import what, and what no floor below the runner's host may ask for."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.files import ROOT

CATALOGUES = ("scenarios", "properties", "reports")
DOORS = ("simcore", "simcore.strategies", "simcore.lua", "simcore.words")
DETERMINISTIC_FLOORS = (
    "model",
    "kernel",
    "graph",
    "security",
    "process",
    "explore",
    "lua",
    "faults",
    "check",
    "world",
    "catalog",
    "runner",
)


def test_imports_go_down_only_and_heavy_ones_stay_in_their_package() -> None:
    lint_imports = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run(
        [lint_imports, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("catalogue", CATALOGUES)
def test_a_catalogue_imports_the_public_doors_only(catalogue: str) -> None:
    imported = {(file, module) for file in sources(ROOT / catalogue) for module in modules_imported_by(file)}

    assert {module for _, module in imported if is_simcore(module)}, f"{catalogue} does not use simcore at all"
    assert {(file, module) for file, module in imported if is_simcore(module) and module not in DOORS} == set()


@pytest.mark.parametrize("floor", DETERMINISTIC_FLOORS)
def test_no_address_and_no_hash_enters_a_run(floor: str) -> None:
    """`id()` differs from run to run and `hash()` of a text with PYTHONHASHSEED; ruff cannot ban builtins."""
    calls = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in sources(ROOT / "simcore" / floor)
        for line in calls_of_id_and_hash(parsed(file))
    ]

    assert calls == []


def sources(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*.py")) if "__pycache__" not in file.parts)


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def calls_of_id_and_hash(node: ast.AST) -> Iterator[int]:
    if isinstance(node, ast.ClassDef) and node.name == "_Encoder":
        return  # it remembers by address which containers it has seen, within one call, and writes numbers only
    if isinstance(node, ast.FunctionDef) and node.name == "__hash__":
        return  # to be a key of a dict is no behaviour, since a dict keeps the order of insertion
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"id", "hash"}:
        yield node.lineno
    for child in ast.iter_child_nodes(node):
        yield from calls_of_id_and_hash(child)


def modules_imported_by(file: Path) -> Iterator[str]:
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module


def is_simcore(module: str) -> bool:
    return module.split(".")[0] == "simcore"
