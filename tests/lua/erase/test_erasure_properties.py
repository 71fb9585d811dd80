"""Programs made up by Hypothesis: types leave exactly, plain Lua stays exactly, Lua agrees on what is Lua."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from simcore.lua.erase import LuaSyntaxError, erase
from simcore.lua.erase.lexer import scan


class Piece(NamedTuple):
    """A piece of a program that stays, or one that is erased."""

    text: str
    erased: bool = False


Program = tuple[Piece, ...]

VARIABLES = st.sampled_from(["a", "b2", "_", "type", "as", "is", "readonly", "interface", "keyof", "extends", "export"])
FUNCTIONS = st.sampled_from(["f", "g.h", "print", "m.type", "t.as"])
LITERALS = st.sampled_from(["1", "0x1F", "2.5e3", ".5", "nil", "true", "false", "'s :: t'", '"\\n"', "[[x\ny]]", "..."])
OPERATORS = "+ - * / // % ^ .. == ~= < > <= >= and or & | ~ << >>"
BINARY = st.sampled_from(OPERATORS.split())
TYPE_NAMES = st.sampled_from(["number", "string", "T", "m.T", "any", "as", "type", "is", "nil", "'lit'", "-1", "true"])


def types_around(types: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(types, max_size=2).map(" , ".join)
    return st.one_of(
        types.map("{0} ?".format),
        types.map("{0} []".format),
        types.map("{{ {0} }}".format),
        types.map("( {0} )".format),
        types.map("... {0}".format),
        types.map("keyof ( {0} )".format),
        types.map("T < m.U < {0}>>".format),
        types.map("{{ name : {0} , end ? : {0} , [ {0} ] : {0} ; }}".format),
        types.map("readonly {{ x : {0} @min ( 0 ) }}".format),
        st.tuples(types, types).map(" | ".join),
        st.tuples(types, types).map(" & ".join),
        st.tuples(several, types).map("( {0[0]} ) -> {0[1]}".format),
        st.tuples(several, types).map("fun( {0[0]} ) : {0[1]}".format),
        st.tuples(types, types).map("( ( a : {0[0]} , ... : any ) -> ( {0[1]} , T ) )".format),
        st.tuples(types, types).map("T extends ( {0[0]} ) ? {0[1]} : {0[0]}".format),
    )


TYPES = st.recursive(TYPE_NAMES | st.just("typeof ( f(1) :: T )"), types_around, max_leaves=5)


def kept(text: str) -> Program:
    return (Piece(text),)


def typed(before: str, after: str = "") -> st.SearchStrategy[Program]:
    annotated = TYPES.map(lambda text: (Piece(f"{before} {text}{after}", erased=True),))
    return st.just(()) | annotated


def sequence(*parts: str | st.SearchStrategy[Program]) -> st.SearchStrategy[Program]:
    strategies = [st.just(kept(part)) if isinstance(part, str) else part for part in parts]
    return st.tuples(*strategies).map(lambda programs: sum(programs, ()))


def listed(items: st.SearchStrategy[Program], *, min_size: int = 0) -> st.SearchStrategy[Program]:
    return st.lists(items, min_size=min_size, max_size=3).map(
        lambda programs: tuple(
            piece for at, program in enumerate(programs) for piece in ((Piece(","), *program) if at else program)
        )
    )


NAME = VARIABLES.map(kept)
OPERAND = NAME | LITERALS.map(kept)
FORMALS = listed(sequence(NAME, typed(":") | typed("? :")))
RETURNS = typed(":") | typed(":", " , T ?")


def expressions_around(expressions: st.SearchStrategy[Program]) -> st.SearchStrategy[Program]:
    cast = sequence(expressions_in_parentheses(expressions), typed("::") | typed("as"))
    return st.one_of(
        expressions_in_parentheses(sequence(cast, typed("::"))),
        sequence(NAME, st.just((Piece("!", erased=True),)), ".x"),
        sequence(expressions_in_parentheses(expressions), BINARY.map(kept), expressions_in_parentheses(expressions)),
        sequence(st.sampled_from(["-", "not", "#", "~"]).map(kept), expressions_in_parentheses(expressions)),
        sequence(FUNCTIONS.map(kept), "(", listed(cast), ")"),
        sequence("{", listed(st.one_of(cast, sequence("k", "=", cast), sequence("[", NAME, "]", "=", cast))), "}"),
        sequence("function", st.just(()) | generics(), "(", FORMALS, ")", RETURNS, "return", expressions, "end"),
    )


def expressions_in_parentheses(expressions: st.SearchStrategy[Program]) -> st.SearchStrategy[Program]:
    return sequence("(", expressions, ")")


def generics() -> st.SearchStrategy[Program]:
    return st.sampled_from(["<T>", "<T: U, V>", "<T = {U}, V...>"]).map(lambda text: (Piece(text, erased=True),))


EXPRESSIONS = st.recursive(OPERAND, expressions_around, max_leaves=6)
VALUES = listed(EXPRESSIONS, min_size=1)


def statements_around(blocks: st.SearchStrategy[Program]) -> st.SearchStrategy[Program]:
    return st.lists(
        st.one_of(
            sequence("local", listed(sequence(NAME, typed(":")), min_size=1), "=", VALUES),
            sequence("local", NAME, "<const>", typed(":"), "=", EXPRESSIONS),
            sequence(NAME, "=", EXPRESSIONS, typed("::")),
            sequence(FUNCTIONS.map(kept), "(", VALUES, ")"),
            sequence("if", EXPRESSIONS, "then", blocks, "elseif", EXPRESSIONS, "then", blocks, "else", blocks, "end"),
            sequence("while", EXPRESSIONS, "do", blocks, "break", "end"),
            sequence("repeat", blocks, "until", EXPRESSIONS),
            sequence("for", NAME, typed(":"), "=", EXPRESSIONS, ",", EXPRESSIONS, "do", blocks, "end"),
            sequence("for", NAME, typed(":"), ",", "v", "in", VALUES, "do", blocks, "end"),
            sequence("function", "m.a:b", st.just(()) | generics(), "(", FORMALS, ")", RETURNS, blocks, "end"),
            sequence("local", "function", NAME, "(", "...", typed(":"), ")", RETURNS, blocks, "end"),
            TYPES.map(lambda text: (Piece(f"type Name < U > = {text}", erased=True),)),
            TYPES.map(lambda text: (Piece(f"interface I : m.B  x ? : {text} f ( a : T ) : U end", erased=True),)),
        ),
        max_size=3,
    ).map(lambda programs: sum(programs, ()))


BLOCKS = st.recursive(st.just(()), statements_around, max_leaves=3)
# Between pieces that are erased nothing may part the lines, since `as` and `is` look at them.
GAPS = st.sampled_from([" ", "  ", "\t", " --[[ :: ]] "])
BREAKS = st.sampled_from([" ", "\n", "\r\n", " -- a comment: T\n", " --[==[ ]]\n]==]"])


@st.composite
def programs(draw: st.DrawFn) -> tuple[str, str]:
    """A program of the dialect, and what is to be left of it."""
    source = plain = ""
    for piece in draw(BLOCKS):
        gap = draw(GAPS if piece.erased else BREAKS)
        source += gap + piece.text
        plain += gap + (re.sub(r"[^\r\n]", " ", piece.text) if piece.erased else piece.text)
    return source, plain


@given(programs())
@settings(max_examples=200, deadline=None)
def test_exactly_the_types_are_blanked(program: tuple[str, str]) -> None:
    source, plain = program

    assert erase(source, "made.lua", wrap_concatenation=False).text == plain


@given(program=programs())
@settings(max_examples=100, deadline=None)
def test_what_is_left_is_plain(program: tuple[str, str]) -> None:
    _, plain = program

    assert erase(plain, "made.lua", wrap_concatenation=False).text == plain


# Lua refuses these programs for their meaning, which is for Lua to say and not for a pass over the syntax.
MEANINGS = re.compile("break outside|no visible label|already defined|const|outside a vararg|jumps into|to-be-closed")
SEEDS = [
    "local a <const>, b = f(1, ...), -x ^ 2 .. 'y' goto top ::top:: a.b[c]:d { e = 1; 2, [f] = 3 } return",
    "for i = 1, 2, 3 do if a < b and (c or d) then break elseif e == not f then g() else h 's' end end",
    "while a >> b do repeat local function f(x, ...) return #x // 1 end until y ~= z do ; end end",
    "function a.b:c(d) return function() end, [[e]] end for k, v in pairs(t) do k, v.w = v & 1 | 2 end",
    "type = as interface(is) export = type readonly { keyof } extends.type = asserts",
]
WORDS = list(dict.fromkeys(text for seed in SEEDS for text in scan(seed, "seed").texts if text))


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A plain program with a few words lost, doubled or changed; every word stands on a line of its own."""
    words = [text for text in scan(draw(st.sampled_from(SEEDS)), "seed").texts if text]
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(words) - 1))
        words[at : at + draw(st.integers(0, 2))] = draw(st.lists(st.sampled_from(WORDS), max_size=1))
    return "\n".join(words)


@given(source=damaged())
@settings(max_examples=300, deadline=None)
def test_what_lua_takes_is_taken_and_what_is_left_is_lua(source: str, complaint: Callable[[str], str | None]) -> None:
    try:
        text = erase(source, "made.lua", wrap_concatenation=False).text
    except LuaSyntaxError:
        assert complaint(source) is not None
        return

    assert MEANINGS.search(complaint(text) or "break outside")
    assert text == source or complaint(source) is not None


@given(source=st.text(st.characters(max_codepoint=255)) | st.text(st.sampled_from("[]=-'\"\\z \n0x.e1!:<>?")))
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_a_program_or_a_syntax_error(source: str, complaint: Callable[[str], str | None]) -> None:
    try:
        text = erase(source, "made.lua").text
    except LuaSyntaxError:
        return

    assert MEANINGS.search(complaint(text) or "break outside")
