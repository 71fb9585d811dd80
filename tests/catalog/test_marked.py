"""What is taken of a catalogue file, and what is refused by name, line and reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simcore.catalog.files import Place
from simcore.catalog.marked import Contents, contents
from simcore.catalog.mount import declare, load_file

HEAD = "import functools\nfrom simcore import Results, World, always, report, scenario, sometimes\n"
GIVEN = "from hypothesis import given\nfrom hypothesis import strategies as st\n"


@pytest.fixture
def read(tmp_path: Path, write: Callable[..., Path]) -> Callable[..., Contents]:
    """Read a file of a catalogue folder: what it holds after its imports, two lines or, with Hypothesis', four."""

    def contents_of(text: str, *kinds: str, given: bool = False, name: str = "a.py") -> Contents:
        folder = tmp_path / "s"
        file = write(f"s/{name}", HEAD + (GIVEN if given else "") + text)
        declare(folder)
        return contents(Place(file, folder, f"s/{name}", f"s/{name}", is_app=False), kinds or ("scenarios",))

    return contents_of


def told(found: Contents) -> tuple[list[str], list[str]]:
    return [f"{each.name} {each.source_line}" for each in found.taken], [str(each) for each in found.refused]


# -- what is run


def test_whatever_is_bound_to_a_name_of_the_file_is_taken_under_that_name(read: Callable[..., Contents]) -> None:
    found = read(
        """
def claim(world, n=1): ...

def plain(function):
    def inner(world): function(world)
    return inner

def made(n):
    @scenario(schedules=n)
    def of_a_factory(world): ...
    return of_a_factory

second = made(2)
third = scenario(functools.partial(claim, n=3))
fourth = scenario(lambda world: claim(world, 4))

@scenario
@plain
def fifth(world): ...

class Called:
    def __call__(self, world): ...
    def method(self, world): ...

sixth = scenario(Called())

@functools.cache
@scenario
def seventh(world): ...
"""
    )

    assert told(found) == (
        [
            "second s/a.py:15",
            "third s/a.py:16",
            "fourth s/a.py:17",
            "fifth s/a.py:19",
            "sixth s/a.py:27",
            "seventh s/a.py:29",
        ],
        [],
    )
    assert [each.mark.schedules for each in found.taken if each.name == "second"] == [2]  # type: ignore[union-attr]


def test_another_name_of_the_same_object_is_not_another_item(read: Callable[..., Contents]) -> None:
    found = read("@scenario\ndef one(world): ...\n\nother = one\n")

    assert told(found) == (["one s/a.py:3"], [])


def test_of_several_names_one_that_is_no_helpers_counts(read: Callable[..., Contents]) -> None:
    found = read("def _look(world): ...\n\nlook = scenario(_look)\nagain = look\n")
    drawn = read("@given(st.integers())\ndef sums(n): ...\n\ntest_sums = sums\n", given=True, name="b.py")

    assert told(found) == (["look s/a.py:5"], [])
    assert told(drawn) == (["test_sums s/b.py:5"], [])


def test_what_another_file_of_the_catalogue_makes_is_that_ones(
    read: Callable[..., Contents], write: Callable[..., Path]
) -> None:
    write(
        "s/other.py", HEAD + "def made():\n    return scenario(lambda world: None)\n\n@scenario\ndef far(world): ...\n"
    )

    found = read("from .other import far, made\n\nnear = made()\n")

    assert told(found) == (["near s/a.py:5"], [])


def test_what_a_helper_that_is_no_catalogue_file_makes_is_taken_by_who_imports_it(
    read: Callable[..., Contents], write: Callable[..., Path]
) -> None:
    far = "@scenario\ndef far(world): ...\n\n@given(st.integers())\ndef test_far(n): ...\n\n"
    write("s/_shared.py", f"{HEAD}{GIVEN}{far}@scenario\ndef more(world): ...\n")

    found = read("from ._shared import far, test_far\n")

    assert told(found) == (["far _shared.py:5", "test_far _shared.py:8"], [])


def test_a_decorator_that_is_kept_under_a_name_marks_each_that_it_is_written_above(
    read: Callable[..., Contents],
) -> None:
    found = read("often = scenario(schedules=9)\n\n@often\ndef one(world): ...\n\n@often\ndef other(world): ...\n")

    assert told(found) == (["one s/a.py:5", "other s/a.py:8"], [])


