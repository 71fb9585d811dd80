"""Every mistake in an application is told with file, line, entry and field, and with what to write."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.lua.application import Application, load
from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from tests.lua.application.conftest import WriteApp

HEAD = "namespace: app\nentries:\n"
LUA = "  - name: worker\n    kind: process.lua\n    source: return {}\n"
HOST = "  - name: host\n    kind: process.host\n"
SERVICE = "  - name: cron\n    kind: process.service\n"
POLICY = "  - name: rule\n    kind: security.policy\n"
TEST = "  - name: check\n    kind: function.lua\n    source: return {}\n"
WORKER = "entries[0] (app:worker): "

MODULE = "  - name: worker\n    kind: function.lua\n    method: RUN\n    source: 'SOURCE'\n"


def module(method: str, source: str) -> str:
    return HEAD + MODULE.replace("RUN", method).replace("SOURCE", source)


BAD_INDEXES = {
    "empty": ("", ":1: ", "the file is empty", "write 'namespace' and 'entries'"),
    "a list": ("- a\n", ":1: ", "the file must be a mapping, got a list"),
    "broken": ("namespace: [\n", ":2: ", "not valid YAML"),
    "no namespace": ("entries: []\n", ":1: ", "field 'namespace' is missing; write  namespace: app"),
    "namespace is a list": ("# x\nnamespace: [a]\n", ":2: ", "field 'namespace' must be a text, got a list"),
    "namespace is empty": ("namespace: ''\n", ":1: ", "field 'namespace' is empty"),
    "namespace is a number": ("namespace: 12\n", ":1: ", "must be a text, got a number"),
    "namespace with a colon": ("namespace: 'a:b'\n", ":1: ", "field 'namespace' must not hold ':'"),
    "namespace with an escape": ('namespace: "a\\e[1m"\n', ":1: ", "'a\\x1b[1m'"),
    "version is a list": (
        "version: [1, 0]\nnamespace: app\n",
        ":1: ",
        "field 'version' must be a text or a number, got a list; write  version: \"1.0\"",
    ),
    "version is a mapping": ("namespace: app\nversion: {a: 1}\n", ":2: ", "must be a text or a number, got a mapping"),
    "version is a boolean": ("namespace: app\nversion: true\n", ":2: ", "must be a text or a number, got a boolean"),
    "namespace is mistyped": (
        "version: 1\nnamspace: app\n",
        ":2: ",
        "field 'namespace' is missing, and 'namspace' has no meaning; write  namespace: app",
    ),
    "entries is mistyped": (
        "namespace: app\nentires: []\n",
        ":2: ",
        "field 'entries' is missing, and 'entires' has no meaning",
    ),
    "entries is a mapping": ("namespace: app\nentries: {}\n", ":2: ", "field 'entries' must be a list, got a mapping"),
    "entry is a text": (HEAD + "  - x\n", ":3: ", "entries[0]: must be a mapping, got a text"),
    "entry without a name": (HEAD + "  - kind: process.lua\n", ":3: ", "entries[0]: field 'name' is missing"),
    "entry without a kind": (HEAD + "  - name: worker\n", ":3: ", WORKER + "field 'kind' is missing"),
    "name is mistyped": (HEAD + "  - nmae: a\n    kind: x\n", ":3: ", "is missing, and 'nmae' has no meaning"),
    "kind is mistyped": (
        HEAD + "  - name: worker\n    kidn: process.lua\n",
        ":4: ",
        WORKER + "field 'kind' is missing, and 'kidn' has no meaning; write  kind: process.lua",
    ),
    "source is mistyped": (
        HEAD + "  - name: worker\n    kind: process.lua\n    sorce: return {}\n",
        ":5: ",
        WORKER + "field 'source' is missing, and 'sorce' has no meaning; write  source: file://worker.lua",
    ),
    "method is mistyped": (
        HEAD + LUA + "    methid: run\n",
        ":6: ",
        WORKER + "field 'method' is missing, and 'methid' has no meaning; write  method: run",
    ),
    "method is of nothing": (
        module("run", "return {}"),
        ":5: ",
        WORKER + "field 'method' is 'run', which its source does not export",
        "it has to return a table with that function, or the function itself",
    ),
    "method is of another name": (
        module("rum", "local function run() end return { run = run, stop = run }"),
        ":5: ",
        "field 'method' is 'rum', which its source does not export; it exports run, stop",
    ),
    "method is of almost that name": (
        module("handel", "local M = {} function M.handle() end return M"),
        ":5: ",
        "field 'method' is 'handel', which its source does not export; it exports handle; did you mean handle?",
    ),
    "method is of what is only read": (
        module("run", "local M = {} function M.start() M.run() end return M"),
        ":5: ",
        "does not export; it exports start",
    ),
    "method is one of many": (
        module("run", f"return {{ {', '.join(f'a{number} = print' for number in range(20))} }}"),
        ":5: ",
        "it exports a0, a1, a10, a11, a12, a13, a14, a15, ...",
    ),
    "method is of a type": (
        module("Point", "type Point = { x: number } return { run = print }"),
        ":5: ",
        "it exports run",
    ),
    "pool is a list": (HEAD + TEST + "    pool: [1]\n", ":6: ", "field 'pool' must be a mapping, got a list"),
    "type is a list": (HEAD + TEST + "    meta: {type: [test]}\n", ":6: ", "field 'meta.type' must be a text"),
    "type is almost test": (
        HEAD + TEST + "    meta: {type: tests}\n",
        ":6: ",
        "field 'meta.type' is 'tests', which makes it no test; write  type: test",
    ),
    "type is swapped": (HEAD + TEST + "    meta: {type: tset}\n", ":6: ", "which makes it no test"),
    "type is shouted": (HEAD + TEST + "    meta: {type: TEST}\n", ":6: ", "which makes it no test"),
    "simcore is a list": (HEAD + HOST + "    meta: {simcore: []}\n", ":5: ", "'meta.simcore' must be a mapping"),
    "process is mistyped": (
        HEAD + SERVICE + "    proces: app:a\n",
        ":3: ",
        "process is required, and 'proces' has no meaning; write  process: app:process",
    ),
    "kind is a boolean": (
        HEAD + "  - name: worker\n    kind: true\n",
        ":4: ",
        "field 'kind' must be a text, got a boolean",
    ),
    "name is a number": (HEAD + "  - name: 7\n", ":3: ", "entries[0]: field 'name' must be a text, got a number"),
    "bytecode": (
        HEAD + "  - name: worker\n    kind: process.lua.bc\n",
        ":4: ",
        WORKER + "kind 'process.lua.bc' holds compiled bytecode",
        "write  kind: process.lua",
    ),
    "meta is a list": (HEAD + LUA + "    meta: []\n", ":6: ", "field 'meta' must be a mapping, got a list"),
    "no source": (HEAD + "  - name: worker\n    kind: process.lua\n", ":3: ", "field 'source' is missing"),
    "source is a mapping": (
        HEAD + "  - name: worker\n    kind: process.lua\n    source: {a: 1}\n",
        ":5: ",
        WORKER + "field 'source' must be a text, got a mapping; write  source: file://worker.lua",
    ),
    "source file is missing": (
        HEAD + "  - name: worker\n    kind: process.lua\n    source: file://gone.lua\n",
        ":5: ",
        WORKER + "field 'source': the file src/gone.lua does not exist; create it or correct its name",
    ),
    "source outside": (
        HEAD + "  - name: worker\n    kind: process.lua\n    source: file://../../gone.lua\n",
        ":5: ",
        WORKER + "field 'source': the file ../gone.lua lies outside the application's folder",
    ),
    "source is absolute": (
        HEAD + "  - name: worker\n    kind: process.lua\n    source: file:///etc/hostname\n",
        ":5: ",
        "must be relative to the index file",
    ),
    "source without its scheme": (
        HEAD + "  - name: worker\n    kind: process.lua\n    source: worker.lua\n",
        ":5: ",
        "write  source: file://worker.lua",
    ),
    "method is a list": (
        HEAD + LUA + "    method: [run]\n",
        ":6: ",
        WORKER + "field 'method' must be a text, got a list; write  method: run",
    ),
    "modules is a text": (
        HEAD + LUA + "    modules: time\n",
        ":6: ",
        "field 'modules' must be a list of texts, got a text",
    ),
    "modules holds a number": (
        HEAD + LUA + "    modules:\n      - time\n      - 7\n",
        ":8: ",
        "field 'modules[1]' must be a text, got a number",
    ),
    "imports is a list": (HEAD + LUA + "    imports: [a]\n", ":6: ", "field 'imports' must be a mapping, got a list"),
    "an import is a list": (
        HEAD + LUA + "    imports:\n      a: b:c\n      x: []\n",
        ":8: ",
        "field 'imports.x' must be a text, got a list; write  x: app:library",
    ),
    "an import is half an id": (
        HEAD + LUA + "    imports: {x: 'lib:'}\n",
        ":6: ",
        "import 'x' must be an id, got 'lib:'",
    ),
    "a missing import with an escape": (
        HEAD + LUA + '    imports: {"\\e[1m": gone}\n',
        ":6: ",
        "import '\\x1b[1m' names app:gone, but the application has no such entry; add the entry or correct the id",
    ),
    "host is a number": (HEAD + HOST + "    host: 4\n", ":5: ", "field 'host' must be a mapping, got a number"),
    "workers is a text": (
        HEAD + HOST + "    host: {workers: many}\n",
        ":5: ",
        "field 'host.workers' must be a number, got a text; write  workers: 4",
    ),
    "workers is negative": (HEAD + HOST + "    host: {workers: -1}\n", ":5: ", "a whole number of 0 or more, got -1"),
    "workers is half": (HEAD + HOST + "    host: {workers: 1.5}\n", ":5: ", "a whole number of 0 or more, got 1.5"),
    "workers is true": (HEAD + HOST + "    host: {workers: true}\n", ":5: ", "must be a number, got a boolean"),
    "lifecycle is a text": (HEAD + HOST + "    lifecycle: auto\n", ":5: ", "field 'lifecycle' must be a mapping"),
    "auto_start is a text": (
        HEAD + HOST + "    lifecycle:\n      auto_start: always\n",
        ":6: ",
        "field 'lifecycle.auto_start' must be true or false, got a text; write  auto_start: true",
    ),
    "bad duration": (
        HEAD + HOST + "    lifecycle:\n      start_timeout: 10 seconds\n",
        ":6: ",
        "entries[0] (app:host): field 'lifecycle.start_timeout' is no duration of 0 or more: '10 seconds'",
        "write  start_timeout: 10s",
    ),
    "negative duration": (
        HEAD + HOST + "    lifecycle: {stop_timeout: -1s}\n",
        ":5: ",
        "no duration of 0 or more: '-1s'",
    ),
    "endless duration": (HEAD + HOST + f"    lifecycle: {{stop_timeout: {'1' * 5000}s}}\n", ":5: ", "no duration"),
    "duration is a list": (
        HEAD + HOST + "    lifecycle: {stop_timeout: []}\n",
        ":5: ",
        "must be a duration, got a list",
    ),
    "bad restart delay": (
        HEAD + SERVICE + "    lifecycle:\n      restart:\n        max_delay: soon\n",
        ":7: ",
        "field 'lifecycle.restart.max_delay' is no duration of 0 or more: 'soon'",
    ),
    "jitter is a text": (HEAD + SERVICE + "    lifecycle: {restart: {jitter: some}}\n", ":5: ", "must be a number"),
    "jitter is endless": (
        HEAD + SERVICE + "    lifecycle: {restart: {jitter: .inf}}\n",
        ":5: ",
        "must be a finite number",
    ),
    "requires is a text": (HEAD + SERVICE + "    lifecycle: {requires: a}\n", ":5: ", "must be a list of texts"),
    "groups is a text": (
        HEAD + SERVICE + "    lifecycle: {security: {groups: a}}\n",
        ":5: ",
        "must be a list of texts",
    ),
    "service without a text": (
        HEAD + SERVICE + "    process: [a]\n",
        ":5: ",
        "field 'process' must be a text, got a list",
    ),
    "no policy": (HEAD + POLICY, ":3: ", "entries[0] (app:rule): policy: "),
    "policy without effect": (
        HEAD + POLICY + "    policy: {actions: a, resources: b}\n",
        ":5: ",
        "entries[0] (app:rule): policy.effect: it is missing, write allow or deny",
    ),
    "policy with a bad effect": (
        HEAD + POLICY + "    policy: {actions: a, resources: b, effect: maybe}\n",
        ":5: ",
        "maybe",
    ),
    "suite is a number": (
        HEAD + TEST + "    meta: {type: test, suite: 1}\n",
        ":6: ",
        "field 'meta.suite' must be a text",
    ),
    "order is a text": (
        HEAD + TEST + "    meta: {type: test, order: a}\n",
        ":6: ",
        "field 'meta.order' must be a number",
    ),
    "expectation is odd": (
        HEAD + TEST + "    meta: {type: test, simcore: {expect: fail}}\n",
        ":6: ",
        "field 'meta.simcore.expect' is 'fail'; write  expect: failed",
    ),
}


@pytest.mark.parametrize("name", BAD_INDEXES)
def test_a_mistake_in_an_index_is_told(write_app: WriteApp, name: str) -> None:
    index, place, *parts = BAD_INDEXES[name]
    folder = write_app({"src/_index.yaml": index})

    with pytest.raises(UsageError) as caught:
        load(folder)

    message = str(caught.value)
    assert message.startswith(f"{folder}/src/_index.yaml{place}")
    assert all(part in message for part in parts), message
    assert message.isprintable()


def test_files_are_named_from_the_folder_as_it_was_given(write_app: WriteApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_app({"src/_index.yaml": HEAD + LUA + "    method: [run]\n"}))

    with pytest.raises(UsageError, match=r"^src/_index\.yaml:6: "):
        load(Path("src"))
    with pytest.raises(UsageError, match=r"^src/_index\.yaml:6: "):
        load(Path())


def test_a_lua_file_that_cannot_be_parsed_is_told_with_line_and_column(write_app: WriteApp) -> None:
    index = HEAD + "  - {name: worker, kind: process.lua, source: file://worker.lua}\n"
    folder = write_app({"_index.yaml": index, "worker.lua": "local a = 1\nlocal b = = 2\n"})

    with pytest.raises(UsageError, match=rf"{re.escape(str(folder))}/worker\.lua:2:11: "):
        load(folder)


def test_lua_in_the_index_that_cannot_be_parsed_names_index_and_entry(write_app: WriteApp) -> None:
    folder = write_app({"_index.yaml": HEAD + "  - {name: worker, kind: process.lua, source: 'local = 1'}\n"})

    with pytest.raises(UsageError, match=r"_index\.yaml \(app:worker\):1:"):
        load(folder)


def test_an_index_that_is_no_file_is_refused(write_app: WriteApp) -> None:
    folder = write_app({"_index.yaml/inside": ""})

    with pytest.raises(UsageError, match=r"_index\.yaml: the file _index\.yaml is not a regular file"):
        load(folder)


def test_an_index_that_links_out_of_the_folder_is_refused(write_app: WriteApp, tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text(HEAD)
    folder = write_app({"a": ""})
    (folder / "_index.yaml").symlink_to(tmp_path / "outside.yaml")

    with pytest.raises(UsageError, match="lies outside the application's folder"):
        load(folder)


def test_a_source_that_links_out_of_the_folder_is_refused(write_app: WriteApp, tmp_path: Path) -> None:
    (tmp_path / "secret.lua").write_text("return 1")
    folder = write_app({"_index.yaml": HEAD + "  - {name: worker, kind: process.lua, source: file://worker.lua}\n"})
    (folder / "worker.lua").symlink_to(tmp_path / "secret.lua")

    with pytest.raises(UsageError, match=r"\(app:worker\): field 'source': the file worker\.lua lies outside"):
        load(folder)


_KINDS = (
    "process.lua",
    "function.lua",
    "library.lua",
    "process.host",
    "process.service",
    "security.policy",
    "x",
    "a.bc",
)
_KEYS = (
    *("source", "method", "modules", "imports", "host", "lifecycle", "policy", "groups", "meta", "process"),
    *("restart", "security", "start_timeout", "workers", "type", "suite", "order", "simcore", "expect"),
    *("actions", "resources", "effect", "conditions", "max_attempts", "actor", "id"),
)
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-3, 2**64)
    | st.floats()
    | st.sampled_from(
        ["return {}", "a:b", "a:e0", "e1", "5s", "", "test", "failed", "allow", "*", ":", "file://", "\x1b"]
    )
    | st.text(max_size=5)
)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=4),
    max_leaves=10,
)
_ENTRIES = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["e0", "e1", "e2"]) | _LEAVES,
        "kind": st.sampled_from(_KINDS) | _LEAVES,
        **dict.fromkeys(_KEYS, _VALUES),
        "source": st.just("return {}") | _VALUES,
        "imports": st.dictionaries(st.sampled_from("xyz"), _LEAVES, max_size=2) | _VALUES,
    },
)
_INDEXES = st.fixed_dictionaries(
    {"namespace": st.just("a") | _VALUES, "entries": st.lists(_ENTRIES | _VALUES, max_size=4) | _VALUES}
)


def _loaded(content: bytes) -> Application | None:
    """Load *content* as the only index of an application; None where it is refused with a message that names it."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "_index.yaml").write_bytes(content)
        try:
            return load(Path(folder))
        except UsageError as error:
            if not str(error).startswith(f"{folder}/_index.yaml"):
                raise
            return None


@settings(database=None, deadline=None, max_examples=300)
@given(_INDEXES)
def test_any_mapping_is_loaded_or_refused(index: dict[str, object]) -> None:
    application = _loaded(yaml.safe_dump(index).encode())

    assert application is None or all(entry.id == id for id, entry in application.entries.items())


@settings(database=None, deadline=None, max_examples=100)
@given(st.binary(max_size=60))
def test_any_bytes_are_loaded_or_refused(content: bytes) -> None:
    assert _loaded(content) is None or b"namespace" in content
