"""Values made of the plain data of a case."""

from __future__ import annotations

from enum import Enum
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final

import msgspec

from simcore.model.errors import UsageError
from simcore.model.texts import class_name, text_of
from simcore.strategies.kinds import BY_NAME, KIND, OURS, SCALARS, WHOLES, made_of_fields
from simcore.strategies.named import named

if TYPE_CHECKING:
    from hypothesis.strategies import DataObject

_OF_CLASSES: Final = ("enum", "class", "function", "object")


class Reading:
    """Makes values of data.

    Args:
        home: the module of the test whose values they are.
        drawing: what stands for ``st.data()``.
    """

    def __init__(self, home: str, drawing: DataObject) -> None:
        self._home = home
        self._drawing = drawing

    def value(self, data: Any, place: str) -> Any:
        """Return the value that *data* spells; *place* is what an error calls it.

        Raises:
            UsageError: the data is damaged.
        """
        try:
            return self._value(data)
        except UsageError as error:
            raise UsageError(f"the case is damaged: {place}: {error}") from error
        except Exception as error:
            # Whatever a class makes of parts that are none of its own.
            raise UsageError(f"the case is damaged: {place}: {class_name(error)}: {text_of(error)}") from error

    def _value(self, data: Any) -> Any:
        if isinstance(data, list):
            return [self._value(each) for each in data]
        if not isinstance(data, dict):
            return data
        if KIND not in data:
            return {key: self._value(each) for key, each in data.items()}
        return self._of_kind(str(data[KIND]), {key: each for key, each in data.items() if key != KIND})

    def _of_kind(self, kind: str, data: dict[str, Any]) -> Any:
        if kind in OURS:
            return _ours(OURS[kind], data)
        known = BY_NAME.get(kind)
        if known in SCALARS:
            return SCALARS[known].read(data["text"])
        if known in WHOLES:
            return WHOLES[known].make(*(self._value(each) for each in data["parts"]))
        if kind == "data":
            return self._drawing
        if kind not in _OF_CLASSES:
            raise UsageError(f"{kind!r} is none of {', '.join((*OURS, *BY_NAME, 'data', *_OF_CLASSES))}")
        return self._of_class(kind, data)

    def _of_class(self, kind: str, data: dict[str, Any]) -> Any:
        thing = self._thing(kind, str(data["of"]))
        if kind == "enum":
            return thing[data["member"]] if "member" in data else thing(self._value(data["value"]))
        if kind == "object":
            return made_of_fields(thing, {key: self._value(each) for key, each in data["parts"].items()})
        return thing

    def _thing(self, kind: str, name: str) -> Any:
        thing: Any = named(name, self._home)
        wanted = FunctionType if kind == "function" else type(Enum) if kind == "enum" else type
        if not isinstance(thing, wanted):
            raise UsageError(f"there is no {'class' if kind == 'object' else kind} {name!r} any more")
        return thing


def _ours(kind: Any, data: dict[str, Any]) -> Any:
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise UsageError(str(error)) from error