def test_a_wrapper_that_says_what_it_wraps_keeps_the_mark(read: Callable[..., Contents]) -> None:
    found = read(
        """
def traced(function):
    @functools.wraps(function)
    def inner(*args): return function(*args)
    return inner

@traced
@scenario
def one(world): ...

@always
@traced
def both(world, changes): ...
"""
    )

    assert told(found) == (["one s/a.py:9", "both s/a.py:13"], [])


def test_a_test_of_hypothesis_is_taken_from_whatever_folder(read: Callable[..., Contents]) -> None:
    found = read(
        "@given(st.integers())\ndef test_sum(n): ...\n\ntest_again = given(st.integers())(lambda n: None)\n", given=True
    )

    assert told(found) == (["test_sum s/a.py:5", "test_again s/a.py:8"], [])


def test_scenarios_are_taken_from_a_folder_of_properties(read: Callable[..., Contents]) -> None:
    assert told(read("@scenario\ndef one(world): ...\n", "properties")) == (["one s/a.py:3"], [])


# -- what is refused

ASYNC = "is an `async def`: a call runs no line of its body"
GENERATOR = "is a generator: a call runs no line of its body"


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("@scenario\nasync def one(world): ...\n", f"s/a.py:3: @scenario one {ASYNC}"),
        ("@always\nasync def one(world): ...\n", f"s/a.py:3: @always one {ASYNC}"),
        ("@sometimes\nasync def one(world): ...\n", f"s/a.py:3: @sometimes one {ASYNC}"),
        ("@scenario\ndef one(world):\n    yield\n", f"s/a.py:3: @scenario one {GENERATOR}"),
        ("@always\ndef one(world):\n    yield\n", f"s/a.py:3: @always one {GENERATOR}"),
        ("@scenario\nasync def one(world):\n    yield\n", "@scenario one is an async generator"),
        ("async def f(world, n): ...\none = scenario(functools.partial(f, n=1))\n", f"s/a.py:4: @scenario one {ASYNC}"),
        (
            "class C:\n    async def __call__(self, world): ...\none = scenario(C())\n",
            f"s/a.py:5: @scenario one {ASYNC}",
        ),
        (
            "class C:\n    def __call__(self, world):\n        yield\none = scenario(functools.partial(C()))\n",
            f"s/a.py:6: @scenario one {GENERATOR}",
        ),
        ("one = scenario(lambda world: (yield))\n", f"s/a.py:3: @scenario one {GENERATOR}"),
        ("@scenario\ndef one(): ...\n", "s/a.py:3: @scenario one takes (), and is called with one argument, the World"),
        ("@scenario\ndef one(world, n): ...\n", "@scenario one takes (world, n), and is called with one argument"),
        ("@scenario\ndef one(world, *, n): ...\n", "@scenario one takes (world, *, n), and is called with one"),
        ("@always\ndef one(world, changes, n): ...\n", "@always one takes (world, changes, n), and is called with one"),
        ("@always\ndef one(): ...\n", "@always one takes (), and is called with one argument, the World, or two"),
        ("@sometimes\ndef one(world, changes): ...\n", "@sometimes one takes (world, changes), and is called with one"),
        ("@scenario\nclass One: ...\n", "s/a.py:3: @scenario One is a class"),
        (
            "@scenario\ndef one(world): ...\n@scenario\ndef one(world): ...\n",
            "one is defined twice, at s/a.py:3 and s/a.py:5",
        ),
        ("@scenario\ndef one(world): ...\ndef one(world): ...\n", "one is defined twice, at s/a.py:3 and s/a.py:5"),
        ("@always\ndef one(world): ...\none = None\n", "s/a.py:3: @always one is bound to something else by now"),
        (
            "@scenario\ndef one(world): ...\ndel one\n",
            "s/a.py:3: @scenario one is bound to no name of the file any more",
        ),
        ("class G:\n    @scenario\n    def one(self, world): ...\n", "s/a.py:4: @scenario G.one is in the class G"),
        ("class G:\n    @staticmethod\n    @always\n    def one(world): ...\n", "@always G.one is in the class G"),
        ("class G:\n    @scenario\n    @staticmethod\n    def one(world): ...\n", "@scenario G.one is in the class G"),
        (
            "def made():\n    @scenario\n    def one(world): ...\nmade()\n",
            "s/a.py:4: @scenario made.one was made inside made() and no name of the file is bound to it",
        ),
        (
            "for n in (1, 2):\n    @scenario\n    def one(world): ...\n",
            "s/a.py:4: @scenario one was made more than once",
        ),
        (
            "def t(f):\n    return functools.wraps(f)(lambda w: f(w))\n@always\n@t\n@scenario\ndef one(world): ...\n",
            "s/a.py:7: @scenario one is marked as @always as well",
        ),
        ("scenario(lambda world: None)\n", "s/a.py:3: @scenario line_3 is bound to no name of the file; bind it"),
        ("many = [scenario(lambda world: None)]\n", "s/a.py:3: @scenario line_3 is bound to no name of the file"),
        (
            "scenario(schedules=3)\ndef one(world): ...\n",
            "s/a.py:3: @scenario line_3 has no function; write it with an @",
        ),
        ("@scenario\n@always\ndef one(world): ...\n", "@always one is marked as @scenario as well"),
        (
            "def plain(f):\n    def inner(w): f(w)\n    return inner\n@plain\n@always\ndef one(world): ...\n",
            "write the mark above",
        ),
        ("@report('x.txt')\ndef one(results): return ''\n", "s/a.py:3: @report one counts in a reports folder"),
        ("def test_one(): ...\n", "s/a.py:3: test_one has neither @given nor @scenario"),
        ("class TestOne:\n    def test_it(self): ...\n", "s/a.py:4: TestOne.test_it is in a class"),
        (
            "import pytest\n@scenario\n@pytest.mark.parametrize('n', [1])\ndef one(world, n=1): ...\n",
            "s/a.py:4: @scenario one has @pytest.mark.parametrize",
        ),
        (
            "import pytest\n@pytest.mark.sim(seed=1)\n@scenario\ndef one(world): ...\n",
            "s/a.py:4: @scenario one has @pytest.mark.sim, which is not read here",
        ),
        (
            "import pytest\n@scenario\n@pytest.mark.xfail\ndef one(world): ...\n",
            "s/a.py:4: @scenario one has @pytest.mark.xfail, which is not read here",
        ),
        (
            "import unittest\nclass One(unittest.TestCase):\n    def test_it(self): ...\n",
            "s/a.py:4: One is a test case of unittest",
        ),
    ],
)
def test_what_nothing_would_run_is_refused_with_its_line(
    read: Callable[..., Contents], text: str, refused: str
) -> None:
    taken, reasons = told(read(text))

    assert taken == []
    assert [refused in each for each in reasons] == [True], reasons


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("@given(st.integers())\nasync def test_one(n): ...\n", f"s/a.py:5: @given test_one {ASYNC}"),
        ("@given(st.integers())\ndef test_one(n):\n    yield\n", f"s/a.py:5: @given test_one {GENERATOR}"),
        (
            "@given(st.integers())\ndef one(n): ...\n",
            "s/a.py:5: @given one is not called test_...; name it test_one, or _one",
        ),
        (
            "class T:\n    @given(st.integers())\n    def one(self, n): ...\n",
            "s/a.py:6: @given T.one is in the class T",
        ),
        (
            "class T:\n    class U:\n        @given(st.integers())\n        def one(self, n): ...\n",
            "s/a.py:7: @given T.U.one is in",
        ),
        (
            "class T:\n    @staticmethod\n    @given(st.integers())\n    def one(n): ...\n",
            "s/a.py:7: @given T.one is in the class T",
        ),
        ("@scenario\n@given(st.integers())\ndef test_one(n): ...\n", "@scenario test_one is fed by @given as well"),
        ("@given(st.integers())\ndef test_one(n, other): ...\n", "@given test_one takes (n) besides what @given draws"),
        (
            "@given(st.integers())\ndef test_one(n): ...\n@given(st.integers())\ndef test_one(n): ...\n",
            "s/a.py:5: @given test_one is defined twice, at s/a.py:5 and s/a.py:7",
        ),
        (
            "for n in (1, 2):\n    @given(st.integers())\n    def test_one(n): ...\n",
            "s/a.py:6: @given test_one was made more than once, and only the last one has its name",
        ),
        (
            "@given(st.integers())\ndef test_one(n): ...\ndel test_one\n",
            "s/a.py:5: @given test_one is bound to no name of the file any more",
        ),
        (
            "def plain(f):\n    return lambda: f()\n\n@plain\n@given(st.integers())\ndef test_one(n): ...\n",
            "s/a.py:9: @given test_one is bound to something else by now, without the mark",
        ),
        (
            "def made():\n    @given(st.integers())\n    def test_one(n): ...\n\nmade()\n",
            "s/a.py:6: @given made.test_one was made inside made() and no name of the file is bound to it",
        ),
        ("given(st.integers())(lambda n: ...)\n", "s/a.py:5: @given line_5 is bound to no name of the file; bind it"),
        (
            "exec('@given(st.integers())\\ndef test_one(n): ...', dict(globals()))\n",
            "s/a.py:5: @given test_one is bound",
        ),
        ("@given(st.integers())\n@scenario\ndef test_one(n): ...\n", "s/a.py:6: @scenario test_one is fed by @given"),
        (
            "import functools\n@functools.partial\n@given(st.integers())\ndef test_one(n): ...\n",
            "@given test_one is bound to a partial of it, which has no mark",
        ),
        (
            "from hypothesis.stateful import RuleBasedStateMachine as M\nTestM = M.TestCase\n",
            "s/a.py:6: TestM is a test case of unittest",
        ),
    ],
)
def test_a_test_of_hypothesis_that_nothing_would_run_is_refused(
    read: Callable[..., Contents], text: str, refused: str
) -> None:
    taken, reasons = told(read(text, "properties", given=True))

    assert taken == []
    assert [refused in each for each in reasons] == [True], reasons


