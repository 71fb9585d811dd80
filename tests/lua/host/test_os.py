"""The os library: the virtual clock (lua 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.lua.conftest import Bench


def test_os_reads_the_virtual_clock_and_nothing_else(bench: Bench) -> None:
    body = """
    local start = os.time()
    time.sleep("20h1m2.5s")
    local t = os.date("*t")
    return {os.time() - start, os.clock(), os.difftime(5, 2), os.platform, os.date(), os.date("%Y-%m-%d %H:%M:%S"),
        os.date("!%j %a %B %p %I %U %% %k"), t.wday, t.yday, os.time({year = 2024, month = 14, day = -3, hour = 0}),
        os.date("%c", 0), os.getenv, os.execute}
    """
    result = bench.run(body, modules=("time",))

    assert result == [
        *(72062, 72062.5, 3, "wippy", "Mon Jan 1 20:01:02 2024", "2024-01-01 20:01:02"),
        *("001 Mon January PM 08 01 % %k", 2, 1, 1738022400, "Thu Jan 1 00:00:00 1970"),
    ]
