"""The policy book answers look-ups; what was looked up earlier stays as it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simcore.model.errors import NotFound
from simcore.security.book import PolicyBook, group_id
from simcore.security.policy import allow, deny

SEND = allow("process.send", "*", id="app:send", groups=["staff", "other:guests"])
LINK = deny("process.link", "*", id="app:link", groups=["staff"])


@pytest.fixture
def book() -> PolicyBook:
    book = PolicyBook()
    book.add(SEND)
    book.add(LINK)
    return book


def test_a_group_gives_the_policies_that_belong_to_it(book: PolicyBook) -> None:
    assert book.named_scope("app:staff").policies == (SEND, LINK)
    assert book.named_scope("other:guests").policies == (SEND,)
    assert book.groups == ("app:staff", "other:guests")
    assert book.policies == (SEND, LINK)


@pytest.mark.parametrize(
    ("group", "policy_id", "expected"),
    [
        ("staff", "app.security:p", "app.security:staff"),
        ("app:staff", "app.security:p", "app:staff"),
        ("staff", "bare", "staff"),
        ("staff", "allow process.send on app:worker", "staff"),
    ],
)
def test_a_bare_group_is_in_the_namespace_of_its_policy(group: str, policy_id: str, expected: str) -> None:
    assert group_id(group, policy_id) == expected


def test_a_grant_is_seen_by_the_next_look_up_only(book: PolicyBook) -> None:
    before = book.named_scope("other:guests")

    book.grant("app:link", "other:guests")
    book.grant("app:link", "new")

    assert before.policies == (SEND,)
    assert book.named_scope("other:guests").policies == (SEND, LINK)
    assert book.named_scope("app:new").policies == (LINK,)


def test_a_revoke_from_a_group_leaves_the_policy_elsewhere(book: PolicyBook) -> None:
    before = book.named_scope("app:staff")

    book.revoke("app:send", "staff")

    assert before.policies == (SEND, LINK)
    assert book.named_scope("app:staff").policies == (LINK,)
    assert book.named_scope("other:guests").policies == (SEND,)
    assert book.policy("app:send") == SEND


def test_a_revoke_without_a_group_takes_the_policy_out_of_the_book(book: PolicyBook) -> None:
    book.revoke("app:send")

    assert book.named_scope("app:staff").policies == (LINK,)
    with pytest.raises(NotFound, match=r"^policy not found$"):
        book.policy("app:send")


def test_a_group_that_lost_its_last_policy_allows_nothing(book: PolicyBook) -> None:
    book.revoke("app:send", "other:guests")

    scope = book.named_scope("other:guests")

    assert scope.policies == ()
    assert scope.evaluate(None, "process.send", "x") is None


def test_revoking_and_granting_twice_changes_nothing_more(book: PolicyBook) -> None:
    book.grant("app:send", "staff")
    book.revoke("app:link", "other:guests")

    assert book.named_scope("app:staff").policies == (SEND, LINK)
    assert book.named_scope("other:guests").policies == (SEND,)


def test_a_policy_added_again_replaces_the_old_one_and_its_groups(book: PolicyBook) -> None:
    newer = deny("process.send", "*", id="app:send", groups=["other:guests"])

    book.add(newer)

    assert book.policy("app:send") == newer
    assert book.named_scope("app:staff").policies == (LINK,)
    assert book.named_scope("other:guests").policies == (newer,)


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda book: book.policy("app:none"), "policy not found"),
        (lambda book: book.grant("app:none", "staff"), "policy not found"),
        (lambda book: book.revoke("app:none"), "policy not found"),
        (lambda book: book.revoke("app:send", "none"), "policy group not found"),
        (lambda book: book.named_scope("app:none"), "policy group not found"),
        (lambda book: book.named_scope("staff"), "policy group not found"),
    ],
)
def test_what_is_unknown_is_not_found(book: PolicyBook, use: Callable[[PolicyBook], object], message: str) -> None:
    with pytest.raises(NotFound, match=rf"^{message}$") as missed:
        use(book)

    assert missed.value.kind == "NotFound"


def test_a_failed_grant_makes_no_group(book: PolicyBook) -> None:
    with pytest.raises(NotFound):
        book.grant("app:none", "fresh")

    assert book.groups == ("app:staff", "other:guests")
