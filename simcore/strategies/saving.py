"""Values as the plain data of a case: what JSON holds stands for itself, all else is an object that names its kind."""

from __future__ import annotations

from enum import Enum
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final

import msgspec
from hypothesis.strategies import DataObject

from simcore.model.texts import class_name
from simcore.model.written import to_json
from simcore.strategies.kinds import KIND, OURS, SCALARS, SETS, WHOLES, fields, is_plain
from simcore.strategies.named import name_of, package

if TYPE_CHECKING:
    from collections.abc import Mapping

_PARTS_MAX: Final = 1_000_000
_KNOWN: Final = {*OURS.values(), *SCALARS, *WHOLES}
_DEPTH_MAX: Final = 100
_ENDLESS: Final = "endless"
_LARGE: Final = "larger than any case"


class Unsaved(Exception):
    """A value of which no data can be made.

    Args:
        reason: what it is, such as ``of type Thing``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Saving:
    """Writes values as data.

    Args:
        home: the module of the test whose values they are.
    """

    def __init__(self, home: str) -> None:
        self._home = home
        self._path: list[int] = []
        self._left = _PARTS_MAX
        self.data_objects: list[DataObject] = []
        """The values of ``st.data()`` among them."""

    def all(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return *values* as data.

        Raises:
            Unsaved: one cannot be saved; the reason names it.
        """
        data: dict[str, Any] = {}
        for name, value in values.items():
            try:
                data[name] = self.data(value)
            except Unsaved as problem:
                verb = "is" if problem.reason in (f"of type {class_name(value)}", _ENDLESS, _LARGE) else "holds one"
                raise Unsaved(f"{name} {verb} {problem.reason}") from None
        return data

    def data(self, value: Any) -> Any:
        """Return *value* as data.

        Raises:
            Unsaved: it is, or holds, a value of which no data can be made.
        """
        # Only asked whether it is the same: what holds itself would never end.
        if id(value) in self._path or len(self._path) > _DEPTH_MAX:
            raise Unsaved(_ENDLESS)
        self._left -= 1
        if self._left < 0:
            raise Unsaved(_LARGE)
        self._path.append(id(value))
        try:
            return self._data(value, type(value))
        finally:
            self._path.pop()

    def _data(self, value: Any, kind: type) -> Any:
        if is_plain(value, kind):
            return value
        if kind is list:
            return [self.data(each) for each in value]
        if kind is dict and KIND not in value and all(type(key) is str and is_plain(key, str) for key in value):
            return {key: self.data(each) for key, each in value.items()}
        return {KIND: kind.__name__, **self._known(value, kind)} if kind in _KNOWN else self._other(value, kind)

    def _known(self, value: Any, kind: type) -> dict[str, Any]:
        if kind in OURS.values():
            return dict(msgspec.to_builtins(value))
        if kind in SCALARS:
            text = SCALARS[kind].write(value)
            if text is None:
                raise Unsaved(f"of type {kind.__name__}")
            return {"text": text}
        parts = [self.data(each) for each in WHOLES[kind].parts(value)]
        return {"parts": sorted(parts, key=to_json) if kind in SETS else parts}

    def _other(self, value: Any, kind: type) -> dict[str, Any]:
        """Return data of what is made by a class that both sides know."""
        if isinstance(value, DataObject):
            self.data_objects.append(value)
            return {KIND: "data"}
        if isinstance(value, Enum):
            whole = type(value).__members__.get(value.name or "") is value
            return {KIND: "enum", "of": self._name(kind, kind), **self._member(value, whole=whole)}
        if isinstance(value, type):
            return {KIND: "class", "of": self._name(value, kind)}
        if isinstance(value, FunctionType) and package(value.__module__) == package(self._home):
            return {KIND: "function", "of": self._name(value, kind)}
        parts = fields(value, kind)
        if parts is None:
            raise Unsaved(f"of type {kind.__name__}")
        return {KIND: "object", "of": self._name(kind, kind), "parts": {name: self.data(each) for name, each in parts}}

    def _member(self, value: Enum, *, whole: bool) -> dict[str, Any]:
        """Return what finds a member again; one of flags that are put together has no name of its own."""
        return {"member": value.name} if whole else {"value": self.data(value.value)}

    def _name(self, thing: Any, kind: type) -> str:
        name = name_of(thing, self._home)
        if name is None:
            raise Unsaved(f"of type {kind.__name__}")
        return name
