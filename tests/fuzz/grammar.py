"""Files as people write them, drawn by a grammar: a shape of a mark, a body, an ending; and the verdict that must come.

Whoever draws a file knows what it means by the way it is put together, and never by asking the tool.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from random import Random
from typing import Final

HANGS_EVERY: Final = 18
"""One file in so many never comes back."""
STUBBORN_EVERY: Final = 100
"""One file in so many does not, and catches what is raised in it, so that its process has to be killed."""
SCHEDULES: Final = 3
"""So many schedules are asked for."""
HEAD: Final = """
import asyncio, contextlib, os, sys, threading, time, unittest
import pytest
from hypothesis import given, settings, strategies as st
from simcore import Process, World, always, run, scenario, sometimes

class Own(BaseException):
    pass

class Shy(Exception):
    def __str__(self):
        raise KeyboardInterrupt
    __repr__ = __str__

class Sealed(type):
    @property
    def __name__(cls):
        raise SystemExit(0)
    def __instancecheck__(cls, value):
        raise SystemExit(0)

class Odd(Exception, metaclass=Sealed):
    pass

class Evil:
    def __repr__(self):
        raise KeyboardInterrupt
    __str__ = __bool__ = __hash__ = __repr__
    def __eq__(self, other):
        raise SystemExit(0)
    def __format__(self, spec):
        raise GeneratorExit

def deep(number=0):
    return deep(number + 1)
