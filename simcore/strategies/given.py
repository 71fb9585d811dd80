"""The one place that runs a ``@given`` test for ``simcore run``, and runs it again with the arguments that failed."""

from __future__ import annotations

import json
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

import msgspec
from hypothesis import seed as seeded
from hypothesis import settings
from hypothesis.errors import Flaky, HypothesisException

from simcore.model.errors import NondeterminismDetected, UsageError
from simcore.model.options import Options
from simcore.model.programs import PolicyRule, Program, Step
from simcore.strategies.profile import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

KIND: Final = "simcore"
"""The key under which data says which of ours it is."""
_OURS: Final = {each.__name__: each for each in (Program, Step, PolicyRule, Options)}
_PLAIN: Final = (str, int, float, bool, type(None))


class Execution:
    """Runs properties; what ``simcore.runner`` hands down as its ``PropertyRunner``."""

    def explore(
        self, test: Callable[..., Any], *, examples: int, seed: int, progressed: Callable[[], None] = lambda: None
    ) -> tuple[dict[str, Any], Exception] | None:
        """Let Hypothesis look for arguments that fail, and shrink them.

        Args:
            test: a ``@given`` test.
            examples: how many arguments are tried.
            seed: of Hypothesis' own chance.
            progressed: called after each run of the test.

        Returns:
            The arguments by name and what the test raised with them, or None where it never failed.

        Raises:
            UsageError: Hypothesis cannot run the test, for instance because nothing can be drawn.
        """
        last: list[tuple[dict[str, Any], Exception]] = []
        with _prepared(test, last, examples, seed, progressed):
            try:
                test()
            except Flaky:
                return _flaky(test, last)
            except Exception as problem:
                return _found(test, last, problem)
        return None

    def encode(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return *arguments* as plain data.

        Raises:
            UsageError: one is neither a program nor plain data, so that no case file could hold it.
        """
        return {name: _encoded(name, value) for name, value in arguments.items()}

    def decode(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments that *data* spells; their ``repr`` is Python that makes them.

        Raises:
            UsageError: the data is damaged.
        """
        return {name: _decoded(name, value) for name, value in data.items()}

    def replay(self, test: Callable[..., Any], data: Mapping[str, Any]) -> None:
        """Call *test* once with the arguments that *data* spells, without Hypothesis; raises what it raises.

        Raises:
            UsageError: the data is damaged, or the test takes other arguments.
        """
        arguments = self.decode(data)
        takes = dict.fromkeys(_handle(test)._given_kwargs)
        if takes.keys() != arguments.keys():
            raise UsageError(f"{test.__name__} takes {_list(takes)}, the case holds {_list(arguments)}")
        _handle(test).inner_test(**arguments)


@contextmanager
def _prepared(
    test: Callable[..., Any],
    last: list[tuple[dict[str, Any], Exception]],
    examples: int,
    seed: int,
    progressed: Callable[[], None],
) -> Generator[None, None, None]:
    """Let *test* keep its last failing arguments, under our settings; afterwards it is as it was."""
    handle, before = _handle(test), dict(vars(test))
    inner = handle.inner_test

    @wraps(inner)
    def keeping(*args: Any, **arguments: Any) -> None:
        try:
            inner(*args, **arguments)
        except HypothesisException:
            raise
        except Exception as error:
            # Hypothesis ends with the smallest failing arguments, so the last ones are the shrunk ones.
            last[:] = [(arguments, error)]
            raise
        finally:
            progressed()

    # On the test itself, past the profile: the user's file may have set its own before ours was loaded.
    whole = settings(before["_hypothesis_internal_use_settings"], max_examples=examples, **WHOLE)
    vars(test)["_hypothesis_internal_use_settings"] = whole
    handle.inner_test = keeping
    try:
        seeded(seed)(test)
        yield
    finally:
        handle.inner_test = inner
        vars(test).clear()
        vars(test).update(before)


def _handle(test: Callable[..., Any]) -> Any:
    """Return what Hypothesis attaches to a ``@given`` test."""
    handle = getattr(test, "hypothesis", None)
    if handle is None:
        raise UsageError(f"{getattr(test, '__name__', test)!r} is no @given test")
    return handle


def _found(
    test: Callable[..., Any], last: list[tuple[dict[str, Any], Exception]], problem: Exception
) -> tuple[dict[str, Any], Exception]:
    if not last or isinstance(problem, HypothesisException):
        raise UsageError(f"{test.__name__}: Hypothesis cannot run it: {type(problem).__name__}: {problem}") from problem
    return last[0]


def _flaky(test: Callable[..., Any], last: list[tuple[dict[str, Any], Exception]]) -> tuple[dict[str, Any], Exception]:
    """The same arguments failed and then did not: something outside the simulation decides."""
    arguments, error = last[0]
    message = f"{test.__name__} fails ({error}) and then passes with the same arguments"
    return arguments, NondeterminismDetected(message)


# -- arguments as data


def _encoded(name: str, value: Any) -> Any:
    if type(value) in _OURS.values():
        data: dict[str, Any] = msgspec.to_builtins(value)
        return {KIND: type(value).__name__, **data}
    if isinstance(value, (list, tuple)):
        return [_encoded(name, each) for each in value]
    if isinstance(value, dict) and KIND not in value and all(isinstance(key, str) for key in value):
        return {key: _encoded(name, each) for key, each in value.items()}
    if isinstance(value, _PLAIN) and _is_json(value):
        return value
    raise UsageError(
        f"the argument {name} is neither a Program nor plain data, but {type(value).__name__}; "
        "draw plain values and build from them inside the test"
    )


def _is_json(value: Any) -> bool:
    try:
        return bool(json.loads(json.dumps(value, allow_nan=False)) == value)
    except ValueError:
        return False


def _decoded(name: str, data: Any) -> Any:
    if isinstance(data, list):
        return [_decoded(name, each) for each in data]
    if not isinstance(data, dict):
        return data
    if KIND not in data:
        return {key: _decoded(name, each) for key, each in data.items()}
    kind = _OURS.get(data[KIND])
    if kind is None:
        raise UsageError(f"the case is damaged: arguments.{name}: {data[KIND]!r} is none of {', '.join(_OURS)}")
    try:
        return msgspec.convert({key: each for key, each in data.items() if key != KIND}, kind)
    except msgspec.ValidationError as error:
        raise UsageError(f"the case is damaged: arguments.{name}: {error}") from error


def _list(names: Mapping[str, Any]) -> str:
    return ", ".join(names) or "nothing"
