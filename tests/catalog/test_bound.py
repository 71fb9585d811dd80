"""What a file binds and does not let itself be looked at: it is no scenario, and hides none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from simcore.catalog.bound import can_be_seen, held_by, home_of
from simcore.catalog.find import find
from simcore.catalog.project import find_project

HOLDS = """
from simcore import scenario

@scenario
def holds(world):
    pass
"""
PROXY = """
class Proxy:
    def _behind(self):
        raise {error}
    @property
    def __class__(self):
        return self._behind().__class__
    def __getattr__(self, name):
        return getattr(self._behind(), name)
"""
SHY = {
    "a proxy": PROXY.format(error="RuntimeError('working outside of a request')") + "proxy = Proxy()",
    "one that exits": PROXY.format(error="SystemExit(0)") + "proxy = Proxy()",
    "several in containers": PROXY.format(error="SystemExit(0)") + "held, named = [Proxy()], {'a': Proxy()}",
    "one in a class": PROXY.format(error="SystemExit(0)") + "class Holder:\n    proxy = Proxy()",
    "a class without a module": "class Homeless:\n    __module__ = None",
    "a class of a strange module": """
class Text(str):
    def split(self, *rest): raise SystemExit(0)
class Odd:
    __module__ = Text("a.b")
""",
    "a metaclass": """
class Meta(type):
    def __getattribute__(cls, name): raise SystemExit(0)
class Of(metaclass=Meta): pass
""",
    "what answers nothing": "class Mute:\n    def __getattribute__(self, name): raise SystemExit(0)\nmute = Mute()",
    "a list of its own": "class Own(list):\n    def __iter__(self): raise SystemExit(0)\nown = Own([1])",
    "a file of its own": "__file__ = 5",
}


@pytest.mark.parametrize("text", SHY.values(), ids=SHY)
def test_a_scenario_is_found_beside_what_does_not_let_itself_be_looked_at(
    folder: Path, write: Callable[[str, str], Path], text: str
) -> None:
    write("scenarios/shy.py", f"{HOLDS}\n{text}\n")

    found = find(find_project(folder), ["scenarios/shy.py"])

    assert [(item.id, item.error) for item in found.items] == [("scenarios/shy.py::holds", "")]


def test_a_file_that_puts_something_else_into_its_own_place_is_broken(
    folder: Path, write: Callable[[str, str], Path]
) -> None:
    write("scenarios/lazy.py", f"{HOLDS}\nimport sys\nclass Lazy: pass\nsys.modules[__name__] = Lazy()\n")
    write("scenarios/other.py", HOLDS)

    broken, other = find(find_project(folder), ["scenarios/lazy.py", "scenarios/other.py"]).items

    assert broken.error.endswith("its import puts Lazy into its own place in sys.modules; leave that")
    assert not other.error


def test_of_what_holds_others_the_plain_kinds_alone_are_walked_through() -> None:
    class Own(list[int]):
        """A list that may do anything when it is walked through."""

    assert held_by([1, 2]) == [1, 2]
    assert held_by({"a": 1}) == [1]
    assert held_by(Own([1])) == []


def test_a_class_says_where_it_comes_from_in_a_text_or_not_at_all() -> None:
    class Homeless:
        """One whose module is nothing."""

    Homeless.__module__ = None  # type: ignore[assignment]  # as a file may do

    assert home_of(Path) == "pathlib"
    assert home_of(Homeless) == ""
    assert can_be_seen(Homeless)
