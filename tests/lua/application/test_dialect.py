from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simcore.lua.application import load

if TYPE_CHECKING:
    from tests.lua.application.conftest import WriteApp

INDEX = """\
namespace: app
entries:
  - {name: work, kind: process.lua, source: file://work.lua}
  - {name: host, kind: process.host, lifecycle: {auto_start: true%s}}
"""


def _app(source: str, lifecycle: str = "") -> dict[str, str | bytes]:
    return {"src/_index.yaml": INDEX % lifecycle, "src/work.lua": source}


def test_an_application_speaks_seed_where_nothing_tells_otherwise(write_app: WriteApp) -> None:
    application = load(write_app(_app("return function(msg) local d = msg:payload() return d.data end")))

    assert application.dialect == "seed"
    assert "no source calls data() on a payload" in application.dialect_reason


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (_app("return function(msg) return msg:payload():data() end"), "src/work.lua calls data() on a payload"),
        (_app("return function() return process.exec('a:b', 'a:h') end"), "src/work.lua uses exec"),
        (_app("return 1", ", requires: ['app:work']"), "src/_index.yaml:4 has a lifecycle with 'requires'"),
    ],
)
def test_one_sign_of_the_newer_api_makes_it_current_and_names_its_file(
    write_app: WriteApp, files: dict[str, str | bytes], reason: str
) -> None:
    application = load(write_app(files))

    assert (application.dialect, application.dialect_reason) == ("current", reason)


def test_the_older_name_of_a_dependency_is_no_sign(write_app: WriteApp) -> None:
    assert load(write_app(_app("return 1", ", depends_on: ['app:work']"))).dialect == "seed"
