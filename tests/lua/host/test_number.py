"""The math library (lua 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.lua.conftest import Bench


def test_the_math_library_has_the_names_of_the_original(bench: Bench) -> None:
    body = """
    return {math.pow(2, 10), math.log10(1000), math.mod(7, 3), math.atan2(0, 1), math.cosh(0), math.sinh(0),
        math.tanh(0),
        math.ldexp(0.5, 4), {math.frexp(8)}, {math.frexp(-0.3)}, {math.frexp(0)}, math.type(1), math.type(1.0),
        math.tointeger(3.0),
        math.maxinteger, math.ult(1, -1), math.floor(2.7), math.huge}
    """
    result = bench.run(body)

    assert result[:8] == [1024, 3, 1, 0, 1, 0, 0, 8]
    assert result[8:11] == [[0.5, 4], [-0.6, -1], [0, 0]]
    assert result[11:] == ["integer", "float", 3, 2**63 - 1, True, 2, float("inf")]
