"""Values that leave a process: copied once, into one canonical byte string that both front ends read and write.

The string is the copy, the input of the digest, and what the receiver decodes (process 3.7). A value is a tag and
what the tag asks for:

    N nil   T true   F false   i<decimal>;   d<8 bytes, big-endian double>
    s<length>:<text>   b<length>:<bytes>   p<length>:<pid>
    l<count>:<items>   t<count>:<items>   m<count>:<key value ...>   I<hexadecimal>; (an int too long for decimals)
    e<message><kind><retryable><details>   o<type>;<name><map>   r<index>;   (an earlier container of the same value)
    x<length>:<canonical string of a name and parts>   (a value of a class that ``carry`` made known)
"""

from __future__ import annotations

import dataclasses
import struct
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import msgspec

from simcore.model.errors import InvalidArgument, ProcessError, process_error
from simcore.model.pid import Pid
from simcore.model.text import with_article
from simcore.model.texts import class_name, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DEPTH_MAX: Final = 200
SENDABLE: Final = (
    "send None, bool, int, float, str, bytes, Pid, errors, structs or dataclasses, and lists, tuples and dicts of these"
)
DECIMAL_MAX: Final = 2**8192
"""Python refuses to write much longer ints in decimals."""
_DECIMAL_MIN: Final = -DECIMAL_MAX
_SCALARS: Final = frozenset({int, str, bool, type(None), float, Pid, bytes})
_PLAIN: Final[dict[type, Callable[[Any], Any]]] = {
    int: int.__int__,
    float: float.__float__,
    str: str.__str__,
    bytes: bytes,
}
"""Of a subclass (an enum, say) the plain value travels."""
_DOUBLE: Final = struct.Struct(">d")


_CARRIED: Final[dict[type, tuple[str, Callable[[Any], tuple[Any, ...]]]]] = {}
_MAKERS: Final[dict[str, Callable[..., Any]]] = {}


def carry(kind: type, name: str, parts: Callable[[Any], tuple[Any, ...]], make: Callable[..., Any]) -> None:
    """Let immutable values of the class *kind* leave their process, as *name* and *parts*.

    Args:
        kind: the class.
        name: what both front ends call it.
        parts: what a value is taken apart into.
        make: makes an equal value of the parts.
    """
    _CARRIED[kind] = (name, parts)
    _MAKERS[name] = make


class Payload(msgspec.Struct, eq=False):
    """The values of one message, of a spawn's arguments or of a result, detached from whoever made them."""

    _data: bytes | None
    _types: tuple[type, ...]
    _scalars: tuple[Any, ...] | None

    @property
    def data(self) -> bytes:
        """The canonical byte string: all values, one after the other."""
        data = self._data
        if data is None:
            scalars = self._scalars or ()
            data = self._data = _scalar(scalars[0]) if len(scalars) == 1 else b"".join(map(_scalar, scalars))
        return data

    def values(self) -> tuple[Any, ...]:
        """Return a fresh copy of the values; what the caller does to them is seen by nobody else."""
        if self._scalars is not None:
            return self._scalars
        assert self._data is not None
        return tuple(_Decoder(self._data, self._types).all())

    def value(self) -> Any:
        """Return None for no value, the value itself for one, the list of them for several (process 3.8)."""
        values = self._scalars
        if values is None:
            values = self.values()
        if len(values) == 1:
            return values[0]
        return list(values) if values else None

    def __repr__(self) -> str:
        return f"Payload{self.values()!r}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Payload) and self.data == other.data and self._types == other._types

    def __hash__(self) -> int:
        return hash(self.data)

    def types(self) -> tuple[type, ...]:
        """The classes of the structs and dataclasses inside, in the order of their tags."""
        return self._types


EMPTY: Final = Payload(b"", (), ())


def pack(values: tuple[Any, ...]) -> Payload:
    """Copy *values* for another process.

    Args:
        values: None, bool, int, float, str, bytes, Pid, errors, structs or dataclasses, and lists, tuples and dicts
            (with str or int keys) of these. Sharing and cycles inside one value are kept, between two they are not.

    Raises:
        InvalidArgument: a value is of another type, nested deeper than ``DEPTH_MAX``, or part of a cycle that goes
            through a tuple, an error or a struct.
    """
    # None of these can be changed by anybody, so they are their own copy; the bytes are made when the digest asks.
    if _SCALARS.issuperset(map(type, values)):
        return Payload(None, (), values)
    types: list[type] = []
    data = b"".join(_Encoder(types).encode(value) for value in values)
    return Payload(data, tuple(types), None)


def share(values: tuple[Any, ...]) -> Payload:
    """Return the payload of *values* whose receivers get the very same objects: the quirk ``builder_no_copy``, which
    only Python processes can show. What the digest sees is what they were when they were given.

    Raises:
        InvalidArgument: as ``pack``.
    """
    copied = pack(values)
    return Payload(copied.data, copied.types(), values)