def test_what_begins_with_an_underscore_is_a_helper(read: Callable[..., Contents]) -> None:
    found = read("@given(st.integers())\ndef _sums(n): ...\n\nclass _Tests:\n    def test_it(self): ...\n", given=True)

    assert told(found) == ([], [])


def test_a_file_that_pytest_collects_may_hold_tests_that_are_pytests(read: Callable[..., Contents]) -> None:
    text = "def test_one(): ...\n\n@scenario\ndef two(world): ...\n"

    assert told(read(text, name="test_pool.py")) == (["two s/test_pool.py:5"], [])
    assert len(read(text, "properties", name="test_rules.py").refused) == 1


@pytest.mark.parametrize("mark", ["scenario", "always", "sometimes"])
def test_nothing_but_a_report_counts_in_a_folder_of_reports(read: Callable[..., Contents], mark: str) -> None:
    found = read(f"@{mark}\ndef one(world): ...\n", "reports")

    assert found.taken == ()
    assert f"s/a.py:3: @{mark} one stands in a reports folder" in str(found.refused[0])


def test_a_folder_may_be_of_several_kinds(read: Callable[..., Contents]) -> None:
    text = "@report('x.txt')\ndef text(results): return ''\n\n@scenario\ndef one(world): ...\n"

    assert len(read(text, "scenarios", "reports").taken) == 2