"""


@dataclass(frozen=True, slots=True)
class Expected:
    """What must come of one item.

    Args:
        verdict: its verdict.
        properties: what its property may be; empty where that does not matter.
    """

    verdict: str
    properties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """One file.

    Args:
        name: what it is called.
        text: what is in it.
        item: the item that it holds, or empty where the file as a whole is refused.
        expected: what must come of that.
        schedules: how many schedules a pass of it must have played; 0 where that does not matter.
        hangs: whether it never comes back.
    """

    name: str
    text: str
    item: str
    expected: Expected
    schedules: int = 0
    hangs: bool = False

    @property
    def id(self) -> str:
        """The id of its one result."""
        return f"scenarios/{self.name}::{self.item}" if self.item else f"scenarios/{self.name}"


@dataclass(frozen=True, slots=True)
class Ending:
    """How code ends.

    Args:
        code: its last statement.
        alone: what that means where it is the item's own code.
        in_process: what it means in a process whose result the item wants.
    """

    code: str
    alone: Expected
    in_process: Expected


PASSED: Final = Expected("passed")
FAILED: Final = Expected("failed")
SKIPPED: Final = Expected("skipped", ("skipped",))
XFAIL: Final = Expected("skipped", ("xfail",))
ERROR: Final = Expected("error")
USAGE: Final = Expected("error", ("usage",))
RESULT: Final = Expected("failed", ("result",))
HANGING: Final = Expected("error", ("step_timeout",))


def _fails_alone(*codes: str) -> list[Ending]:
    """Errors end their process, and the item where they are raised in it."""
    return [Ending(code, ERROR, RESULT) for code in codes]


def _ends_all(*codes: str) -> list[Ending]:
    """What is no ``Exception`` says how the item is to end, wherever it is raised."""
    return [Ending(code, ERROR, ERROR) for code in codes]


ENDINGS: Final = [
    *[Ending("pass", PASSED, PASSED)] * 20,
    Ending("assert False, 'no'", FAILED, RESULT),
    Ending("assert 1 + 1 == 3", FAILED, RESULT),
    Ending("assert False, Evil()", FAILED, RESULT),
    Ending("pytest.fail('no')", FAILED, FAILED),
    Ending("pytest.skip('not here')", SKIPPED, SKIPPED),
    Ending("pytest.xfail('known')", XFAIL, XFAIL),
    Ending("pytest.importorskip('no_such_module')", SKIPPED, SKIPPED),
    Ending("raise unittest.SkipTest('not here')", SKIPPED, SKIPPED),
    *_fails_alone(
        *(
            "raise ValueError('v')",
            "1 / 0",
            "{}['key']",
            "raise Shy",
            "raise Odd('odd')",
            "deep()",
            "raise MemoryError",
        ),
        *("raise ValueError('v') from Shy()", "raise ExceptionGroup('g', [ValueError(), Shy()])", "raise TimeoutError"),
        *("sys.exit(0)", "sys.exit('text')", "raise SystemExit", "raise GeneratorExit", "raise OSError(2, 'gone')"),
    ),
    *_ends_all(
        *("raise KeyboardInterrupt", "raise asyncio.CancelledError", "raise Own('mine')", "pytest.exit('enough')"),
        *("raise BaseExceptionGroup('g', [Own(), KeyboardInterrupt()])", "os._exit(0)", "os.abort()"),
        *("pytest.exit('enough', returncode=0)", "raise type('Sub', (KeyboardInterrupt,), {})('mine')"),
    ),
]
HANGS: Final = [
    "while True: pass",
    "[number for number in iter(int, 1)]",
    "while True:\n    try: raise Shy\n    except Exception: pass",
    "while 1: length = len(str(2 ** 500))",
    "threading.Event().wait()",
]
STUBBORN: Final = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"

# What stands around an ending, and changes nothing of it.
AROUND: Final = [
    *["{}"] * 4,
    "try:\n    {}\nfinally:\n    done = True",
    "with contextlib.suppress(ZeroDivisionError, AttributeError):\n    pass\n{}",
    "for turn in range(1):\n    {}",
    "def inner():\n    {}\ninner()",
    "if os.getcwd():\n    {}\nelse:\n    raise AssertionError('never')",
    "try:\n    raise AttributeError('first')\nexcept AttributeError:\n    {}",
    "try:\n    {}\nexcept ():\n    raise AssertionError('never')",
    "class Local:\n    def act(self):\n        {}\nLocal().act()",
    "with contextlib.ExitStack() as stack:\n    stack.callback(len, ())\n    {}",
]
# What an item does beside it, to whoever comes after it in the same process.
BESIDE: Final = [
    *["pass"] * 6,
    "print('words', flush=True)",
    "sys.stdout.write('no line end')",
    "os.write(1, b'bytes\\n')",
    "os.chdir('/')",
    "os.environ.clear()",
    "sys.stdout = None",
    "sys.stderr = None",
    "sys.excepthook = None",
    "sys.argv[:] = []",
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)",
    "import atexit; atexit.register(os._exit, 0)",
    "threading.Thread(target=sys.exit, daemon=True).start()",
    "threading.Thread(target=time.sleep, args=(1_000,)).start()",
    "import random; random.seed(1)",
    "import gc; gc.collect()",
    "sys.setrecursionlimit(900)",
    "import warnings; warnings.warn('mine')",
    "import logging; logging.basicConfig(); logging.error('mine')",
    "asyncio.run(asyncio.sleep(0))",
]


def draw(seed: int, number: int) -> Drawn:
    """Return the file *number*, from 0, of *seed*: the same ones always."""
    random = Random(f"{seed}/{number}")
    name = _name(random, number)
    if number % STUBBORN_EVERY == STUBBORN_EVERY - 1:
        return _with_ending(random, name, number, Ending(STUBBORN, HANGING, HANGING), hangs=True)
    if number % HANGS_EVERY == HANGS_EVERY - 1:
        return _with_ending(random, name, number, Ending(random.choice(HANGS), HANGING, HANGING), hangs=True)
    if random.random() < 0.2:
        return _refused(random, name)
    return _with_ending(random, name, number, random.choice(ENDINGS), hangs=False)


def _name(random: Random, number: int) -> str:
    return f"f{number:05}{random.choice(['', '', '', '_word', '_größe', '_a_longer_name_than_most_have'])}.py"


def _with_ending(random: Random, name: str, number: int, ending: Ending, *, hangs: bool) -> Drawn:
    places = [_scenario, _scenario, _process, _process, _helper, _property, _inner_run, _property_run, _always]
    if not hangs:
        places += [_finally, _expected, _go, _nobody_looks, _strategy, _repr]
    text, item, expected, schedules = random.choice(places)(random, ending)
    return Drawn(name, _finished(random, text), item, expected, 0 if hangs else schedules, hangs)


def _finished(random: Random, text: str) -> str:
    """Write it as editors do."""
    text = HEAD + text
    return random.choice([text, text, text.replace("    ", "\t"), "# coding: utf-8\n" + text, "\ufeff" + text])


def _around(random: Random, code: str, spaces: int) -> str:
    frame = random.choice(AROUND)
    before, _, after = frame.partition("{}")
    column = len(before) - (before.rfind("\n") + 1)
    inside = code.replace("\n", "\n" + " " * column)
    return textwrap.indent(f"{before}{inside}{after}", " " * spaces)


def _beside(random: Random, spaces: int) -> str:
    return textwrap.indent(random.choice(BESIDE), " " * spaces)


Part = tuple[str, str, Expected, int]


def _mark(random: Random) -> str:
    # What the command asks for counts for all of them.
    amount = random.randint(1, 4)
    return random.choice(["@scenario", "@scenario()", f"@scenario(schedules={amount})", f"@scenario(seeds={amount})"])


# -- places


def _scenario(random: Random, ending: Ending) -> Part:
    text = (
        f"{_mark(random)}\ndef item(world: World) -> None:\n{_beside(random, 4)}\n    world.run()\n"
        f"{_around(random, ending.code, 4)}\n"
    )
    return text, "item", ending.alone, SCHEDULES


BEHAVES: Final = """
async def other(process: Process, boss: str) -> None:
    await process.send(boss, "word", 1)

