"""Names: a shared operation, performed in the middle of a step (process 11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from simcore import Pid

from .model import Model, Refused
from .parties import Coroutine, Fault, Member
from .verdicts import rows


def go_on(model: Model, member: Member, coroutine: Coroutine, verb: str, fields: Any) -> None:
    """Perform a shared operation, and let the same coroutine go on in the same step (process 15.1.1)."""
    from .steps import resume, run

    member.paused = False
    answer, error = model.attempt(
        member, verb, "I55, I56, I59, I60, process 11", lambda: SHARED[verb](model, member, fields)
    )
    if resume(model, member, coroutine, answer if error is None else error):
        run(model, member)


def register(model: Model, member: Member, fields: Any) -> None:
    """Bind a name (process 11.1 to 11.4; I55 to I57)."""
    name, text = fields["name"], fields["pid"]
    check_name(name)
    pid = member.pid if text is None else registered_pid(text)
    foreign = pid != member.pid and model.options.foreign_register_permission
    model.ask_policies(member, rows("register foreign" if foreign else "register", name=name, target=str(pid)))
    target = model.members.get(pid)
    lives = pid == member.pid or (target is not None and target.phase in ("alive", "finished"))
    if not lives and "stale_name_binding" not in model.options.quirks:
        raise Refused(Fault("NotFound", "pid not found"))
    owner = model.names.get(name)
    if owner is not None and owner != pid:
        raise Refused(Fault("AlreadyExists", "name already registered"))
    if owner is None:
        model.expect_change("named", "I55, I57, process 11.2", pid=pid, name=name)
        model.names[name] = pid


def check_name(name: str) -> None:
    """Raise ``Refused`` where a text can be no name (process 11.13)."""
    if not name:
        raise Refused(Fault("Invalid", "name cannot be empty"))
    if len(name) >= 3 and name[0] == "{" and name[-1] == "}" and "|" in name:
        raise Refused(Fault("Invalid", "shape of a pid"))


def registered_pid(text: Any) -> Pid:
    """Return the pid that a register names. Raises ``Refused`` (process 11.1)."""
    if not isinstance(text, str):
        raise Refused(Fault("Invalid", "pid must be a string"))
    if not (len(text) >= 3 and text[0] == "{" and text[-1] == "}" and "|" in text):
        raise Refused(Fault("Invalid", "invalid pid"))
    pid = Pid(text)
    at = f"{pid.node}@" if pid.node else ""
    return Pid(f"{{{at}{pid.host}|{pid.unique}}}")


def lookup(model: Model, member: Member, fields: Any) -> Pid:
    """Return who holds a name (process 11.5; I59)."""
    if fields["name"] not in model.names:
        raise Refused(Fault("NotFound", "name not registered"))
    return model.names[fields["name"]]


def unregister(model: Model, member: Member, fields: Any) -> bool:
    """Free a name, whoever holds it (process 11.7; I60)."""
    name = fields["name"]
    model.ask_policies(member, rows("unregister", name=name))
    owner = model.names.pop(name, None)
    if owner is not None:
        model.expect_change("unnamed", "I60, process 11.7", pid=owner, name=name)
    return owner is not None


SHARED: Final[dict[str, Callable[..., Any]]] = {"register": register, "lookup": lookup, "unregister": unregister}
