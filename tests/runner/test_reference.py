"""A case or a token leads to its item as it is today, and never to a file that its reader has not chosen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simcore import UsageError, Verdict
from simcore.catalog.project import find_project
from simcore.model.case import Case, CaseEnd
from simcore.model.run import ItemReference, Run
from simcore.runner.case_files import save_case
from simcore.runner.reference import Found, find_run
from simcore.runner.replay_command import may_be_hinted
from simcore.runner.token import make_token
from tests.files import write_files

SCENARIO = "from simcore import World, scenario\n\n@scenario\ndef nothing(world: World) -> None: ...\n"
TELLTALE = "from pathlib import Path\n\nPath('ran').touch()\n"
PROPERTY = (
    "from hypothesis import given, strategies\n\n@given(strategies.none())\ndef test_holds(value: None) -> None: ...\n"
)


def case_of(item: str, target: str = "", digest: str = "") -> str:
    """Write a case of *item* into the current folder and return its name."""
    run = Run(item=ItemReference(item, digest, target), seed=1)
    end = CaseEnd(Verdict.FAILED, "", 0, 0, 0)
    save_case(Path("x.case.json"), Case(run=run, property="assert", message="", end=end))
    return "x.case.json"


def found(reference: str, target: str | None = None) -> Found:
    return find_run(reference, target=target, project=find_project(Path()))


@pytest.mark.parametrize(
    ("target", "may"),
    [
        ("", True),
        ("a.py", True),
        ("folder/a.py", True),
        ("..a/b..py", True),
        ("../a.py", False),
        ("folder/../../a.py", False),
        ("ROOT/a.py", False),
        ("ROOT/folder", False),
        ("ROOT/app", True),
        ("../here/app", True),
    ],
)
def test_a_case_may_name_what_lies_below_the_folder_or_an_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, may: bool
) -> None:
    here = write_files(tmp_path / "here", {"a.py": "", "folder/a.py": "", "app/_index.yaml": ""})
    monkeypatch.chdir(here)

    assert may_be_hinted(target.replace("ROOT", str(here))) is may


def test_a_case_that_names_python_elsewhere_does_not_run_it_unless_its_reader_says_so(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = write_files(tmp_path_factory.mktemp("elsewhere"), {"other.py": TELLTALE + SCENARIO})
    target = str(elsewhere / "other.py")
    case = case_of("other::nothing", target)

    with pytest.raises(UsageError, match=f"{re.escape(target)}, which lies outside this folder; if you trust it"):
        found(case)
    assert not (folder / "ran").exists()

    assert found(case, target).item.function is not None
    assert (folder / "ran").exists()


@pytest.mark.usefixtures("folder")
def test_a_source_has_changed_where_the_digest_is_another_than_that_of_the_case() -> None:
    today = found(case_of("scenarios/pairs.py::silence")).item.digest

    assert found(case_of("scenarios/pairs.py::silence", digest=today)).source_changed is False
    assert found(case_of("scenarios/pairs.py::silence", digest="0f")).source_changed is True


@pytest.mark.usefixtures("folder")
def test_a_token_leads_to_its_run_and_knows_of_no_source() -> None:
    run = Run(item=ItemReference("scenarios/pairs.py::silence", "0f"), seed=7, strategy="uniform")

    meant = found(make_token(run) or "")

    assert (meant.run.item.id, meant.run.seed, meant.run.strategy) == (run.item.id, 7, "uniform")
    assert (meant.run.item.digest, meant.source_changed) == (meant.item.digest, False)


def test_a_property_is_replayed_from_a_case_with_arguments_alone(folder: Path) -> None:
    write_files(folder, {"properties/even.py": PROPERTY})
    run = Run(item=ItemReference("properties/even.py::test_holds", ""), seed=1)

    with pytest.raises(UsageError, match="is a property; its arguments are in the case file"):
        found(make_token(run) or "")
    with pytest.raises(UsageError, match=r"x\.case\.json: arguments: .* the case has no arguments"):
        found(case_of(run.item.id))


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("reference", ["", "gone.case.json", "scenarios", "silence"])
def test_what_is_neither_a_case_nor_a_token_is_refused(reference: str) -> None:
    with pytest.raises(UsageError, match=f"{reference or 'an empty text'}: neither a case file nor a token"):
        found(reference)


def test_the_token_of_what_lies_outside_the_catalogue_finds_it_by_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_files(tmp_path, {"lib/a.py": SCENARIO, "pyproject.toml": "[tool.simcore]\n"}))
    options = find_project(Path()).options
    token = make_token(Run(item=ItemReference("lib/a.py::nothing", ""), seed=1, options=options))
    assert token is not None

    assert (found(token).item.id, found(token).item.target) == ("lib/a.py::nothing", "lib/a.py")


def test_a_token_leads_to_no_file_above_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, {"a.py": TELLTALE + SCENARIO, "here/pyproject.toml": "[tool.simcore]\n"})
    monkeypatch.chdir(tmp_path / "here")
    token = make_token(Run(item=ItemReference("../a.py::nothing", ""), seed=1, options=find_project(Path()).options))
    assert token is not None

    with pytest.raises(UsageError, match="--target"):
        found(token)

    assert not (tmp_path / "here/ran").exists()
