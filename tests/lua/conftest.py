"""A bench for Lua programs: an application written by the test, in a bare runtime."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from simcore.kernel.choices import Choices
from simcore.kernel.kernel import Kernel
from simcore.lua import install, load_app
from simcore.model.options import Options
from simcore.model.payload import pack
from simcore.process.start import admit, start
from simcore.process.state.observer import Observer
from simcore.process.state.runtime import Runtime
from simcore.process.verbs.table import HANDLERS
from simcore.schedulers.fifo import Fifo
from simcore.security.frame import EMPTY_FRAME, Frame
from simcore.supervision.service import ServiceObserver
from simcore.supervision.supervisor import Supervisor
from tests.worlds import HOST

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from simcore.process.state.record import ProcessRecord


class Logs(Observer):
    """Keeps the log records of the program."""

    def __init__(self) -> None:
        self.records: list[tuple[str, str, dict[str, Any], str]] = []

    def logged(self, record: ProcessRecord, level: str, message: str, fields: Mapping[str, Any], place: str) -> None:
        """Keep one record."""
        self.records.append((level, message, dict(fields), place))


class Bench:
    """One application and one world.

    Args:
        folder: where the application is written.
        options: the options of the world.
        seed: the seed of the world.
    """

    def __init__(self, folder: Path, options: Options | None = None, seed: int = 0) -> None:
        self.folder = folder
        self.options = options or Options()
        self.seed = seed
        self.logs = Logs()
        self.entries: list[dict[str, Any]] = [{"name": "processes", "kind": "process.host"}]
        self._runtime: Runtime | None = None

    def add(self, name: str, source: str, kind: str = "process.lua", **fields: Any) -> None:
        """Write the entry ``app:<name>`` with a Lua *source*."""
        (self.folder / f"{name}.lua").write_text(source)
        self.entries.append({"name": name, "kind": kind, "source": f"file://{name}.lua", **fields})

    @property
    def runtime(self) -> Runtime:
        """The world's runtime, made at the first use."""
        if self._runtime is None:
            index = {"version": "1.0", "namespace": "app", "entries": self.entries}
            (self.folder / "_index.yaml").write_text(yaml.safe_dump(index))
            kernel = Kernel(choices=Choices(self.seed), scheduler=Fifo(), options=self.options)
            self._runtime = Runtime(kernel, self.logs, HANDLERS)
            install(load_app(self.folder), Supervisor(self._runtime, ServiceObserver()))
        return self._runtime

    def start(self, name: str, *arguments: Any, frame: Frame = EMPTY_FRAME) -> ProcessRecord:
        """Spawn ``app:<name>`` with what *frame* holds."""
        runtime = self.runtime
        definition = name if ":" in name else f"app:{name}"
        record = start(runtime, runtime.hosts[HOST], definition, pack(arguments), frame, creator=None)
        admit(record)
        return record

    def result(self, name: str, *arguments: Any, frame: Frame = EMPTY_FRAME) -> Any:
        """Spawn ``app:<name>``, run to the end and return its value; raise its error."""
        record = self.start(name, *arguments, frame=frame)
        self.runtime.kernel.run()
        assert record.outcome is not None, "it has not ended"
        if record.outcome.error is not None:
            raise record.outcome.error
        return record.outcome.payload.value()

    def run(self, body: str, *arguments: Any, modules: tuple[str, ...] = (), frame: Frame = EMPTY_FRAME) -> Any:
        """Run *body* as the main function of one process and return its value; raise its error."""
        self.add("main", f"local function main(...)\n{body}\nend\nreturn {{main = main}}\n", modules=list(modules))
        return self.result("main", *arguments, frame=frame)

    def digest(self) -> str:
        """Return the digest of everything so far."""
        return self.runtime.kernel.trace.digest()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Return an empty bench."""
    return Bench(tmp_path)


@pytest.fixture
def bench_with(tmp_path: Path) -> Any:
    """Return a function that makes a bench with other options, or with another seed."""

    def make(*, seed: int = 0, **options: Any) -> Bench:
        return Bench(tmp_path, Options(**options), seed)

    return make
