from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from simcore.lua.application import Application, load
from simcore.model.errors import UsageError
from simcore.security.policy import Policy

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lua.application.conftest import WriteApp

ROOT = """\
version: "1.0"
namespace: shop
entries:
  - name: processes
    kind: process.host
    host:
      workers: 4
      max_processes: 100
    lifecycle:
      auto_start: true
      start_timeout: 10s
      restart: {initial_delay: 1s, max_delay: 90s, backoff_factor: 2, jitter: 0.1, max_attempts: 0}
      security: {actor: {id: shop, meta: {role: host}}, groups: [workers], policies: [shop:only_send]}
  - name: only_send
    kind: security.policy
    policy: {actions: process.send, resources: "*", effect: allow}
    groups: [workers]
  - name: coordinator
    kind: process.lua
    meta: {comment: hands out orders}
    source: file://coordinator.lua
    method: run
    modules: [process, channel, time]
    imports:
      orders: shop.lib:orders
      helper: helper
  - name: helper
    kind: library.lua
    source: |
      return {}
  - name: prices
    kind: registry.entry
    meta: {currency: EUR}
    list: [{id: 1, price: 2.5}]
"""
LIBRARY = """\
version: "1.0"
namespace: shop.lib
entries:
  - name: orders
    kind: library.lua
    source: file://src/orders.lua
    modules: [funcs]
"""
TESTS = """\
version: "1.0"
namespace: shop
entries:
  - {name: late, kind: function.lua, source: file://t.lua, method: late, meta: {type: test, suite: b, order: 2}}
  - {name: early, kind: function.lua, source: file://t.lua, method: early, meta: {type: test, suite: b, order: 1}}
  - {name: other, kind: function.lua, source: file://t.lua, method: other, meta: {type: test, suite: b, order: 1}}
  - {name: zero, kind: process.lua, source: file://t.lua, method: zero, meta: {type: test, suite: a}}
  - {name: alone, kind: function.lua, source: file://t.lua, meta: {type: test, simcore: {expect: failed}}}
  - {name: data, kind: registry.entry, meta: {type: test}}
  - {name: helps, kind: library.lua, source: file://t.lua, meta: {type: test}}
"""
FILES: dict[str, str | bytes] = {
    "_index.yaml": ROOT,
    "coordinator.lua": "return { run = function() end }\n",
    "lib/_index.yaml": LIBRARY,
    "lib/src/orders.lua": b"-- \xe9\nreturn {}\n",
    "tests/_index.yaml": TESTS,
    "tests/t.lua": "return require('assert')\n",
}


@pytest.fixture
def shop(write_app: WriteApp) -> Application:
    return load(write_app(FILES))


def test_entries_come_sorted_by_id(shop: Application) -> None:
    assert list(shop.entries) == [
        "shop.lib:orders",
        "shop:alone",
        "shop:coordinator",
        "shop:data",
        "shop:early",
        "shop:helper",
        "shop:helps",
        "shop:late",
        "shop:only_send",
        "shop:other",
        "shop:prices",
        "shop:processes",
        "shop:zero",
    ]


def test_an_entry_knows_its_place_and_its_source(shop: Application) -> None:
    entry = shop.entries["shop:coordinator"]

    assert (entry.namespace, entry.name, entry.kind) == ("shop", "coordinator", "process.lua")
    assert (entry.file, entry.line, entry.source_path) == ("_index.yaml", 18, "coordinator.lua")
    assert entry.source_text == FILES["coordinator.lua"]
    assert entry.erased is not None
    assert entry.erased.text == entry.source_text
    assert (entry.method, entry.modules) == ("run", ("process", "channel", "time"))
    assert entry.imports == {"helper": "shop:helper", "orders": "shop.lib:orders"}
    assert entry.libraries == ("shop:helper", "shop.lib:orders")


def test_data_is_everything_but_name_kind_and_meta(shop: Application) -> None:
    prices = shop.entries["shop:prices"]

    assert prices.meta == {"currency": "EUR"}
    assert prices.data == {"list": [{"id": 1, "price": 2.5}]}
    assert list(shop.entries["shop:coordinator"].data) == ["source", "method", "modules", "imports"]
    assert prices.source is None
    assert (prices.source_path, prices.source_text, prices.erased) == (None, "", None)


def test_a_source_is_relative_to_its_index_and_one_character_for_each_byte(shop: Application) -> None:
    orders = shop.entries["shop.lib:orders"]

    assert orders.source_path == "lib/src/orders.lua"
    assert orders.source_text == "-- \xe9\nreturn {}\n"


def test_a_source_may_stand_in_the_index(shop: Application) -> None:
    helper = shop.entries["shop:helper"]

    assert (helper.source_path, helper.source_text) == (None, "return {}\n")


def test_one_file_is_read_once_for_all_its_entries(shop: Application) -> None:
    assert shop.entries["shop:early"].source is shop.entries["shop:late"].source


def test_hosts_executables_and_policies_are_at_hand(shop: Application) -> None:
    assert list(shop.hosts) == ["shop:processes"]
    assert shop.hosts["shop:processes"].processes_max == 100
    assert "shop:coordinator" in shop.executables
    assert "shop:prices" not in shop.executables
    assert list(shop.policies) == ["shop:only_send"]
    assert isinstance(shop.policies["shop:only_send"], Policy)
    assert shop.foreign == ()


