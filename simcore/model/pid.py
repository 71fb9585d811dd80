"""Process identifiers: the text ``{host|0x00001}``, or ``{node@host|0x00001}`` for another node
(process 1.1 to 1.4)."""

from __future__ import annotations

from simcore.model.errors import InvalidArgument


class Pid(str):
    """The identifier of a process, ``{host|0x00001}`` (process 1.1).

    It *is* its text, so that a pid and its text are equal and hash alike. Every spawn answers one.
    """

    __slots__ = ()

    @property
    def node(self) -> str:
        """The node's name, empty for the local node."""
        return self._parts()[0]

    @property
    def host(self) -> str:
        """The entry id of the host, such as ``app:processes``."""
        return self._parts()[1]

    @property
    def unique(self) -> str:
        """The part that no other process of the node has, such as ``0x00001``."""
        return self._parts()[2]

    def _parts(self) -> tuple[str, str, str]:
        return split_pid(self)


def make_pid(host: str, unique: str, node: str = "") -> Pid:
    """Return the pid of these three parts; node ``local`` is the empty one."""
    prefix = f"{node}@" if node and node != "local" else ""
    return Pid(f"{{{prefix}{host}|{unique}}}")


def looks_like_pid(text: str) -> bool:
    """Tell whether *text* has the shape of a pid; such a text is never looked up as a name (process 11.6)."""
    return len(text) >= 3 and text[0] == "{" and text[-1] == "}" and "|" in text


def check_name(name: str) -> None:
    """Check that *name* can be registered (process 11.13).

    Raises:
        InvalidArgument: it is empty, or has the shape of a pid, so that it could never be looked up.
    """
    if not name:
        raise InvalidArgument("name cannot be empty")
    if looks_like_pid(name):
        raise InvalidArgument(f"name cannot have the shape of a pid: {name}")


def parse_pid(text: str) -> Pid:
    """Return the pid that *text* spells; the process need not exist (process 1.2).

    Raises:
        InvalidArgument: the text has no braces or no pipe.
    """
    if len(text) < 3 or text[0] != "{" or text[-1] != "}":
        raise InvalidArgument(f"invalid pid format: missing braces in {text!r}")
    if "|" not in text:
        raise InvalidArgument(f"invalid pid format: missing pipe in {text!r}")
    node, host, unique = split_pid(text)
    return make_pid(host, unique, node)


def split_pid(text: str) -> tuple[str, str, str]:
    """Return node, host and unique part of a pid's text; the old middle part ``ns:name|`` is dropped."""
    head, _, tail = text[1:-1].partition("|")
    node, at, host = head.partition("@")
    if not at:
        node, host = "", head
    return ("" if node == "local" else node), host, tail.rpartition("|")[2]
