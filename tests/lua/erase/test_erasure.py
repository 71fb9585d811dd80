"""What an erased program tells besides its text, and the few places where blanks alone would not do."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from simcore.lua.erase import erase


def plain(source: str) -> str:
    return erase(source, "sample.lua", wrap_concatenation=False).text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("local x = f :: T\n(g or h)()", "local x = f    ;\n(g or h)()"),
        ("local x = f\ntype T = A\n(g or h)()", "local x = f\n         ;\n(g or h)()"),
        ("repeat until x as T\n(g)()", "repeat until x    ;\n(g)()"),
    ],
)
def test_a_semicolon_keeps_two_statements_apart(source: str, expected: str) -> None:
    assert plain(source) == expected
    assert plain(expected) == expected


def test_a_call_that_goes_on_over_lines_stays_one_call() -> None:
    assert plain("x = y!\n(g)()") == "x = y \n(g)()"
    assert plain("local x = f :: T\nlocal y = f\n(g or h)()") == "local x = f     \nlocal y = f\n(g or h)()"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("#!/usr/bin/env lua\nreturn 1", "                  \nreturn 1"),
        ("\xef\xbb\xbf#!x\nreturn 1", "      \nreturn 1"),
        ("\xef\xbb\xbfreturn #x", "   return #x"),
        ("#!x", "   "),
    ],
)
def test_what_only_a_shell_reads_is_blanked(source: str, expected: str) -> None:
    assert plain(source) == expected


def test_carriage_returns_inside_types_stay() -> None:
    assert plain("type T = {\r\n a: A,\r b: B\n\r}\r\nx = 1") == "          \r\n      \r     \n\r \r\nx = 1"


def test_type_names_come_in_order_of_declaration_and_once() -> None:
    source = "type B = 1 export type A<T> = 2 do interface C end type B = 3 end local type = 4 type = 5"

    assert erase(source, "sample.lua").type_names == ("B", "A", "C")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('local a = require("a") require "b" require[[c]] require(\'a\')', ("a", "b", "c")),
        ('require("a.b" :: string)', ("a.b",)),
        ('local x: typeof(require("only.a.type")) = 1', ()),
        ('type T = typeof(require("t")) local x = require("x") :: typeof(require("u"))', ("x",)),
        ("require(name) require('a' .. b) loader.require('c') o:require('d') local require", ()),
        (r"""require "\97\x62\u{63}\z   d\"\t" """, ('abcd"\t',)),
        ("require [==[\na]]b]==]", ("a]]b",)),
        ("-- require('a')\nlocal s = \"require('b')\"", ()),
    ],
)
def test_requires_are_the_literal_names(source: str, expected: tuple[str, ...]) -> None:
    assert erase(source, "sample.lua").requires == expected


@pytest.mark.parametrize(
    "source",
    [
        "local d = message:payload():data()",
        "local d = inbox:receive().value:payload():data() :: T",
        "local d = (message:payload() :: Payload):data()",
        "local d = message:payload()!:data()",
        "local p = message:payload()\nlocal d = p:data()",
        "local p: Payload = message:payload() :: Payload\nlocal d = (p :: any):data()",
        "local topic, p = message:topic(), message:payload() return function() return p!:data() end",
        "local p p = message:payload() f(p:data())",
    ],
)
def test_data_called_on_a_payload_is_seen(source: str) -> None:
    assert erase(source, "sample.lua").calls_data_on_payload


@pytest.mark.parametrize(
    "source",
    [
        "local data = message:payload()",
        "local d = message:payload().data",
        "local p = message:payload() local d = p.data",
        "local p = message:payload() local d = q:data() + q.p:data()",
        "local q, p = message:payload() local d = p:data()",
        "local d = payload:data()",
        "(p):data() return p",
        "local p = message:payload() local d = f(p):data()",
        "local p: typeof(message:payload():data()) = 1",
        "-- message:payload():data()",
    ],
)
def test_no_other_data_is_taken_for_it(source: str) -> None:
    assert not erase(source, "sample.lua").calls_data_on_payload


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("process.exec('a:b', 'host')", True),
        ("local run = process.exec", True),
        ("executor:exec { 1 }", True),
        ("process.call() other.exec() my.process.exec()", False),
        ("local exec = 1 exec()", False),
        ("return 'process.exec(x)' -- a:exec()", False),
    ],
)
def test_exec_is_seen(source: str, expected: bool) -> None:
    assert erase(source, "sample.lua").calls_exec is expected


def test_what_was_erased_cannot_be_changed() -> None:
    erased = erase("", "sample.lua")

    with pytest.raises(FrozenInstanceError):
        erased.text = "x"  # type: ignore[misc]  # this is the claim
