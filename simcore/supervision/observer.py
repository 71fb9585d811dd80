"""What happens to services, as it happens: the protocol between supervision and whoever looks on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simcore.supervision.service import Service


class ServiceObserver:
    """Looks on and changes nothing. Every method does nothing unless it is overridden."""

    def service_asked(self, service: Service, *, run: bool) -> None:
        """Somebody wants a service to run, or to stop."""

    def service_changed(self, service: Service, old: str) -> None:
        """A service has another state than *old*."""

    def service_retrying(self, service: Service, attempt: int, delay_ns: int) -> None:
        """A service that failed will be started again after so many nanoseconds."""
