"""Errors carry kind, message, retryable and details, and survive what Python does to exceptions (process 13)."""

from __future__ import annotations

import copy
import pickle

import pytest

from simcore import (
    AlreadyExists,
    BoundReached,
    Deadlock,
    Failure,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    ProcessError,
    SimcoreError,
    UsageError,
)
from simcore.model.errors import KINDS, ArgumentTypeError, ProcessEnded, process_error

EVERY = [
    ProcessError("m"),
    ProcessError("m", "Timeout", True, {"a": 1}),
    InvalidArgument("m"),
    ArgumentTypeError("m"),
    NotFound("m", details={"a": 1}),
    PermissionDenied("m"),
    AlreadyExists("m"),
    UsageError("m"),
    Failure("links", "m"),
    Deadlock("deadlock", "m"),
    BoundReached("actions_max", 1),
]


@pytest.mark.parametrize("error", EVERY, ids=lambda error: type(error).__name__)
def test_every_error_rebuilds_from_its_arguments_pickles_and_copies(error: SimcoreError) -> None:
    for other in (type(error)(*error.args), pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert (type(other), other.args, str(other), vars(other)) == (type(error), error.args, str(error), vars(error))


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_the_contract_has_its_class(kind: str) -> None:
    """process 0."""
    classes = {
        "Invalid": InvalidArgument,
        "NotFound": NotFound,
        "PermissionDenied": PermissionDenied,
        "AlreadyExists": AlreadyExists,
    }
    error = process_error("text", kind)

    assert (type(error), error.kind, error.message, str(error), error.retryable) == (
        classes.get(kind, ProcessError),
        kind,
        "text",
        "text",
        False,
    )


def test_failures_are_assertion_errors_and_a_deadlock_is_a_lookup_error_too() -> None:
    assert issubclass(Failure, AssertionError)
    assert issubclass(Deadlock, (Failure, LookupError))
    assert issubclass(Deadlock, LookupError)
    assert str(Failure("name", "text")) == "name: text"


def test_the_end_of_a_process_is_not_caught_by_except_exception() -> None:
    assert not issubclass(ProcessEnded, Exception)


def test_a_bound_names_its_option() -> None:
    assert "actions_max=7" in str(BoundReached("actions_max", 7))