def test_a_refused_function_takes_no_other_of_the_file_away(read: Callable[..., Contents]) -> None:
    taken, refused = told(read("@scenario\ndef one(world): ...\n\n@scenario\nasync def two(world): ...\n"))

    assert (taken, len(refused)) == (["one s/a.py:3"], 1)


@pytest.mark.parametrize(
    ("text", "name", "reason"),
    [
        ("@scenario('fast')\ndef one(world): ...\n", "one", "@scenario marks a function, not the str 'fast'"),
        ("@scenario(schedules=0)\ndef one(world): ...\n", "one", "is an int of 1 or more, not 0"),
        ("@scenario(expect='maybe')\ndef one(world): ...\n", "one", "is 'passed' or 'failed', not 'maybe'"),
        ("@scenario(schedules=1, seeds=1)\ndef one(world): ...\n", "one", "says the same thing twice"),
        ("scenario(100)\n", "line_3", "@scenario marks a function, not the int 100"),
        ("slow = scenario(schedules=-1)\n", "line_3", "is an int of 1 or more, not -1"),
        (
            "class C:\n    @scenario\n    @classmethod\n    def one(cls, world): ...\n",
            "line_4",
            "not an object of classmethod",
        ),
        ("one = scenario([].append)\n", "one", "@scenario cannot mark an object of builtin_function_or_method"),
        (
            "one = scenario(Closed())\n",
            "one",
            "@scenario cannot mark an object of Closed; mark a function that calls it",
        ),
        ("scenario(Closed())\n", "Closed", "cannot mark an object of Closed"),
    ],
)
def test_what_a_decorator_can_never_mark_is_refused_and_the_rest_counts(
    read: Callable[..., Contents], text: str, name: str, reason: str
) -> None:
    closed = "class Closed:\n    __slots__ = ()\n    def __call__(self, world): ...\n\n" if "Closed" in text else ""
    found = read(f"{closed}{text}\n@scenario\ndef fine(world): ...\n")

    assert [each.name for each in found.taken] == ["fine"]
    assert [(each.name, reason in each.reason) for each in found.refused] == [(name, True)]