def test_tests_come_by_suite_then_order_then_id(shop: Application) -> None:
    names = [(test.suite, test.order, test.name) for test in shop.tests]

    assert names == [("", 0, "alone"), ("a", 0, "zero"), ("b", 1, "early"), ("b", 1, "other"), ("b", 2, "late")]


def test_a_test_that_is_meant_to_fail_says_so(shop: Application) -> None:
    assert [test.name for test in shop.tests if test.expected_failure] == ["alone"]


def test_a_test_may_be_meant_to_pass(write_app: WriteApp) -> None:
    index = "namespace: a\nentries:\n- {name: t, kind: function.lua, source: return 1, meta: {type: test, simcore: %s}}"
    index = index % "{expect: passed}"

    assert [test.expected_failure for test in load(write_app({"_index.yaml": index})).tests] == [False]


def test_an_index_without_entries_is_an_application(write_app: WriteApp) -> None:
    application = load(write_app({"_index.yaml": "namespace: empty\nentries:\n"}))

    assert (application.entries, application.tests) == ({}, ())


def test_a_host_needs_nothing_but_its_name(write_app: WriteApp) -> None:
    application = load(write_app({"_index.yaml": "namespace: a\nentries:\n- {name: h, kind: terminal.host}\n"}))

    assert list(application.hosts) == ["a:h"]


def test_names_of_files_cannot_bring_control_characters_into_what_is_told(write_app: WriteApp) -> None:
    index = "namespace: a\nentries:\n- {name: x, kind: process.lua, source: 'return process.exec', odd: 1}\n"
    application = load(write_app({"red\x1b[31m/_index.yaml": index}))

    assert application.dialect_reason == r"red\x1b[31m/_index.yaml (a:x) uses exec"
    assert str(application.foreign[0]) == r"key process.lua: odd (once at red\x1b[31m/_index.yaml:3)"


def test_a_policy_that_can_never_match_is_a_warning_with_its_place(write_app: WriteApp) -> None:
    policy = "policy: {actions: '*.read', resources: '*', effect: deny}"
    index = f"namespace: a\nentries:\n- {{name: p, kind: security.policy,\n   {policy}}}"

    warnings = load(write_app({"_index.yaml": index})).warnings

    assert len(warnings) == 1
    assert warnings[0].startswith("_index.yaml:4: a:p: policy.actions[0]")


def test_the_digest_is_the_same_at_another_path_and_in_another_order_of_creation(
    shop: Application, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    for relative in sorted(FILES, reverse=True):
        (elsewhere / relative).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(shop.folder / relative, elsewhere / relative)

    assert load(elsewhere).source_digest == shop.source_digest


def test_the_digest_does_not_depend_on_the_cut_into_files_or_the_order_of_keys(write_app: WriteApp) -> None:
    head = "namespace: a\nentries:\n"
    one = head + "- {name: x, kind: registry.entry, one: 1, two: 2}\n- {name: y, kind: registry.entry}\n"
    first = load(write_app({"_index.yaml": one})).source_digest
    two = head + "- {two: 2, one: 1, kind: registry.entry, name: x}\n"
    second = write_app({"_index.yaml": two, "b/_index.yaml": head + "- {name: y, kind: registry.entry}\n"})

    assert load(second).source_digest == first


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("_index.yaml", "currency: EUR", "currency: USD"),
        ("_index.yaml", "price: 2.5", "price: 2.6"),
        ("_index.yaml", "id: 1", "id: 1.0"),
        ("_index.yaml", "- name: prices", "- name: costs"),
        ("coordinator.lua", "function() end", "function()  end"),
    ],
)
def test_the_digest_changes_with_anything_an_application_says(
    shop: Application, write_app: WriteApp, file: str, old: str, new: str
) -> None:
    text = FILES[file]
    assert isinstance(text, str)

    changed = load(write_app({**FILES, file: text.replace(old, new)}))

    assert changed.source_digest != shop.source_digest


def test_the_digest_is_pinned(write_app: WriteApp) -> None:
    index = "namespace: a\nentries:\n- {name: x, kind: library.lua, source: return 1}\n"

    digest = load(write_app({"_index.yaml": index})).source_digest

    # SHA-256 of '["a:x","library.lua",{},{"source":"return 1"},"return 1"]' and a newline.
    assert digest == "ee924a034cac255bc5df044a517f5b33a7c82ad175434bc330ed082c4d75cf67"


def test_an_id_that_is_defined_twice_is_refused_with_both_places(write_app: WriteApp) -> None:
    entry = "namespace: a\nentries:\n- {name: x, kind: registry.entry}\n"
    folder = write_app({"one/_index.yaml": entry, "two/_index.yaml": f"# two\n{entry}"})

    with pytest.raises(UsageError) as caught:
        load(folder)

    assert str(caught.value) == (
        f"{folder}/two/_index.yaml:4: entries[0] (a:x): the id a:x is already defined at {folder}/one/_index.yaml:3; "
        "rename one of the two, or name the folder of one app if these are two"
    )
