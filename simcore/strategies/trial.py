"""One property while Hypothesis tries it: its test is called through here, and every call is counted and looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hypothesis.control import current_build_context
from hypothesis.errors import HypothesisException, StopTest, UnsatisfiedAssumption

from simcore.limits.moving import step_done
from simcore.model.errors import BoundReached
from simcore.model.interrupts import is_interrupt, leaves_a_prompt
from simcore.runner.example import has_drawn, is_explicit
from simcore.runner.owner import innermost
from simcore.strategies.attempt import Attempt
from simcore.strategies.shown import Told, told_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ENDLESS: Final = 3
"""Where so many calls have reached the same bound, no other arguments are tried: each would take as long."""


class CutShort(KeyboardInterrupt):
    """No other arguments are to be tried. It is of the one kind that Hypothesis takes for no failure of the test."""


class Trial:
    """Counts the calls of one test, and keeps the last that failed.

    Args:
        inner: the test below its ``@given``.
        progressed: is told after each call how many examples and schedules there were.
        over: says why no other arguments are to be tried, or None.
    """

    def __init__(
        self,
        inner: Callable[..., Any],
        progressed: Callable[[int, int], None],
        over: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._inner = inner
        self._progressed = progressed
        self._over = over
        self.examples: int = 0
        """How many were tried, up to the first that failed; not those that the test, or a filter, refused."""
        self.schedules: int = 0
        """How many runs were played for these, and for what was refused."""
        self.shrinking: int = 0
        """How often the test was called once it had failed."""
        self.drew: bool = False
        """Whether anything was drawn for it, or written down with ``@example``."""
        self.failed: Attempt | None = None
        """The last call that failed: Hypothesis ends with the smallest arguments."""
        self._expected = False
        self._bounds: dict[str, int] = {}
        """How many calls each bound has ended, by its name."""
        self._endless: list[list[Told]] = []
        """The arguments of these calls in words."""
        self.given_up: str = ""
        """Why the failure was made no smaller, or empty."""
        self.left_by: BaseException | None = None
        """By what somebody has left the test for good, or None."""
        self.cut_short: str = ""
        """Why no other arguments were tried, or empty."""
        self._smallest: list[Told] = []
        """The arguments of the last call that failed, in words."""

    def call(self, positional: Sequence[Any], arguments: Mapping[str, Any]) -> None:
        """Call the test as Hypothesis wants it called; raises what it raises."""
        context = current_build_context()
        explicit = is_explicit(context)
        step_done()
        if not context.is_final and self._is_endless(arguments):
            self.given_up = "each call takes until the bound"
            raise UnsatisfiedAssumption
        if not context.is_final and not explicit:
            self._end_in_time(arguments)
        self.forgive()
        call = Attempt(self._inner.__module__, arguments, final=bool(context.is_final))
        valid = False
        try:
            call.make(self._inner, positional)
            valid = True
        except (HypothesisException, StopTest):
            # An assumption that does not hold, the end of an example that has grown too large.
            raise
        except BaseException as error:
            if is_interrupt(error):
                self.left_by = error
                if leaves_a_prompt(error):
                    # Hypothesis would take it for a failure, and try to make it small.
                    raise CutShort from error
                raise
            valid = True
            call.fail(error)
            self._smallest = _texts(arguments)
            if isinstance(error, BoundReached):
                self._bounds[error.option] = self._bounds.get(error.option, 0) + 1
                self._endless.append(self._smallest)
            if (whose := innermost()) is not None:
                whose.let_go(error)
            raise
        finally:
            self.drew = self.drew or explicit or has_drawn(context)
            self._count(call, valid=valid)
            self._expected = explicit and call.error is not None

    def may_go_on(self) -> bool:
        """Tell whether there is time to make the failure smaller."""
        return not self.given_up and self._over() is None

    def _is_endless(self, arguments: Mapping[str, Any]) -> bool:
        """Tell whether to make the failure smaller would only play to the same bound once more."""
        # What has failed has to fail again where Hypothesis asks for it, or it takes the test for flaky.
        is_enough = any(times >= ENDLESS for times in self._bounds.values())
        return is_enough and _texts(arguments) not in self._endless

    def _end_in_time(self, arguments: Mapping[str, Any]) -> None:
        """Try nothing else where it is over; what has failed is told as it is.

        Raises:
            CutShort: nothing has failed until then.
            UnsatisfiedAssumption: something has, and these arguments are others.
        """
        reason = self._over()
        if reason is None:
            return
        if self.failed is None or self._expected:
            self.cut_short = reason
            raise CutShort
        # As above: what has failed has to fail again.
        if _texts(arguments) != self._smallest:
            self.given_up = reason
            raise UnsatisfiedAssumption

    def _count(self, call: Attempt, *, valid: bool) -> None:
        if self.failed is None:
            self.examples += valid
            self.schedules += call.example.schedules
        else:
            self.shrinking += 1
        if call.error is not None:
            self.failed = call
        self._progressed(self.examples, self.schedules)

    def shrunk(self) -> None:
        """Count a call that was made elsewhere, once it had failed."""
        self.shrinking += 1
        self._progressed(self.examples, self.schedules)

    def forgive(self) -> None:
        """Forget the failure of an ``@example`` that was not the end of all: it was expected, by ``xfail``."""
        if self._expected:
            self.failed = None
            self._expected = False

    def stand_by_it(self) -> None:
        """Do not forget the last failure: it was the end of all, and whoever calls the test again is not asked."""
        self._expected = False


def _texts(arguments: Mapping[str, Any]) -> list[Told]:
    return [told_of(name, value) for name, value in arguments.items()]
