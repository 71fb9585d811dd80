"""The options of a process (process 4.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.model.errors import InvalidArgument
from simcore.model.operations import SetOptions
from simcore.process.verbs.verb import VerbRow

if TYPE_CHECKING:
    from simcore.process.state.record import ProcessRecord, Task


def set_options(record: ProcessRecord, task: Task, operation: SetOptions) -> None:
    """Validate all options, then apply them (process 4.9, O17).

    Raises:
        InvalidArgument: an unknown option, or a value of another type; nothing was applied.
    """
    partial = "set_options_partial" in record.runtime.options.quirks
    if partial and isinstance(operation.values.get("trap_links"), bool):
        record.trap_links = operation.values["trap_links"]
    texts = {key: value for key, value in operation.values.items() if isinstance(key, str)}
    for key, value in texts.items():
        if key != "trap_links":
            raise InvalidArgument(f"option {key} is not supported")
        if not isinstance(value, bool):
            raise InvalidArgument("trap_links must be a boolean")
    record.trap_links = texts.get("trap_links", record.trap_links)


VERBS: Final = (VerbRow(SetOptions, set_options, "the change of its options"),)
