"""What the options of pytest ask of simcore, read from the command line and from the configuration of pytest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, cast, get_args

import pytest

from simcore.catalog.run_settings import RunSettings, with_settle
from simcore.limits.limit import limit_ns
from simcore.model.durations import parse_duration
from simcore.model.errors import InvalidArgument, UsageError
from simcore.model.shard import shard_of
from simcore.model.texts import represented
from simcore.plugin.options import PREFIX, REPLAY, option_of

if TYPE_CHECKING:
    from collections.abc import Callable

When = Literal["never", "fail", "always"]
NUMBERS: Final = ("schedules", "seed", "max_failures")
SECOND_NS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is asked of one session.

    Args:
        said: what the command line says of runs and verdicts.
        configured: what the configuration of pytest says of them.
        budget_s: how long all items together may take, or None.
        report: when reports are written.
        until_failure: whether all is played again until something fails.
        replay: the case or the token that alone is played, or None.
        is_forced: whether ``--simcore`` was said.
    """

    said: RunSettings
    configured: RunSettings
    budget_s: float | None
    report: When
    until_failure: bool
    replay: str | None
    is_forced: bool

    def settings(self, project: RunSettings, marked: RunSettings) -> RunSettings:
        """Return all that is said of runs and verdicts; the command line counts first, then the marker."""
        return self.said.over(marked).over(self.configured).over(project)


def wishes_of(config: pytest.Config) -> Wishes:
    """Return what *config* asks.

    Raises:
        UsageError: a value cannot be used.
    """

    def given(name: str) -> Any:
        return config.getoption(PREFIX + name)

    def configured(name: str) -> Any:
        try:
            value = config.getini(PREFIX + name)
        except (ValueError, pytest.UsageError) as error:
            raise UsageError(f"{PREFIX + name} takes true or false: {error}") from None
        return None if value == "" else value

    budget, report = (_either(name, given, configured) for name in ("budget", "report"))
    return Wishes(
        said=_settings(given, option_of),
        configured=_settings(configured, lambda name: PREFIX + name),
        budget_s=None if budget is None else _seconds(*budget),
        report="fail" if report is None else _when(*report),
        until_failure=bool(given("until_failure") or configured("until_failure")),
        replay=config.getoption(REPLAY),
        is_forced=bool(config.getoption("simcore")),
    )


def _either(name: str, given: Callable[[str], Any], configured: Callable[[str], Any]) -> tuple[str, str] | None:
    """Return a value and what the user calls it, of the command line if it is there, else of the configuration."""
    for shown, value in ((option_of(name), given(name)), (PREFIX + name, configured(name))):
        if value is not None:
            return shown, str(value)
    return None


def _settings(value: Callable[[str], Any], shown: Callable[[str], str]) -> RunSettings:
    plain: dict[str, Any] = {name: _number(shown(name), value(name)) for name in NUMBERS}
    step = value("step_timeout")
    step_ns = None if step is None else limit_ns(step, shown("step_timeout"))
    shard = None if value("shard") is None else shard_of(value("shard"), shown("shard"))
    settings = RunSettings(
        strategy=value("strategy"), strict=value("strict") or None, step_timeout_ns=step_ns, shard=shard, **plain
    )
    return with_settle(settings.checked(shown), value("settle"), shown("settle"))


def _number(shown: str, value: object) -> int | None:
    if value is None or isinstance(value, int):
        return value
    text = str(value).strip()
    if not (text.removeprefix("-").isdecimal() and text.isascii() and len(text) <= 20):
        raise UsageError(f"{shown} takes a whole number, not {represented(text)}")
    return int(text)


def _seconds(shown: str, text: str) -> float:
    try:
        duration_ns = parse_duration(text)
    except InvalidArgument:
        duration_ns = 0
    if duration_ns <= 0:
        raise UsageError(f"{shown} takes a duration such as 60s or 10m, not {represented(text)}")
    return duration_ns / SECOND_NS


def _when(shown: str, text: str) -> When:
    if text not in get_args(When):
        raise UsageError(f"{shown} takes {', '.join(get_args(When))}, not {represented(text)}")
    return cast("When", text)
