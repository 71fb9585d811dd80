"""Every exception rebuilds from its `args` alone: SimPy re-raises so, and pickling needs it."""

from __future__ import annotations

import importlib
import inspect
import pickle
import pkgutil

import pytest

import simcore
from simcore.model.operations import Upgrade
from simcore.model.outcome import Outcome, Reports, Results, Verdict
from simcore.model.payload import EMPTY

# One value per annotation that an exception's arguments use; a new kind of argument needs a line here.
SAMPLES: dict[str, object] = {
    "str": "what happened",
    "str | None": "what happened",
    "int": 7,
    "int | None": 7,
    "bool": True,
    "bool | None": True,
    "Mapping[str, object] | None": {"field": "value"},
    "tuple[str, ...]": ("one", "two"),
    "Sequence[str]": ["one", "two"],
    "Sequence[Answer]": [Reports()],
    "StepTimeout | None": None,
    "BaseException | None": None,
    "Results": Results(run="1", command="", version="", base_seed=0, strategy="uniform"),
    "Outcome": Outcome(Verdict.FAILED, "assert", "what happened"),
    "Upgrade": Upgrade(None, EMPTY),
}


def exception_classes() -> list[type[BaseException]]:
    found: set[type[BaseException]] = set()
    for module in pkgutil.walk_packages(simcore.__path__, "simcore."):
        if module.name.endswith("__main__") or "._catalog" in module.name:
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, BaseException) and value.__module__.startswith("simcore"):
                found.add(value)
    return sorted(found, key=lambda each: f"{each.__module__}.{each.__qualname__}")


def example(exception: type[BaseException]) -> BaseException:
    if not inspect.isfunction(exception.__init__):  # Python's own, which takes anything
        return exception("what happened")
    return exception(*(SAMPLES[str(each.annotation)] for each in inspect.signature(exception).parameters.values()))


def same(left: BaseException, right: BaseException) -> bool:
    return type(left) is type(right) and left.args == right.args and vars(left) == vars(right)


@pytest.mark.parametrize("exception", exception_classes(), ids=lambda each: each.__qualname__)
def test_an_exception_rebuilds_from_its_args(exception: type[BaseException]) -> None:
    error = example(exception)

    rebuilt = type(error)(*error.args)

    assert same(rebuilt, error)
    assert str(rebuilt) == str(error)


@pytest.mark.parametrize("exception", exception_classes(), ids=lambda each: each.__qualname__)
def test_an_exception_survives_pickling(exception: type[BaseException]) -> None:
    error = example(exception)

    assert same(pickle.loads(pickle.dumps(error)), error)


def test_every_public_exception_is_a_simcore_error() -> None:
    public = [getattr(simcore, name) for name in simcore.__all__]
    errors = [each for each in public if isinstance(each, type) and issubclass(each, BaseException)]

    assert errors
    assert [each for each in errors if not issubclass(each, simcore.SimcoreError)] == []