def test_a_report_without_a_plain_name_is_refused_and_the_others_count(read: Callable[..., Contents]) -> None:
    bare = "@report\ndef bare(results): ...\n\n@report('a/b')\ndef deep(results): ...\n"
    found = read(f"{bare}\n@report('fine.txt')\ndef fine(results): return ''\n", "reports")

    assert [each.name for each in found.taken] == ["fine"]
    assert [(each.name, "takes the name of a file" in each.reason) for each in found.refused] == [
        ("bare", True),
        ("deep", True),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("@always()\ndef one(world): ...\n", "always() missing 1 required positional argument"),
        ("@scenario(shedules=3)\ndef one(world): ...\n", "unexpected keyword argument 'shedules'"),
    ],
)
def test_a_decorator_that_python_cannot_call_breaks_its_file(
    tmp_path: Path, write: Callable[..., Path], text: str, reason: str
) -> None:
    file = write("s/broken.py", HEAD + text)

    with pytest.raises(Exception, match=r"s/broken\.py:[345]: ") as caught:
        load_file(file, tmp_path / "s", "s/broken.py")

    assert reason in str(caught.value)


@pytest.mark.parametrize("mark", ["always", "sometimes"])
def test_a_check_of_the_items_of_a_file_without_any_is_refused(read: Callable[..., Contents], mark: str) -> None:
    text = f"@{mark}\ndef holds(world): ...\n"

    taken, refused = told(read(text))
    assert (taken, len(refused)) == ([], 1)
    assert refused[0].startswith(f"s/a.py:3: @{mark} holds stands beside no scenario, so that nothing is asked it")
    for kinds in (("properties",), ("scenarios", "properties")):
        assert told(read(text, *kinds)) == (["holds s/a.py:3"], [])
    assert told(read(text, name="properties/a.py")) == (["holds s/properties/a.py:3"], [])


def test_a_test_of_hypothesis_in_a_list_is_bound_to_no_name(read: Callable[..., Contents]) -> None:
    text = "test_one = given(st.integers())(lambda n: None)\nbound = [test_one]\n"
    text += "lost = {'it': given(st.integers())(lambda n: None)}\n"

    taken, refused = told(read(text, given=True))

    assert taken == ["test_one s/a.py:5"]
    assert [each.partition(" so that")[0] for each in refused] == [
        "s/a.py:7: lost holds a @given test to which no name of the file is bound,"
    ]


def test_a_behaviour_may_be_called_like_a_test(read: Callable[..., Contents]) -> None:
    text = "async def test_client(process): ...\n\nasync def test_server(client: 'simcore.Process'): ...\n"

    assert told(read(text)) == ([], [])


def test_a_class_may_hold_itself_and_others(read: Callable[..., Contents]) -> None:
    text = (
        "import enum\nclass TestKind(enum.Enum):\n    ONE = 1\n\nclass Model:\n    of = TestKind\n\nModel.me = Model\n"
    )

    assert told(read(text)) == ([], [])


def test_an_object_that_answers_no_question_is_no_mistake(read: Callable[..., Contents]) -> None:
    found = read("class Proxy:\n    def __getattr__(self, name): raise RuntimeError(name)\n\nproxy = Proxy()\n")

    assert told(found) == ([], [])
