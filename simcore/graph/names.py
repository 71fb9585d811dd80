"""Registered names: one pid for a name, any number of names for a pid (process 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simcore.model.errors import AlreadyExists, NotFound

if TYPE_CHECKING:
    from simcore.model.pid import Pid


class Names:
    """The table of names. It does not know who lives; its callers do."""

    def __init__(self) -> None:
        self._owners: dict[str, Pid] = {}
        # The other way round too, so that the end of a process does not walk all names of the world.
        self._owned: dict[Pid, dict[str, None]] = {}

    def register(self, name: str, pid: Pid) -> bool:
        """Bind *name* to *pid*; tell whether that is new. The same pair again changes nothing (process 11.2).

        Raises:
            AlreadyExists: another pid holds the name.
        """
        owner = self._owners.get(name)
        if owner is not None and owner != pid:
            raise AlreadyExists(f"name already registered: {name}")
        if owner == pid:
            return False
        self._owners[name] = pid
        self._owned.setdefault(pid, {})[name] = None
        return True

    def lookup(self, name: str) -> Pid:
        """Return who holds *name*.

        Raises:
            NotFound: nobody does (process 11.5).
        """
        owner = self._owners.get(name)
        if owner is None:
            raise NotFound(f"name not registered: {name}")
        return owner

    def get(self, name: str) -> Pid | None:
        """Return who holds *name*, or None."""
        return self._owners.get(name)

    def unregister(self, name: str) -> Pid | None:
        """Free *name* and return who held it, or None where nobody did (process 11.7)."""
        owner = self._owners.pop(name, None)
        if owner is not None:
            owned = self._owned[owner]
            del owned[name]
            if not owned:
                del self._owned[owner]
        return owner

    def release(self, pid: Pid) -> list[str]:
        """Free all names of *pid* and return them (process 11.8)."""
        names = list(self._owned.pop(pid, ()))
        for name in names:
            del self._owners[name]
        return names

    def of(self, pid: Pid) -> list[str]:
        """Return the names that *pid* holds, the earliest first."""
        return list(self._owned.get(pid, ()))

    def items(self) -> list[tuple[str, Pid]]:
        """Return all bindings, the earliest first."""
        return list(self._owners.items())

    def __len__(self) -> int:
        return len(self._owners)
