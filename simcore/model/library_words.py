"""The words of test libraries, such as ``pytest.skip``: they speak of the whole item, wherever they are said."""

from __future__ import annotations

import sys


def says_skip(error: BaseException) -> bool:
    """Tell whether *error* says that the item is not to be tried, or not to be tried further."""
    return (
        _is_one(error, "unittest.case", "SkipTest")
        or _is_one(error, "_pytest.outcomes", "Skipped")
        or says_xfail(error)
    )


def skips_its_file(error: BaseException) -> bool:
    """Tell whether *error*, which the import of a file has raised, says that nothing of it is to be tried. pytest asks
    whoever means the whole file to say so: ``allow_module_level=True``, which ``importorskip`` does."""
    if _is_one(error, "_pytest.outcomes", "Skipped"):
        return bool(getattr(error, "allow_module_level", False))
    return _is_one(error, "unittest.case", "SkipTest")


def says_xfail(error: BaseException) -> bool:
    """Tell whether *error* says that the item would fail from here on, and that this is expected."""
    return _is_one(error, "_pytest.outcomes", "XFailed")


def says_fail(error: BaseException) -> bool:
    """Tell whether *error* says that the item has failed."""
    # To pytest what is expected to fail has failed, and is told as if it were skipped.
    return _is_one(error, "_pytest.outcomes", "Failed") and not says_skip(error)


def speaks_of_the_item(error: BaseException) -> bool:
    """Tell whether *error* is meant for the whole item and not for the process that it was raised in."""
    return says_skip(error) or says_fail(error) or _is_one(error, "_pytest.outcomes", "Exit")


def is_judgement(error: BaseException) -> bool:
    """Tell whether *error* says that something does not hold, wherever it is raised; of a group, whether a member
    does."""
    if issubclass(type(error), AssertionError) or says_fail(error):
        return True
    if _is_one(error, "hypothesis.errors", "Flaky", "FailedHealthCheck", "DeadlineExceeded", "Unsatisfiable"):
        return True
    return isinstance(error, BaseExceptionGroup) and any(map(is_judgement, error.exceptions))


def _is_one(error: BaseException, module: str, *names: str) -> bool:
    """Where such a library is not loaded nobody has said its words."""
    library = sys.modules.get(module)
    kinds = tuple(kind for name in names if isinstance(kind := getattr(library, name, None), type))
    return issubclass(type(error), kinds)