def pack_data(data: bytes) -> Payload:
    """Return the payload whose canonical string, written by the Lua front end, is *data*."""
    return Payload(data, (), None)


def carried_data(value: Any) -> bytes:
    """Return what the canonical string of a carried value holds behind its tag: its name and its parts.

    Raises:
        InvalidArgument: a part cannot leave its process.
    """
    name, parts = _CARRIED[type(value)]
    payload = pack((name, *parts(value)))
    if payload.types():
        raise InvalidArgument(f"what {name} holds is plain values, no {payload.types()[0].__name__}")
    return payload.data


@lru_cache(maxsize=256)
def carried_value(data: bytes) -> Any:
    """Return the value of ``carried_data``; the same object again and again, since it is immutable."""
    name, *parts = pack_data(data).values()
    return _MAKERS[name](*parts)


def _scalar(value: Any) -> bytes:
    kind = value.__class__
    if kind is int:
        return b"i%d;" % value if _DECIMAL_MIN < value < DECIMAL_MAX else b"I%x;" % value
    if kind is str:
        return _text(b"s", value)
    if value is None:
        return b"N"
    if kind is bool:
        return b"T" if value else b"F"
    if kind is Pid:
        return _text(b"p", value)
    if kind is bytes:
        return b"b%d:%b" % (len(value), value)
    return b"d" + _DOUBLE.pack(value)


def _text(tag: bytes, text: str) -> bytes:
    data = text.encode("utf-8", "surrogatepass")
    return b"%b%d:%b" % (tag, len(data), data)


class _Encoder:
    """Writes one value; containers are numbered as they are opened, so that a second sight is a reference."""

    def __init__(self, types: list[type]) -> None:
        self._types = types
        # By address, which finds a container among thousands and never leaves this object; the value is kept with its
        # number, so that no other can take the address meanwhile.
        self._seen: dict[int, tuple[int, object]] = {}
        self._unfinished: list[object] = []
        self._depth = 0

    def encode(self, value: Any) -> bytes:
        # By the class and not by isinstance: it is cheaper, and a subclass must lose what the plain value does not
        # have.
        if value.__class__ in _SCALARS:
            return _scalar(value)
        for base, plain in _PLAIN.items():
            if isinstance(value, base):
                return _scalar(plain(value))
        seen = self._seen.get(id(value))
        if seen is not None:
            self._refuse_unfinished(value)
            return b"r%d;" % seen[0]
        self._seen[id(value)] = (len(self._seen), value)
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise InvalidArgument(f"a value that leaves its process may be nested {DEPTH_MAX} deep, this one is deeper")
        data = self._container(value)
        self._depth -= 1
        return data

    def _refuse_unfinished(self, value: Any) -> None:
        """A value that can only be made when all its parts are there cannot be one of them."""
        if any(each is value for each in self._unfinished):
            raise InvalidArgument(
                f"{with_article(class_name(value))} that contains itself cannot leave its process; "
                "let the cycle go through a list, a dict or a dataclass alone"
            )

    def _container(self, value: Any) -> bytes:
        if isinstance(value, list):
            return b"l" + self._items(value)
        if isinstance(value, dict):
            return b"m" + self._map(value)
        if type(value) in _CARRIED:
            data = carried_data(value)
            return b"x%d:%b" % (len(data), data)
        # `is_dataclass` says yes to the class itself as well.
        if dataclasses.is_dataclass(value) and not isinstance(value, (type, ProcessError, tuple)):
            return self._object(value, [field.name for field in dataclasses.fields(value)])
        # What follows is made only when all its parts are there, while the containers above can be made empty and
        # filled.
        self._unfinished.append(value)
        data = self._finished(value)
        self._unfinished.pop()
        return data

    def _finished(self, value: Any) -> bytes:
        if isinstance(value, tuple):
            return b"t" + self._items(value)
        if isinstance(value, ProcessError):
            details = None if value.details is None else dict(value.details)
            parts = (text_of(value.message), text_of(value.kind), value.retryable, details)
            return b"e" + b"".join(map(self.encode, parts))
        if isinstance(value, msgspec.Struct):
            return self._object(value, value.__struct_fields__)
        cure = "await it, and send what that gives" if hasattr(type(value), "__await__") else SENDABLE
        raise InvalidArgument(f"{with_article(class_name(value))} cannot leave its process; {cure}")

    def _items(self, values: Iterable[Any]) -> bytes:
        parts = [self.encode(value) for value in values]
        return b"%d:%b" % (len(parts), b"".join(parts))

    def _map(self, value: dict[Any, Any]) -> bytes:
        parts: list[bytes] = []
        for key, item in value.items():
            if not isinstance(key, (str, int)):
                raise InvalidArgument(f"a dict that leaves its process has str or int keys, not {class_name(key)}")
            parts += (self.encode(key), self.encode(item))
        return b"%d:%b" % (len(value), b"".join(parts))

    def _object(self, value: Any, fields: Iterable[str]) -> bytes:
        kind = type(value)
        if kind not in self._types:
            self._types.append(kind)
        name = _text(b"s", kind.__name__)
        return b"o%d;%b%b" % (
            self._types.index(kind),
            name,
            self._map({field: getattr(value, field) for field in fields}),
        )


