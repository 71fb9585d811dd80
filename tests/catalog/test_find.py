"""From targets to items."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from simcore.catalog.find import app_tests, catalogue, find, item_of, items
from simcore.catalog.item import Item
from simcore.catalog.project import Project, find_project
from simcore.model.errors import UsageError
from simcore.runner.plan import Plan
from tests.files import write_files

WHOLE = [
    "scenarios/orders::shop:loses",
    "scenarios/orders::shop:ships",
    "scenarios/pool.py::checkout_times_out",
    "scenarios/pool.py::race",
    "properties/links.py::test_sums",
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

    assert (race.kind, race.expect, race.schedules, race.source_line) == (
        "scenario",
        "failed",
        3,
        "scenarios/pool.py:9",
    )
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
        ("scenarios/pool.py::race", ["scenarios/pool.py::race"]),
        ("pool::race", ["scenarios/pool.py::race"]),
        ("race", ["scenarios/pool.py::race"]),
        ("times_out", ["scenarios/pool.py::checkout_times_out"]),
        ("shop:ships", ["scenarios/orders::shop:ships"]),
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
        ("rcae", ["unknown target 'rcae'", "did you mean scenarios/pool.py::race?"]),
        ("sum", ["unknown target 'sum'", "did you mean properties/links.py::test_sums?"]),
        ("s", ["'s' may mean", "scenarios/orders::shop:loses", "write more of the name"]),
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
        "elsewhere/one.py::alone",
        "elsewhere/one.py",
        "elsewhere/one.py:2",
    )
    assert item_of(project, item.id, item.target).id == item.id


def test_a_broken_file_is_one_item_that_says_why(project: Project, write: Callable[..., Path]) -> None:
    write("scenarios/broken.py", "def (\n")
    write("scenarios/app/_index.yaml", "entries: 3\n")

    found = {item.id: item.error for item in catalogue(project) if item.error}

    assert list(found) == ["scenarios/app", "scenarios/broken.py"]
    assert found["scenarios/broken.py"] == "scenarios/broken.py:1: SyntaxError: invalid syntax"
    assert found["scenarios/app"].startswith("scenarios/app/_index.yaml")


def test_a_broken_file_that_is_asked_for_is_the_users_mistake(project: Project, write: Callable[..., Path]) -> None:
    write("scenarios/broken.py", "def (\n")

    for target in ("scenarios/broken.py", "broken"):
        with pytest.raises(UsageError, match=r"scenarios/broken\.py:1: SyntaxError"):
            items(project, [target])


def test_files_of_one_name_in_two_folders_are_two(folder: Path, write: Callable[..., Path]) -> None:
    write("pyproject.toml", '[tool.simcore]\nscenarios = ["scenarios", "more"]\n')
    write("more/pool.py", "from simcore import scenario\n@scenario\ndef race(world): ...\n")
    project = find_project(folder)

    races = [item for item in catalogue(project) if item.id.endswith("race")]

    assert ids(races) == ["scenarios/pool.py::race", "more/pool.py::race"]
    assert len({Plan().seed(each.id, 2) for each in races}) == 2
    assert [ids(items(project, [each.id])) for each in races] == [[each.id] for each in races]


def test_apps_of_one_name_in_two_folders_are_two(folder: Path, write: Callable[..., Path]) -> None:
    for name in ("one/src", "two/src"):
        shutil.copytree(folder / "scenarios/orders/src", folder / "elsewhere" / name)

    found = items(find_project(folder), ["elsewhere/one/src", "elsewhere/two/src"])

    assert ids(found) == [
        f"elsewhere/{name}/src::shop:{test}" for name in ("one", "two") for test in ("loses", "ships")
    ]


def test_a_file_and_an_app_of_one_name_are_two(folder: Path, write: Callable[..., Path]) -> None:
    write("scenarios/orders.py", "from simcore import scenario\n@scenario\ndef alone(world): ...\n")
    project = find_project(folder)

    assert ids(items(project, ["scenarios/orders.py", "scenarios/orders"])) == [
        "scenarios/orders.py::alone",
        "scenarios/orders::shop:loses",
        "scenarios/orders::shop:ships",
    ]
    assert ids(items(project, ["orders::alone"])) == ["scenarios/orders.py::alone"]


def test_a_name_that_a_file_and_an_app_share_is_that_of_both(folder: Path, write: Callable[..., Path]) -> None:
    write("scenarios/orders.py", "from simcore import scenario\n@scenario\ndef alone(world): ...\n")

    with pytest.raises(UsageError, match=r"'orders' may mean scenarios/orders, scenarios/orders\.py"):
        items(find_project(folder), ["orders"])


def test_a_folder_that_is_named_twice_or_lies_in_another_counts_once(folder: Path, write: Callable[..., Path]) -> None:
    before = ids(catalogue(find_project(folder)))
    write("pyproject.toml", '[tool.simcore]\nscenarios = ["scenarios", "scenarios/shared", "./scenarios"]\n')

    assert ids(catalogue(find_project(folder))) == before


def test_a_folder_that_is_named_by_a_link_too_counts_once(folder: Path, write: Callable[..., Path]) -> None:
    before = ids(catalogue(find_project(folder)))
    (folder / "link").symlink_to(folder / "scenarios", target_is_directory=True)
    (folder / "inner").symlink_to(folder / "scenarios/shared", target_is_directory=True)
    write("pyproject.toml", f'[tool.simcore]\nscenarios = ["scenarios", "link", "inner", "{folder}/link/"]\n')

    assert ids(catalogue(find_project(folder))) == before


@pytest.mark.parametrize("first", ["absolute", "relative", "link"])
def test_a_folder_outside_that_is_named_in_several_ways_counts_by_its_first_name(
    folder: Path, write: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory, first: str
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "apart.py").write_text("from simcore import scenario\n@scenario\ndef apart(world): ...\n")
    (folder / "linked").symlink_to(outside, target_is_directory=True)
    relative = Path(os.path.relpath(outside, folder)).as_posix()
    names = {"absolute": outside.as_posix(), "relative": relative, "link": "linked"}
    others = [name for word, name in names.items() if word != first]
    write("pyproject.toml", f"[tool.simcore]\nscenarios = {[names[first], *others]}\n")

    project = find_project(folder)

    assert [id for id in ids(catalogue(project)) if "apart" in id] == [f"{names[first]}/apart.py::apart"]


def test_two_links_to_one_file_in_one_folder_are_two_items(folder: Path) -> None:
    before = ids(catalogue(find_project(folder)))
    for name in ("one", "two"):
        (folder / f"scenarios/{name}.py").symlink_to(folder / "scenarios/pairs.py")

    added = {*ids(catalogue(find_project(folder)))} - {*before}

    assert {each.partition("::")[0] for each in added} == {"scenarios/one.py", "scenarios/two.py"}


def test_a_folder_that_lies_outside_works(
    folder: Path, write: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "far.py").write_text("from simcore import scenario\n@scenario\ndef far(world): ...\n", encoding="utf-8")
    upwards = os.path.relpath(outside, folder)

    for named, id in ((outside, f"{outside}/far.py::far"), (upwards, f"{upwards}/far.py::far")):
        write("pyproject.toml", f'[tool.simcore]\nscenarios = ["{named}"]\n')
        project = find_project(folder)
        assert ids(catalogue(project))[0] == id
        assert ids(items(project, [id])) == [id]


def test_a_folder_of_the_configuration_may_be_an_app_itself(folder: Path, write: Callable[..., Path]) -> None:
    write("pyproject.toml", '[tool.simcore]\nscenarios = ["scenarios/orders/src"]\n')

    assert ids(catalogue(find_project(folder)))[:2] == [
        "scenarios/orders/src::shop:loses",
        "scenarios/orders/src::shop:ships",
    ]


@pytest.mark.parametrize("place", [".", "scenarios", "scenarios/orders"])
def test_each_id_is_a_target_wherever_it_is_said(folder: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / place)
    project = find_project(Path())

    for id in WHOLE:
        assert ids(items(project, [id])) == [id]
        assert ids(items(project, [id.replace(".py", "")])) == [id]


@pytest.mark.parametrize("place", [".", "elsewhere", "scenarios"])
def test_each_id_of_what_lies_outside_the_catalogue_is_a_target(
    folder: Path, write: Callable[..., Path], place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("elsewhere/one.py", "from simcore import scenario\n@scenario\ndef alone(world): ...\n")
    shutil.copytree(folder / "scenarios/orders/src", folder / "elsewhere/app")
    wanted = ["elsewhere/one.py::alone", "elsewhere/app::shop:loses", "elsewhere/app::shop:ships"]
    monkeypatch.chdir(folder / place)
    project = find_project(Path())

    assert ids(items(project, [os.path.relpath(folder / "elsewhere")])) == [wanted[1], wanted[2], wanted[0]]
    for id in wanted:
        assert ids(items(project, [id])) == [id]
    assert ids(items(project, ["elsewhere/one::alone"])) == wanted[:1]
    assert ids(items(project, ["elsewhere/app::ships"])) == wanted[2:]


def test_a_name_that_its_file_does_not_hold_is_explained(project: Project) -> None:
    with pytest.raises(UsageError, match=r"nothing of that name; did you mean scenarios/pool\.py::race\?"):
        items(project, ["scenarios/pool.py::rase"])


def test_a_target_without_items_does_not_hide_the_others(project: Project, write: Callable[..., Path]) -> None:
    write("elsewhere/nothing.py", "x = 1\n")

    found = find(project, ["elsewhere/nothing.py", "race"])

    assert ids(found.items) == ["scenarios/pool.py::race"]
    assert [line.partition(":")[0] for line in found.empty] == ["elsewhere/nothing.py"]


def test_targets_that_hold_nothing_at_all_are_the_users_mistake(project: Project, write: Callable[..., Path]) -> None:
    write("elsewhere/nothing.py", "x = 1\n")

    with pytest.raises(UsageError, match=r"elsewhere/nothing\.py: no scenario"):
        find(project, ["elsewhere/nothing.py", "reports/names.py"])


@pytest.mark.parametrize(
    ("file", "cure"),
    [
        ("scenarios/pool.py", r"\[tool\.simcore\].*simcore run scenarios"),
        ("properties/deep/links.py", r"\[tool\.simcore\].*simcore run properties"),
        ("scenarios/shop/_index.yaml", r"\[tool\.simcore\].*simcore run scenarios"),
        ("_index.yaml", r"simcore run \."),
    ],
)
def test_what_comes_with_simcore_is_not_run_in_the_place_of_what_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, cure: str
) -> None:
    monkeypatch.chdir(write_files(tmp_path, {file: "", "reports/mine.py": ""}))

    with pytest.raises(UsageError, match=cure):
        find(find_project(Path()))


def test_a_folder_with_nothing_of_the_kind_runs_what_comes_with_simcore(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_files(tmp_path, {"scenarios/notes.txt": "", "reports/mine.py": ""}))

    assert find(find_project(Path())).items


def test_run_and_test_have_the_same_schedules_of_one_item(project: Project, folder: Path) -> None:
    shutil.copytree(folder / "scenarios/orders/src", folder / "elsewhere/app")

    for name in ("scenarios/orders", "elsewhere/app"):
        run, tested = (
            {item.id: Plan().seed(item.id, 7) for item in found}
            for found in (items(project, [name]), app_tests(project, name))
        )
        assert run == tested


def test_the_tests_of_an_app_have_the_ids_that_they_have_among_all(project: Project) -> None:
    found = app_tests(project, "scenarios/orders")

    assert ids(found) == WHOLE[:2]
    assert {item.target for item in found} == {""}
    assert found[0].source_line == "scenarios/orders/src/_index.yaml:10"


def test_suite_and_filter_narrow_the_tests(project: Project) -> None:
    assert ids(app_tests(project, "scenarios/orders", suite="lanes")) == WHOLE[:1]
    assert ids(app_tests(project, "scenarios/orders", filter="shi")) == WHOLE[1:2]


def test_a_filter_that_matches_nothing_names_the_nearest(project: Project) -> None:
    with pytest.raises(UsageError, match=r"no test has 'shop:shps' in its entry id; of 2 the nearest: shop:ships, "):
        app_tests(project, "scenarios/orders", filter="shop:shps")


def test_an_unknown_suite_names_the_suites_there_are(project: Project) -> None:
    with pytest.raises(UsageError, match=r"'lane'; it has lanes, pipeline; did you mean lanes\?"):
        app_tests(project, "scenarios/orders", suite="lane")


@pytest.mark.parametrize(
    ("identity", "target", "expected"),
    [
        ("scenarios/pool.py::race", "", "scenarios/pool.py::race"),
        # What an earlier simcore called them.
        ("scenarios/pool::race", "", "scenarios/pool.py::race"),
        ("shop:ships", "scenarios/orders", "scenarios/orders::shop:ships"),
        ("shop:ships", "", "scenarios/orders::shop:ships"),
        ("orders::shop:ships", "scenarios/orders", "scenarios/orders::shop:ships"),
        ("scenarios/one::alone", "elsewhere/one.py", "elsewhere/one.py::alone"),
        ("scenarios/one::alone", "elsewhere", "elsewhere/one.py::alone"),
        ("properties/links::test_sums", "", "properties/links.py::test_sums"),
    ],
)
def test_a_case_finds_its_item_again(
    project: Project, write: Callable[..., Path], identity: str, target: str, expected: str
) -> None:
    write("elsewhere/one.py", "from simcore import scenario\n@scenario\ndef alone(world): ...\n")
    assert item_of(project, identity, target).id == expected


def test_an_item_that_is_gone_is_explained(project: Project) -> None:
    with pytest.raises(UsageError, match=r"no item scenarios/pool.py::rase in .*--target; did you mean .*race"):
        item_of(project, "scenarios/pool.py::rase")


def test_no_id_holds_a_path_of_the_machine(project: Project, folder: Path) -> None:
    for item in catalogue(project):
        assert str(folder) not in item.id + item.source_line + item.target


def test_a_link_that_leads_nowhere_is_a_broken_file(folder: Path) -> None:
    (folder / "scenarios/unread.py").symlink_to(folder / "scenarios/unread.py")

    errors = [item.error for item in catalogue(find_project(folder)) if item.id == "scenarios/unread.py"]

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

    assert "scenarios/linked.py::linked" in ids(found)
    (error,) = [item.error for item in found if item.id == "scenarios/bad.py"]
    assert error.startswith("scenarios/bad.py:2: AttributeError")


def test_a_link_to_the_folder_that_holds_it_is_not_followed(folder: Path) -> None:
    before = ids(catalogue(find_project(folder)))
    (folder / "scenarios/again").symlink_to(folder / "scenarios")

    assert ids(catalogue(find_project(folder))) == before


def test_a_name_that_is_no_text_is_an_item_all_the_same(project: Project, folder: Path) -> None:
    """Python gives a byte that it cannot read as a lone surrogate, which no file of results can hold."""
    text = "from simcore import scenario\n@scenario\ndef alone(world): ...\n"
    for name in (b"elsewhere/la\xe4tin.py", b"scenarios/la\xe4tin.py"):
        path = folder / os.fsdecode(name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    (outside,) = items(project, [os.fsdecode(b"elsewhere/la\xe4tin.py")])
    inside = [item for item in catalogue(project) if item.id.endswith("alone")]

    assert (outside.id, outside.target) == ("elsewhere/la\\xe4tin.py::alone", "elsewhere/la\\xe4tin.py")
    assert ids(inside) == ["scenarios/la\\xe4tin.py::alone"]
    assert Plan().seed(outside.id, 1) != Plan().seed(inside[0].id, 1)


FAILS = "from simcore import scenario\n@scenario\ndef fails(world): assert 0\n"


@pytest.mark.parametrize("target", [[], ["scenarios"], ["scenarios/orders"]])
def test_scenarios_in_the_tree_of_an_app_are_items(folder: Path, write: Callable[..., Path], target: list[str]) -> None:
    write("scenarios/orders/src/deep/s.py", FAILS)
    write("scenarios/orders/src/build.py", "raise RuntimeError('serves the app and is never imported')\n")

    found = ids(items(find_project(folder), target))

    assert "scenarios/orders/src/deep/s.py::fails" in found
    assert not [id for id in found if "build" in id]


def test_so_they_are_in_an_app_outside_of_a_catalogue(folder: Path, write: Callable[..., Path]) -> None:
    shutil.copytree(folder / "scenarios/orders/src", folder / "elsewhere/app")
    write("elsewhere/app/properties/p.py", "from hypothesis import given, strategies as s\n" + GIVEN)
    write("elsewhere/app/properties/q.py", "from simcore import scenario\n@scenario\nasync def wrong(world): ...\n")

    found = items(find_project(folder), ["elsewhere/app"])

    assert ids(found) == [
        "elsewhere/app::shop:loses",
        "elsewhere/app::shop:ships",
        "elsewhere/app/properties/p.py::test_false",
        "elsewhere/app/properties/q.py::wrong",
    ]
    assert "async def" in found[-1].error


GIVEN = "@given(s.integers())\ndef test_false(number): assert number < 3\n"


def test_a_target_that_is_refused_does_not_hide_the_others(folder: Path, write: Callable[..., Path]) -> None:
    write("scenarios/bad.py", "from simcore import scenario\n@scenario\nasync def wrong(world): ...\n")
    write("elsewhere/app/_index.yaml", "entries: 3\n")
    targets = ["scenarios/bad.py", "elsewhere/app", "race"]

    found = items(find_project(folder), targets)

    assert [bool(item.error) for item in found] == [True, True, False]
    with pytest.raises(UsageError, match=r"(?s)scenarios/bad\.py:2.*elsewhere/app/_index\.yaml"):
        find(find_project(folder), targets[:2])


def test_a_target_in_another_project_is_told_that_its_settings_are_not_in_force(
    folder: Path, write: Callable[..., Path]
) -> None:
    write("other/pyproject.toml", "[tool.simcore]\n")
    write("other/scenarios/s.py", FAILS)

    for target in ("other", "other/scenarios/s.py", "other/scenarios/s.py::fails"):
        found = find(find_project(folder), [target])
        assert ids(found.items) == ["other/scenarios/s.py::fails"]
        (line,) = found.empty
        assert line.startswith(f"{target} lies in a project of its own")
        assert line.endswith("run it from other")


@pytest.mark.parametrize("identity", ["scenarios/broken.py::x", "scenarios/broken::x"])
def test_an_item_of_a_file_that_cannot_be_read_is_told_as_that_file_s_error(
    project: Project, write: Callable[..., Path], identity: str
) -> None:
    write("scenarios/broken.py", "import no_such_module\n")

    with pytest.raises(UsageError, match=r"broken.* cannot be run: scenarios/broken\.py:1: ModuleNotFoundError"):
        item_of(project, identity)
