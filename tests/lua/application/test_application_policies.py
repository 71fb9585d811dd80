"""An entry of kind ``security.policy.expr`` is a policy like any other, or refused with file, line and column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simcore.lua.application import load
from simcore.model.errors import UsageError
from simcore.security.actor import Actor

if TYPE_CHECKING:
    from tests.lua.application.conftest import WriteApp

INDEX = """\
namespace: shop
entries:
  - name: admins
    kind: security.policy.expr
    policy:
      actions: "*"
      resources: "*"
      effect: allow
      expression: EXPRESSION
    groups: [staff]
"""


def test_an_expression_policy_is_loaded_and_no_longer_foreign(write_app: WriteApp) -> None:
    application = load(write_app({"_index.yaml": INDEX.replace("EXPRESSION", "actor.id in ['ann']")}))
    policy = application.policies["shop:admins"]

    assert (application.foreign, application.warnings, policy.groups) == ((), (), ("staff",))
    assert [policy.evaluate(Actor(id), "a", "b") for id in ("ann", "bob")] == ["allow", None]


def test_an_expression_that_means_nothing_is_refused_at_load(write_app: WriteApp) -> None:
    folder = write_app({"_index.yaml": INDEX.replace("EXPRESSION", "actor.id == now()")})

    with pytest.raises(UsageError) as refused:
        load(folder)

    place = "entries[0] (shop:admins): policy.expression: column 13: the function now "
    assert "_index.yaml:5: " + place in str(refused.value)
