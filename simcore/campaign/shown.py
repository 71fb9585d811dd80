"""Results as they are shown and as reports have them: what is long is cut there, and lies whole in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from simcore.model.errors import UsageError
from simcore.model.text import cut
from simcore.runner.case_files import case_path, message_path, save_message

if TYPE_CHECKING:
    from pathlib import Path

    from simcore.model.outcome import ItemResult


def shown(folder: Path, result: ItemResult) -> ItemResult:
    """Return *result* with texts that a terminal and a report can take; its whole message goes into a file.

    Args:
        folder: of the command's run.
        result: one that was not shown yet, or was already.
    """
    whole = "" if cut(result.message) == result.message else _save(folder, result)
    return msgspec.structs.replace(
        result,
        message=cut(result.message, whole=whole),
        traceback=[cut(line) for line in result.traceback],
        story=[cut(line) for line in result.story],
        remarks=[msgspec.structs.replace(remark, text=cut(remark.text)) for remark in result.remarks],
    )


def _save(folder: Path, result: ItemResult) -> str:
    """Save the message and return where it lies, or nothing where the disk takes nothing."""
    path = message_path(case_path(folder, result.id, result.property, result.first_failure or 1))
    try:
        save_message(path, result.message)
    except UsageError:
        return ""
    return str(path)
