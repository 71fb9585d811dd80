"""Walks, sorting and chance are the same in every run (lua 8)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from simcore.model.errors import ProcessError
from tests.interpreters import printed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lua.conftest import Bench

KEYS = "local keys = {} for k in pairs(t) do keys[#keys + 1] = k end return keys"


def test_pairs_goes_through_numbers_then_strings_then_booleans(bench: Bench) -> None:
    body = "local t = {b = 1, a = 1, [true] = 1, [false] = 1, [2.5] = 1, [-1] = 1, Z = 1, 'x', 'y', [9] = 1} " + KEYS

    assert bench.run(body) == [-1, 1, 2, 2.5, 9, "Z", "a", "b", False, True]


def test_pairs_skips_what_is_removed_and_does_not_visit_what_is_added(bench: Bench) -> None:
    body = """
    local t, seen = {a = 1, b = 2, c = 3}, {}
    for k in pairs(t) do
        seen[#seen + 1] = k
        t.b = nil
        t.d = 4
    end
    return seen
    """

    assert bench.run(body) == ["a", "c"]


def test_pairs_honours_its_metamethod(bench: Bench) -> None:
    body = """
    local function step(_, k) return not k and 'only' or nil end
    local t = setmetatable({}, {__pairs = function() return step, nil, nil end})
    local keys = {}
    for k in pairs(t) do keys[#keys + 1] = k end
    return keys
    """

    assert bench.run(body) == ["only"]


def test_next_walks_in_the_order_of_pairs(bench: Bench) -> None:
    body = """
    local t, seen, k = {c = 1, a = 1, b = 1, 7}, {}, nil
    repeat
        k = next(t, k)
        seen[#seen + 1] = k
    until k == nil
    return {seen, next({}) == nil, (next({x = 1}))}
    """

    assert bench.run(body) == [[1, "a", "b", "c"], True, "x"]


def test_next_survives_the_removal_of_its_key(bench: Bench) -> None:
    body = """
    local t, count = {c = 1, a = 1, b = 1}, 0
    local k = next(t)
    while k do
        t[k] = nil
        count = count + 1
        k = next(t)
    end
    local u = {a = 1, b = 2, c = 3}
    local seen = {}
    local key, value = next(u)
    while key do
        u[key] = nil
        seen[#seen + 1] = value
        key, value = next(u, key)
    end
    return {count, seen}
    """

    assert bench.run(body) == [3, [1, 2, 3]]


def test_host_objects_as_keys_come_in_the_order_of_their_creation(bench: Bench) -> None:
    body = """
    local a, b, c = channel.new(), channel.new(), channel.new()
    local t = {[c] = "c", [a] = "a", [b] = "b"}
    local seen = {}
    for _, name in pairs(t) do seen[#seen + 1] = name end
    return seen
    """

    assert bench.run(body) == ["a", "b", "c"]
    assert bench.logs.records == []


def test_a_walk_that_nothing_can_order_is_told_once(bench: Bench) -> None:
    body = "for _ = 1, 3 do\nlocal t = {[{}] = 1, [{}] = 2}\nfor _ in pairs(t) do end\nend"
    bench.run(body)

    ((level, message, fields, place),) = bench.logs.records
    assert (level, fields, place) == ("warn", {}, "app:main:4")
    assert "order" in message


def test_sort_is_stable_and_takes_any_order(bench: Bench) -> None:
    body = """
    local list = {}
    for i = 1, 50 do list[i] = {key = i % 3, place = i} end
    table.sort(list, function(a, b) return a.key < b.key end)
    local places = {}
    for i, each in ipairs(list) do places[i] = each.place end
    local words = {"b", "a", "c"}
    table.sort(words)
    local numbers = {3, 1.5, 2}
    table.sort(numbers, function(a, b) return a > b end)
    return {places, words, numbers}
    """
    places, words, numbers = bench.run(body)

    assert places == sorted(range(1, 51), key=lambda place: place % 3)
    assert words == ["a", "b", "c"]
    assert numbers == [3, 2, 1.5]


def test_sort_may_wait_in_its_comparator(bench: Bench) -> None:
    body = """
    local list = {3, 1, 2}
    table.sort(list, function(a, b) time.sleep(1) return a < b end)
    return list
    """

    assert bench.run(body, modules=("time",)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("list_text", "message"),
    [
        ("{1, 'a'}", "attempt to compare string with number"),
        ("{{}, {}}", "attempt to compare two table values"),
        ("{1, {}}", "attempt to compare table with number"),
        ("5", r"bad argument #1 to sort \(table expected, got number\)"),
        ("{1}, 5", r"bad argument #2 to sort \(function expected, got number\)"),
    ],
)
def test_sort_refuses_what_has_no_order_at_the_line_of_the_program(bench: Bench, list_text: str, message: str) -> None:
    with pytest.raises(ProcessError, match=rf"^app:main:3: {message}"):
        bench.run(f"\ntable.sort({list_text})\nreturn 1")


def test_addresses_are_serial_numbers(bench: Bench) -> None:
    body = "local a, b = {}, {} return {tostring(a) == tostring(a), tostring(a) ~= tostring(b), tostring(print)}"
    same, differ, text = bench.run(body)

    assert same
    assert differ
    assert text.startswith("function: 0x000000")


def test_random_numbers_depend_on_the_seed_and_on_the_process_alone(bench_with: Callable[..., Bench]) -> None:
    body = "math.randomseed(5) local t = {} for i = 1, 5 do t[i] = math.random(1000000) end return t"

    first, again, other = (bench_with(seed=seed).run(body) for seed in (1, 1, 2))

    assert first == again != other
    assert len(set(first)) == 5


def test_random_numbers_stay_in_their_range(bench: Bench) -> None:
    body = """
    local counts, low, high = {0, 0, 0}, 1, 0
    for _ = 1, 3000 do
        local n = math.random(3)
        counts[n] = counts[n] + 1
        local x = math.random()
        low, high = math.min(low, x), math.max(high, x)
    end
    local negative = math.random(-5, -5)
    return {counts, low, high, negative, (pcall(math.random, 2, 1)), (pcall(math.random, {}))}
    """
    counts, low, high, negative, *refused = bench.run(body)

    assert all(900 < count < 1100 for count in counts)
    assert 0 <= low < 0.01 < 0.99 < high < 1
    assert negative == -5
    assert refused == [False, False]


def test_finalizers_and_weak_tables_have_no_effect(bench: Bench) -> None:
    body = """
    local ran, weak = false, setmetatable({}, {__mode = "v"})
    for i = 1, 2000 do
        setmetatable({}, {__gc = function() ran = true end})
        weak[i] = {}
    end
    local text = {}
    for i = 1, 20000 do text[i] = tostring(i) .. "x" end
    return {ran, #weak}
    """

    assert bench.run(body) == [False, 2000]


SCRIPT = """
import sys
from pathlib import Path
from tests.lua.conftest import Bench
bench = Bench(Path(sys.argv[1]))
bench.add("child", '''return {main = function(parent, t)
    local keys = {}
    for k, v in pairs(t) do keys[#keys + 1] = tostring(k) .. "=" .. tostring(v) end
    process.send(parent, "keys", keys, {math.random(), tostring({}), os.time()})
    print(table.concat(keys, " "))
    error({table.concat(keys)})
end}''')
bench.add("main", '''return {main = function()
    local inbox, events = process.inbox(), process.events()
    for i = 1, 5 do
        process.spawn_monitored("app:child", "app:processes", process.pid(), {a = i, b = {c = i}, [i] = 1.5,
        [true] = "x"})
    end
    for i = 1, 10 do
        local got = channel.select{inbox:case_receive(), events:case_receive()}
        if got.channel == events then print(got.value.result.error) end
    end
    return {x = 1, y = 2, z = {}}
end}''')
bench.result("main")
print(bench.digest())
"""


def test_the_digest_does_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    digests = set()
    for seed in ("0", "1", "77"):
        folder = tmp_path / seed
        folder.mkdir()
        digests.add(printed(SCRIPT, str(folder), PYTHONHASHSEED=seed))

    assert len(digests) == 1
