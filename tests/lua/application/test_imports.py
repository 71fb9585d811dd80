from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from simcore.lua.application import Application, load
from simcore.model.errors import UsageError

if TYPE_CHECKING:
    from tests.lua.application.conftest import WriteApp


def _index(*entries: str) -> dict[str, str]:
    """Return an application of libraries, each written as ``name alias=target ...``."""
    lines = ["namespace: a", "entries:"]
    for entry in entries:
        name, *imports = entry.split()
        pairs = ", ".join(f"{alias}: '{target}'" for alias, target in (each.split("=") for each in imports))
        lines.append(f"  - {{name: {name}, kind: library.lua, source: 'return {{}}', imports: {{{pairs}}}}}")
    return {"_index.yaml": "\n".join(lines)}


def _libraries(application: Application, name: str) -> list[str]:
    return [id.removeprefix("a:") for id in application.entries[f"a:{name}"].libraries]


def test_what_a_library_needs_comes_before_it_and_once(write_app: WriteApp) -> None:
    application = load(write_app(_index("top x=left y=right", "left z=base", "right z=base", "base q=deep", "deep")))

    assert _libraries(application, "top") == ["deep", "base", "left", "right"]
    assert _libraries(application, "deep") == []


def test_the_order_follows_the_aliases_and_not_the_file(write_app: WriteApp) -> None:
    first = load(write_app(_index("top b=one a=two", "one", "two")))
    second = load(write_app(_index("two", "one", "top a=two b=one")))

    assert _libraries(first, "top") == _libraries(second, "top") == ["two", "one"]


def test_two_aliases_may_mean_one_library(write_app: WriteApp) -> None:
    application = load(write_app(_index("top b=one a=a:one", "one")))

    assert application.entries["a:top"].imports == {"a": "a:one", "b": "a:one"}
    assert _libraries(application, "top") == ["one"]


def test_a_long_chain_of_imports_needs_no_deep_stack(write_app: WriteApp) -> None:
    names = [f"l{number:04}" for number in range(1_500)]
    chain = [f"{name} next={following}" for name, following in pairwise(names)]

    assert len(_libraries(load(write_app(_index(*chain, names[-1]))), "l0000")) == 1_499


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        (("x n=x",), "a:x -> a:x"),
        (("x n=y", "y n=x"), "a:x -> a:y -> a:x"),
        (("z n=x", "y n=z", "x n=y"), "a:x -> a:y -> a:z -> a:x"),
        (("top n=y", "y n=z", "z n=y"), "a:y -> a:z -> a:y"),
    ],
)
def test_a_cycle_of_imports_is_refused_and_told_from_its_smallest_id(
    write_app: WriteApp, entries: tuple[str, ...], told: str
) -> None:
    with pytest.raises(UsageError, match=rf"imports form a cycle: {told}; remove one"):
        load(write_app(_index(*entries)))


def test_an_import_that_the_application_itself_should_hold_is_refused(write_app: WriteApp) -> None:
    folder = write_app(_index("top n=hepler", "helper"))

    with pytest.raises(UsageError) as caught:
        load(folder)

    assert str(caught.value) == (
        f"{folder}/_index.yaml:3: entries[0] (a:top): import 'n' names a:hepler, "
        "but the application has no such entry; did you mean a:helper?"
    )


def test_an_import_from_another_namespace_is_foreign_and_listed_once(write_app: WriteApp) -> None:
    application = load(write_app(_index("one n=wippy.test:test m=two", "two n=wippy.test:test")))

    assert application.entries["a:one"].foreign_imports == ("n",)
    assert _libraries(application, "one") == ["two"]
    assert [str(foreign) for foreign in application.foreign] == [
        "import wippy.test:test (2 times, first by a:one at _index.yaml:3)"
    ]


def test_an_import_of_an_unknown_kind_is_foreign(write_app: WriteApp) -> None:
    index = _index("top n=page")["_index.yaml"] + "\n  - {name: page, kind: function.wasm}\n"
    application = load(write_app({"_index.yaml": index}))

    assert application.entries["a:top"].foreign_imports == ("n",)
    assert [(each.what, each.name) for each in application.foreign] == [("import", "a:page"), ("kind", "function.wasm")]


def test_an_import_of_something_that_can_hold_no_lua_is_refused(write_app: WriteApp) -> None:
    index = _index("top n=data")["_index.yaml"] + "\n  - {name: data, kind: registry.entry}\n"

    with pytest.raises(UsageError, match=r"import 'n' names a:data, a registry.entry, which holds no Lua"):
        load(write_app({"_index.yaml": index}))
