"""From targets to items."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simcore.catalog.find import app_tests, catalogue, item_of, items
from simcore.catalog.item import Item
from simcore.catalog.project import Project, find_project
from simcore.model.errors import UsageError

WHOLE = [
    "orders::shop:loses",
    "orders::shop:ships",
    "scenarios/pool::checkout_times_out",
    "scenarios/pool::race",
    "properties/links::test_sums",
]


@pytest.fixture
def project(folder: Path) -> Project:
    return find_project(folder)


def ids(found: list[Item]) -> list[str]:
    return [item.id for item in found]


def test_without_a_target_the_whole_catalogue_is_meant(project: Project) -> None:
    assert ids(items(project)) == WHOLE


def test_an_item_says_what_its_source_says(project: Project) -> None:
    race = items(project, ["race"])[0]
    loses = items(project, ["shop:loses"])[0]

    assert (race.kind, race.expect, race.seeds, race.source_line) == ("scenario", "failed", 3, "scenarios/pool.py:9")
    assert (loses.kind, loses.expect, loses.suite, loses.entry) == ("test", "failed", "lanes", "shop:loses")
    assert race.root == project.root


def test_the_digest_of_an_item_changes_with_its_source(project: Project, folder: Path) -> None:
    before = {item.id: item.digest for item in catalogue(project)}
    with (folder / "scenarios/pool.py").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    with (folder / "scenarios/orders/src/tests.lua").open("a", encoding="utf-8") as file:
        file.write("-- changed\n")

    after = {item.id: item.digest for item in catalogue(project)}

    assert [name for name in WHOLE if before[name] != after[name]] == WHOLE[:4]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("scenarios/pool::race", ["scenarios/pool::race"]),
        ("pool::race", ["scenarios/pool::race"]),
        ("race", ["scenarios/pool::race"]),
        ("times_out", ["scenarios/pool::checkout_times_out"]),
        ("shop:ships", ["orders::shop:ships"]),
        ("pool", WHOLE[2:4]),
        ("orders", WHOLE[:2]),
        ("scenarios/pool.py", WHOLE[2:4]),
        ("scenarios", WHOLE[:4]),
        ("scenarios/orders", WHOLE[:2]),
        ("properties/links.py", WHOLE[4:]),
        (".", WHOLE),
    ],
)
def test_a_target_is_a_name_a_tail_a_file_or_a_folder(project: Project, target: str, expected: list[str]) -> None:
    found = items(project, [target])

    assert ids(found) == expected
    assert {item.target for item in found} == {""}


def test_an_item_that_is_named_twice_runs_once(project: Project) -> None:
    assert ids(items(project, ["race", "scenarios/pool.py"])) == WHOLE[3:1:-1]


@pytest.mark.parametrize(
    ("target", "parts"),
    [
        ("rcae", ["unknown target 'rcae'", "did you mean scenarios/pool::race?"]),
        ("sum", ["unknown target 'sum'", "did you mean properties/links::test_sums?"]),
        ("s", ["'s' may mean", "orders::shop:loses", "write more of the name"]),
        ("nowhere.py", ["unknown target 'nowhere.py'", "no such file"]),
        ("", ["unknown target ''", "simcore list"]),
        ("pyproject.toml", ["pyproject.toml", "a target is"]),
        ("reports/names.py", ["reports/names.py", "no scenario"]),
    ],
)
def test_a_target_that_names_nothing_is_explained(project: Project, target: str, parts: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        items(project, [target])

    assert [part for part in parts if part not in str(caught.value)] == []


def test_what_begins_with_an_underscore_is_found_by_its_path_alone(project: Project) -> None:
    assert not [item for item in catalogue(project) if "hidden" in item.id]
    with pytest.raises(UsageError, match="no test of an app"):
        items(project, ["scenarios/_lua/hidden"])


def test_a_file_outside_the_catalogue_keeps_its_path_as_a_hint(project: Project, write: Callable[..., Path]) -> None:
    write("elsewhere/one.py", "from simcore import scenario\n@scenario\ndef alone(world): ...\n")

    item = items(project, ["elsewhere/one.py"])[0]

    assert (item.id, item.target, item.source_line) == (
        "scenarios/one::alone",
        "elsewhere/one.py",
        "elsewhere/one.py:2",
    )
    assert item_of(project, item.id, item.target).id == item.id


def test_a_broken_file_is_one_item_that_says_why(project: Project, write: Callable[..., Path]) -> None:
    write("scenarios/broken.py", "def (\n")
    write("scenarios/app/_index.yaml", "entries: 3\n")

    found = {item.id: item.error for item in catalogue(project) if item.error}

    assert list(found) == ["app", "scenarios/broken"]
    assert found["scenarios/broken"] == "scenarios/broken.py:1: SyntaxError: invalid syntax"
    assert found["app"].startswith("scenarios/app/_index.yaml")


def test_a_broken_file_that_is_asked_for_is_the_users_mistake(project: Project, write: Callable[..., Path]) -> None:
    write("scenarios/broken.py", "def (\n")

    for target in ("scenarios/broken.py", "broken"):
        with pytest.raises(UsageError, match=r"scenarios/broken\.py:1: SyntaxError"):
            items(project, [target])


def test_two_items_of_one_id_are_refused(folder: Path, write: Callable[..., Path]) -> None:
    write("pyproject.toml", '[tool.simcore]\nscenarios = ["scenarios", "more"]\n')
    write("more/pool.py", "from simcore import scenario\n@scenario\ndef race(world): ...\n")

    with pytest.raises(UsageError, match=r"scenarios/pool::race stands for two items.*more/pool\.py"):
        catalogue(find_project(folder))


def test_the_tests_of_an_app_have_their_entry_ids(project: Project) -> None:
    found = app_tests("scenarios/orders")

    assert ids(found) == ["shop:loses", "shop:ships"]
    assert {item.target for item in found} == {"scenarios/orders"}
    assert found[0].source_line == "scenarios/orders/src/_index.yaml:10"


def test_suite_and_filter_narrow_the_tests(project: Project) -> None:
    assert ids(app_tests("scenarios/orders", suite="lanes")) == ["shop:loses"]
    assert ids(app_tests("scenarios/orders", filter="shi")) == ["shop:ships"]


def test_a_filter_that_matches_nothing_names_the_nearest(project: Project) -> None:
    with pytest.raises(UsageError, match=r"no test has 'shop:shps' in its entry id; of 2 the nearest: shop:ships, "):
        app_tests("scenarios/orders", filter="shop:shps")


def test_an_unknown_suite_names_the_suites_there_are(project: Project) -> None:
    with pytest.raises(UsageError, match=r"'lane'; it has lanes, pipeline; did you mean lanes\?"):
        app_tests("scenarios/orders", suite="lane")


@pytest.mark.parametrize(
    ("identity", "target", "expected"),
    [
        ("scenarios/pool::race", "", "scenarios/pool::race"),
        ("shop:ships", "scenarios/orders", "shop:ships"),
        ("shop:ships", "", "orders::shop:ships"),
        ("orders::shop:ships", "scenarios/orders", "orders::shop:ships"),
    ],
)
def test_a_case_finds_its_item_again(project: Project, identity: str, target: str, expected: str) -> None:
    assert item_of(project, identity, target).id == expected


def test_an_item_that_is_gone_is_explained(project: Project) -> None:
    with pytest.raises(UsageError, match=r"no item scenarios/pool::rase in .*; did you mean .*race.*--target"):
        item_of(project, "scenarios/pool::rase")


def test_no_id_holds_a_path_of_the_machine(project: Project, folder: Path) -> None:
    for item in catalogue(project):
        assert str(folder) not in item.id + item.source_line + item.target


def test_a_link_that_leads_nowhere_is_a_broken_file(folder: Path) -> None:
    (folder / "scenarios/unread.py").symlink_to(folder / "scenarios/unread.py")

    errors = [item.error for item in catalogue(find_project(folder)) if item.id == "scenarios/unread"]

    assert len(errors) == 1
    assert errors[0].startswith("scenarios/unread.py: a link that leads to no file")
    with pytest.raises(UsageError, match=r"scenarios/unread\.py: "):
        items(find_project(folder), ["unread"])


def test_a_link_to_a_file_elsewhere_is_an_item_and_its_mistakes_are_placed(
    folder: Path, write: Callable[..., Path]
) -> None:
    good = write("elsewhere/linked.py", "from simcore import scenario\n@scenario\ndef linked(world): ...\n")
    bad = write("elsewhere/bad.py", "x = 1\nx.y\n")
    (folder / "scenarios/linked.py").symlink_to(good)
    (folder / "scenarios/bad.py").symlink_to(bad)

    found = catalogue(find_project(folder))

    assert "scenarios/linked::linked" in ids(found)
    (error,) = [item.error for item in found if item.id == "scenarios/bad"]
    assert error.startswith("scenarios/bad.py:2: AttributeError")


def test_a_link_to_the_folder_that_holds_it_is_not_followed(folder: Path) -> None:
    before = ids(catalogue(find_project(folder)))
    (folder / "scenarios/again").symlink_to(folder / "scenarios")

    assert ids(catalogue(find_project(folder))) == before