{mark}
def item(world: World) -> None:
{beside}
    world.define("a:main", main)
    world.define("a:other", other)
    pid = world.spawn("a:main", "a:host")
    for _ in range({others}):
        world.spawn("a:other", "a:host", pid)
    world.run()
    {looks}
"""
TAKES: Final = "    for _ in range(OTHERS):\n        await process.inbox.receive()\n"
MAIN: Final = "async def main(process: Process) -> None:\n"


def _behaves(random: Random, main: str, looks: str = "world.result(pid)") -> str:
    others = random.randint(0, 4)
    frame = BEHAVES.format(mark=_mark(random), beside=_beside(random, 4), others=others, looks=looks)
    return frame + main.replace("OTHERS", str(others))


def _process(random: Random, ending: Ending) -> Part:
    main = f"{MAIN}{TAKES}{_around(random, ending.code, 4)}\n"
    return _behaves(random, main), "item", ending.in_process, SCHEDULES


def _helper(random: Random, ending: Ending) -> Part:
    main = (
        f"{MAIN}{TAKES}    await process.sleep('1s')\n    await helper(process)\n"
        f"async def helper(process: Process) -> None:\n    await process.sleep('1s')\n"
        f"{_around(random, ending.code, 4)}\n"
    )
    return _behaves(random, main), "item", ending.in_process, SCHEDULES


def _finally(random: Random, ending: Ending) -> Part:
    main = f"{MAIN}    try:\n        await process.sleep('1s')\n    finally:\n{_around(random, ending.code, 8)}\n"
    return _behaves(random, main), "item", ending.in_process, SCHEDULES


def _go(random: Random, ending: Ending) -> Part:
    beside = f"    async def beside(process):\n{_around(random, ending.code, 8)}\n"
    main = f"{MAIN}{beside}    process.go(beside)\n    await process.sleep('1s')\n"
    return _behaves(random, main), "item", ending.in_process, SCHEDULES


def _nobody_looks(random: Random, ending: Ending) -> Part:
    main = f"{MAIN}{TAKES}{_around(random, ending.code, 4)}\n"
    expected = PASSED if ending.in_process == RESULT else ending.in_process
    return _behaves(random, main, looks="pass"), "item", expected, SCHEDULES


def _always(random: Random, ending: Ending) -> Part:
    holds = f"@always\ndef holds(world: World) -> None:\n{_around(random, ending.code, 4)}\n"
    text = _behaves(random, f"{MAIN}{TAKES}    pass\n", looks=random.choice(["pass", "world.result(pid)"]))
    return holds + text, "item", ending.alone, SCHEDULES


def _expected(random: Random, ending: Ending) -> Part:
    head = "@scenario(expect='failed')\ndef item(world: World) -> None:\n    world.run()\n"
    expected = Expected("failed", ("expected",)) if ending.alone == PASSED else ending.alone
    return f"{head}{_around(random, ending.code, 4)}\n", "item", expected, 0


def _inner_run(random: Random, ending: Ending) -> Part:
    text = (
        f"{_mark(random)}\ndef item(world: World) -> None:\n    def body(inner: World) -> None:\n        inner.run()\n"
        f"{_around(random, ending.code, 8)}\n    run(body)\n"
    )
    return text, "item", ending.alone, SCHEDULES


GIVENS: Final = [
    "n=st.integers(0, 9)",
    "n=st.sampled_from('abc')",
    "n=st.lists(st.booleans(), max_size=2)",
    "n=st.none()",
]


def _given(random: Random) -> str:
    more = random.choice(["", "@settings(max_examples=7)\n", "@settings(deadline=None)\n"])
    return f"{more}@given({random.choice(GIVENS)})\n"


def _property(random: Random, ending: Ending) -> Part:
    text = f"{_given(random)}def test_item(n):\n{_beside(random, 4)}\n{_around(random, ending.code, 4)}\n"
    return text, "test_item", ending.alone, 0


def _property_run(random: Random, ending: Ending) -> Part:
    text = (
        f"{_given(random)}def test_item(n):\n    def body(world):\n        world.define('a:main', main)\n"
        "        pid = world.spawn('a:main', 'a:host')\n        world.run()\n        world.result(pid)\n    run(body)\n"
        f"async def main(process):\n    await process.sleep('1s')\n{_around(random, ending.code, 4)}\n"
    )
    return text, "test_item", ending.in_process, 0


def _strategy(random: Random, ending: Ending) -> Part:
    how = random.choice(["map", "flatmap", "filter"])
    if ending.alone == PASSED:
        ending = Ending("raise LookupError('l')", ERROR, RESULT)
    expected = ending.alone if ending.alone in (SKIPPED, XFAIL) or "pytest.fail" in ending.code else USAGE
    drawn = f"def drawn(n):\n{_around(random, ending.code, 4)}\n"
    return f"{drawn}@given(n=st.integers().{how}(drawn))\ndef test_item(n): ...\n", "test_item", expected, 0


def _repr(random: Random, ending: Ending) -> Part:
    shown = random.choice(["assert V() == 3", "assert [V()] == []", "assert False, V()", "assert V() is None"])
    text = (
        f"class V:\n    def __repr__(self):\n{_around(random, ending.code, 8)}\n        return 'v'\n"
        f"    __str__ = __repr__\n{_mark(random)}\ndef item(world: World) -> None:\n    world.run()\n    {shown}\n"
    )
    return text, "item", FAILED, 0


# -- what is refused

WRONG: Final = [
    ("@scenario\nasync def item(world): ...\n", "item"),
    ("@scenario\ndef item(world):\n    yield\n", "item"),
    ("@scenario\nasync def item(world):\n    yield\n", "item"),
    ("@scenario\ndef item(): ...\n", "item"),
    ("@scenario\ndef item(world, other): ...\n", "item"),
    ("@scenario\ndef item(world):\n    return False\n", "item"),
    ("@scenario\ndef item(world):\n    return Evil()\n", "item"),
    ("@given(n=st.integers())\nasync def test_item(n): ...\n", "test_item"),
    ("@given(n=st.integers())\ndef test_item(n):\n    return n\n", "test_item"),
    ("@given(n=st.integers())\ndef test_item(n):\n    return Evil()\n", "test_item"),
    ("@scenario(schedules=0)\ndef item(world): ...\n", "item"),
    ("@scenario(schedules='many')\ndef item(world): ...\n", "item"),
    ("@scenario(expect='maybe')\ndef item(world): ...\n", "item"),
    ("@scenario(sedes=3)\ndef item(world): ...\n", ""),
    ("@scenario\ndef item(world)\n    pass\n", ""),
    ("@scenario\ndef item(world):\npass\n", ""),
    ("import no_such_module\n@scenario\ndef item(world): ...\n", ""),
    ("from . import no_such_file\n@scenario\ndef item(world): ...\n", ""),
]
AT_IMPORT: Final = [each.code for each in ENDINGS if each.alone != PASSED]


def _refused(random: Random, name: str) -> Drawn:
    if random.random() < 0.4:
        ending = random.choice(AT_IMPORT)
        code = _around(random, ending, 0)
        frames = [
            "{}\n@scenario\ndef item(world): ...\n",
            "@scenario\ndef item(world): ...\n{}\n",
            "class Body:\n    pass\n{}\n@scenario\ndef item(world): ...\n",
        ]
        # These mean the whole file where it is imported; a plain `pytest.skip` has to say so.
        expected = SKIPPED if "importorskip" in ending or "SkipTest" in ending else USAGE
        return Drawn(name, _finished(random, random.choice(frames).replace("{}", code)), "", expected)
    text, item = random.choice(WRONG)
    return Drawn(name, _finished(random, text), item, USAGE)
