"""How the tests of supervision make a world of services, and note what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simcore import Options, Process, ProcessError, Uniform, World
from simcore.process.state.observer import Observer
from simcore.supervision.service import ServiceObserver
from tests.worlds import HOST

if TYPE_CHECKING:
    from simcore.process.state.runtime import Host
    from simcore.supervision.service import Service

OTHER = "app:other"
SEEDS = 200


class Changes(Observer, ServiceObserver):
    """Notes what services and hosts go through."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.delays: list[int] = []

    def service_changed(self, service: Service, old: str) -> None:
        """Note one change."""
        self.lines.append(f"{service.id.rpartition(':')[2]} {service.state}")

    def service_retrying(self, service: Service, attempt: int, delay_ns: int) -> None:
        """Note one delay."""
        self.delays.append(delay_ns)

    def host_changed(self, host: Host) -> None:
        """Note one change."""
        self.lines.append(f"{host.id.rpartition(':')[2]} {host.state}")


async def runs(process: Process) -> str:
    await process.events.receive()
    return "stopped"


async def ignores(process: Process) -> None:
    await process.inbox.receive()


async def ends(process: Process) -> str:
    return "done"


async def breaks(process: Process, after: str = "") -> None:
    if after:
        await process.sleep(after)
    raise RuntimeError("broken")


async def gives_up(process: Process) -> None:
    raise ProcessError("no use", "Invalid", False)


BEHAVIOURS = {"runs": runs, "ignores": ignores, "ends": ends, "breaks": breaks, "gives_up": gives_up}


def made(seed: int = 0, *, options: Options | None = None, uniform: bool = True) -> tuple[World, Changes]:
    changes = Changes()
    world = World(seed, Uniform() if uniform else None, options, observers=[changes])
    for name, behaviour in BEHAVIOURS.items():
        world.define(f"app:{name}", behaviour)
    return world, changes


def service(world: World, name: str, process: str = "runs", **named: Any) -> str:
    id = f"app:{name}"
    fields: dict[str, Any] = {"host": HOST, "auto_start": True, **named}
    world.service(id, process=f"app:{process}", **fields)
    return id
