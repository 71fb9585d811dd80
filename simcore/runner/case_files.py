"""The files of a failure: its case and its trace."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from simcore.catalog.options import read_options
from simcore.model.case import FORMAT, READ, Case, CaseFile
from simcore.model.errors import UsageError
from simcore.model.run import Run
from simcore.model.written import to_json
from simcore.output.atomic import write_file
from simcore.schedulers.registry import make_scheduler

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from simcore.model.trace import TraceEvent

CASE_SUFFIX: Final = ".case.json"
CASE_BYTES_MAX: Final = 64 * 1024 * 1024
STEM_LENGTH_MAX: Final = 150
"""File systems take names of 255 bytes at most, and the trace beside a case has a longer suffix."""


def _write(path: Path, content: bytes) -> None:
    try:
        write_file(path, content)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}; choose another --artifacts") from error


def case_path(folder: Path, item: str, property_name: str, schedule: int) -> Path:
    """Return where the case of this failure goes: ``<item>-<property>-<schedule>.case.json``.

    In the item's id ``/`` is written ``+`` and ``:`` is written ``-``. Where that, or another letter that no name of a
    file should have, would let two failures have one name, a digest of what is meant follows.
    """
    stem = f"{_word(item)}-{_word(property_name)}-{schedule}"
    if not _means_one(stem, item, property_name):
        meant = f"{item}\0{property_name}\0{schedule}".encode("utf-8", "surrogatepass")
        stem = f"{stem[:STEM_LENGTH_MAX]}-{hashlib.sha256(meant).hexdigest()[:8]}"
    return folder / "cases" / f"{stem}{CASE_SUFFIX}"


def _word(text: str) -> str:
    written = re.sub(r"[^A-Za-z0-9._+\-]+", "_", text.replace("/", "+").replace(":", "-"))
    # A name that begins with a dot is hidden.
    return re.sub(r"^\.+", "_", written)


def _means_one(stem: str, item: str, property_name: str) -> bool:
    """Tell whether nothing else has this *stem*: it is read back as what it is of, and its length fits.

    Some file systems take ``A`` for ``a``, so a capital counts as lost.
    """
    read_back = _word(item).replace("+", "/").replace("-", ":")
    plain = re.fullmatch(r"[A-Za-z0-9_]+", property_name) is not None
    return plain and read_back == item == item.lower() and len(stem) <= STEM_LENGTH_MAX


def message_path(case: Path) -> Path:
    """Return where the whole message of the failure whose case is in *case* goes, where it is too long to be shown."""
    return case.parent.parent / "messages" / f"{case.name.removesuffix(CASE_SUFFIX)}.txt"


def script_path(case: Path) -> Path:
    """Return where the script goes of the program that the case in *case* is of."""
    return case.with_name(f"{case.name.removesuffix(CASE_SUFFIX)}.script.py")


def save_message(path: Path, message: str) -> None:
    """Write a whole message. Raises as ``save_case``."""
    _write(path, message.encode("utf-8", "backslashreplace"))


def save_case(path: Path, case: Case) -> None:
    """Write *case* as readable JSON with a stable order.

    Raises:
        UsageError: the folder cannot be written.
    """
    run = case.run
    file = CaseFile(
        item=run.item,
        property=case.property,
        message=case.message,
        seed=run.seed,
        strategy=run.strategy,
        options=run.options.changed(),
        settle_ns=run.settle_ns or msgspec.UNSET,
        arguments=run.arguments,
        seeds=run.seeds,
        drawn=run.drawn,
        deviations=run.deviations,
        always=case.always,
        sources=case.sources,
        end=case.end,
    )
    file = msgspec.structs.replace(file, checksum=_checksum(msgspec.json.decode(to_json(file))))
    _write(path, msgspec.json.format(to_json(file), indent=2) + b"\n")


def _checksum(fields: Mapping[str, Any]) -> str:
    """Return what stands for all that a case file says, in whatever form and order, but for its target: a hint."""
    said = {name: value for name, value in fields.items() if name != "checksum"}
    if isinstance(said.get("item"), dict):
        said["item"] = {name: value for name, value in said["item"].items() if name != "target"}
    # The numbers that JSON has more than one form for are read and written alike here.
    return hashlib.blake2b(msgspec.json.encode(said, order="sorted"), digest_size=16).hexdigest()


def load_case(path: Path) -> Case:
    """Read a case.

    Raises:
        UsageError: there is no such file, it is no case of a version that is read, or a field of it cannot be used,
            which the message names.
    """
    file, intact = _read(path)
    run = Run(
        item=file.item,
        seed=file.seed,
        strategy=file.strategy,
        options=read_options(file.options, f"{path}: options"),
        settle_ns=file.settle_ns or 0,
        deviations=file.deviations,
        arguments=file.arguments,
        seeds=file.seeds,
        drawn=file.drawn,
    )
    if run.seed < 0:
        raise UsageError(f"{path}: seed: a seed is a number of 0 or more, not {run.seed}; copy the case file anew")
    try:
        make_scheduler(run.strategy)
    except UsageError as error:
        raise UsageError(f"{path}: strategy: {error}") from error
    return Case(
        run=run,
        property=file.property,
        message=file.message,
        end=file.end,
        always=file.always,
        sources=file.sources,
        version=file.version,
        intact=intact,
        is_sealed=bool(file.checksum),
    )


def _read(path: Path) -> tuple[CaseFile, bool]:
    """Return what the file says, and whether that is what was written into it, as far as its checksum tells."""
    try:
        if path.stat().st_size > CASE_BYTES_MAX:
            raise UsageError(f"{path}: is larger than any case")
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
    try:
        # The header by itself first: of another version the fields say nothing.
        header = msgspec.json.decode(content)
        if not isinstance(header, dict) or header.get("format") != FORMAT:
            raise UsageError(f'{path}: is no case: it has no "format": "{FORMAT}"')
        if header.get("version") not in READ:
            read = " and ".join(map(str, READ))
            raise UsageError(f"{path}: is a case of version {header.get('version')!r}; this simcore reads {read}")
        file = msgspec.convert(header, CaseFile)
        # Files that are older than the checksum say nothing of these two either.
        older = not file.checksum and file.always is None and file.sources is None
        return file, older or file.checksum == _checksum(header)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path}: the case is damaged: {error}") from error


def trace_path(case: Path) -> Path:
    """Return where the trace of the case in *case* goes."""
    return case.parent.parent / "traces" / f"{case.name.removesuffix(CASE_SUFFIX)}.trace.jsonl"


def save_trace(path: Path, events: list[TraceEvent]) -> None:
    """Write a trace, one JSON object a line. Raises as ``save_case``."""
    _write(path, b"".join(to_json(event) + b"\n" for event in events))