class _Decoder:
    """Reads the values of one canonical string."""

    def __init__(self, data: bytes, types: tuple[type, ...]) -> None:
        self._data = data
        self._at = 0
        self._types = types
        self._seen: list[Any] = []

    def all(self) -> Iterable[Any]:
        while self._at < len(self._data):
            self._seen = []
            yield self._value()

    def _value(self) -> Any:
        tag = self._data[self._at]
        self._at += 1
        return _READERS[tag](self)

    def _number(self, end: bytes) -> int:
        stop = self._data.index(end, self._at)
        number = int(self._data[self._at : stop])
        self._at = stop + 1
        return number

    def _long(self) -> int:
        stop = self._data.index(b";", self._at)
        number = int(self._data[self._at : stop], 16)
        self._at = stop + 1
        return number

    def _bytes(self) -> bytes:
        length = self._number(b":")
        self._at += length
        return self._data[self._at - length : self._at]

    def _text(self) -> str | bytes:
        data = self._bytes()
        try:
            # A text of Lua is any row of bytes; one that is no UTF-8 arrives as bytes.
            return data.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return data

    def _double(self) -> float:
        self._at += 8
        (number,) = _DOUBLE.unpack_from(self._data, self._at - 8)
        return float(number)

    def _list(self) -> list[Any]:
        items: list[Any] = []
        # Before its items are read: containers are numbered in the order of opening, as the encoder did.
        self._seen.append(items)
        items.extend(self._value() for _ in range(self._number(b":")))
        return items

    def _tuple(self) -> tuple[Any, ...]:
        place = len(self._seen)
        # The place has to be taken before the items are read, since they are numbered behind it.
        self._seen.append(())
        self._seen[place] = tuple(self._value() for _ in range(self._number(b":")))
        items: tuple[Any, ...] = self._seen[place]
        return items

    def _map(self) -> dict[Any, Any]:
        items: dict[Any, Any] = {}
        self._seen.append(items)
        self._fill(items)
        return items

    def _fill(self, items: dict[Any, Any]) -> None:
        for _ in range(self._number(b":")):
            key = self._value()
            items[key] = self._value()

    def _error(self) -> ProcessError:
        place = len(self._seen)
        self._seen.append(None)
        message, kind, retryable, details = (self._value() for _ in range(4))
        error = process_error(as_text(message), as_text(kind), retryable=retryable, details=details)
        self._seen[place] = error
        return error

    def _object(self) -> Any:
        kind = self._types[self._number(b";")]
        # The name stands there for the digest and for Lua; here the class itself is known.
        self._value()
        place = len(self._seen)
        value = None if issubclass(kind, msgspec.Struct) else object.__new__(kind)
        self._seen.append(value)
        fields: dict[str, Any] = {}
        self._fill(fields)
        if value is None:
            self._seen[place] = kind(**fields)
        for name, item in () if value is None else fields.items():
            # Past a frozen class's own refusal, and without `__init__`: this is a copy and not a new value.
            object.__setattr__(value, name, item)
        return self._seen[place]

    def _carried(self) -> Any:
        value = carried_value(self._bytes())
        self._seen.append(value)
        return value

    def _back_reference(self) -> Any:
        return self._seen[self._number(b";")]


def as_text(value: str | bytes) -> str:
    """Return *value* as a text; bytes that are no UTF-8 keep their values as latin-1 characters."""
    return value if isinstance(value, str) else value.decode("latin-1")


_READERS: Final[dict[int, Callable[[_Decoder], Any]]] = {
    ord("N"): lambda _: None,
    ord("T"): lambda _: True,
    ord("F"): lambda _: False,
    ord("i"): lambda decoder: decoder._number(b";"),
    ord("I"): _Decoder._long,
    ord("d"): _Decoder._double,
    ord("s"): _Decoder._text,
    ord("b"): _Decoder._bytes,
    ord("p"): lambda decoder: Pid(as_text(decoder._text())),
    ord("l"): _Decoder._list,
    ord("t"): _Decoder._tuple,
    ord("m"): _Decoder._map,
    ord("e"): _Decoder._error,
    ord("o"): _Decoder._object,
    ord("r"): _Decoder._back_reference,
    ord("x"): _Decoder._carried,
}
