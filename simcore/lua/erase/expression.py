"""The reader of expressions: it blanks casts and wraps the operands of concatenations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcore.lua.erase.annotation import AnnotationReader

if TYPE_CHECKING:
    from collections.abc import Iterator

_TIGHT, _JOINING, _LOOSE = 1, 2, 3

# How each binary operator binds, seen from `..`. Nothing else about them matters, as no tree is built.
_BINARY: Final = (
    dict.fromkeys(("+", "-", "*", "/", "//", "%", "^"), _TIGHT)
    | {"..": _JOINING}
    | dict.fromkeys(("<<", ">>", "&", "~", "|", "<", ">", "<=", ">=", "~=", "==", "and", "or"), _LOOSE)
)
_UNARY: Final = frozenset({"-", "not", "#", "~"})
_LITERALS: Final = frozenset({"string", "number", "nil", "true", "false", "..."})
_ARGUMENTS: Final = frozenset({"(", "string", "{"})
_SUFFIXES: Final = _ARGUMENTS | {".", ":", "[", "!"}
_ASSIGNABLE: Final = frozenset({"name", ".", "["})
_CASTS: Final = frozenset({"::", "!", "name"})
_ANNOTATIONS: Final = frozenset({":", "?"})


class ExpressionReader(AnnotationReader):
    """Reads expressions, table constructors and the bodies of functions."""

    __slots__ = ("assignable", "called", "gone_to")
    # Of the cursor, and said again: a type checker may else infer it anew from what is assigned here.
    at: int
    depth: int
    solid_to: int
    enclosed: int
    casting: bool

    def __init__(self, source: str, name: str, *, wrap_concatenation: bool) -> None:
        super().__init__(source, name, wrap_concatenation=wrap_concatenation)
        # What the last suffixed expression turned out to be: a variable or field, a call, or neither.
        self.assignable: bool = False
        self.called: bool = False
        # The labels that some `goto` of the program names.
        self.gone_to: frozenset[str] = frozenset(_gone_to(self.kinds, self.texts))

    def read_expression(self) -> bool:
        """Read one expression; tell whether ``..`` may join it as it is."""
        self.descend()
        first = self.at
        safe = self._read_operand()
        joined = loose = False
        while (rank := _BINARY.get(self.kinds[self.at])) is not None:
            self.at += 1
            if rank == _TIGHT:
                self._read_operand()
                safe = False
                continue
            # Here an operand of the concatenation on the left ends, or of the one that begins.
            if not safe and (joined or rank == _JOINING):
                self.wrap(first)
            joined, loose = rank == _JOINING, loose or rank == _LOOSE
            first = self.at
            safe = self._read_operand()
        if joined and not safe:
            self.wrap(first)
        self.depth -= 1
        return (safe or joined) and not loose

    def read_expressions(self) -> None:
        """Read expressions parted by commas."""
        self.read_expression()
        while self.kinds[self.at] == ",":
            self.at += 1
            self.read_expression()

    def _read_operand(self) -> bool:
        first = self.at
        kind = self.kinds[first]
        while kind in _UNARY:
            self.at += 1
            kind = self.kinds[self.at]
        bare = self.at == first
        safe = self.read_suffixed() if kind == "name" or kind == "(" else self._read_value(kind)
        if self.kinds[self.at] in _CASTS:
            while self._erase_cast():
                pass
        return safe and bare

    def _read_value(self, kind: str) -> bool:
        if kind in _LITERALS:
            self.at += 1
        elif kind == "{":
            self._read_table()
        elif kind == "function":
            self.at += 1
            self.read_function(self.at - 1)
        else:
            self.refuse("an expression")
        self.solid_to = self.at
        return kind == "string"

    def read_suffixed(self) -> bool:
        """Read a name or parentheses with fields, indexes and calls behind; tell whether it surely is a text."""
        kinds, first = self.kinds, self.at
        safe = False
        if kinds[first] == "(":
            self.at = first + 1
            self.enclosed += 1
            safe = self.read_expression()
            self.enclosed -= 1
            self.close(")", first)
        else:
            self.expect("name")
        self.solid_to = self.at
        last = first
        while (kind := kinds[self.at]) in _SUFFIXES:
            if kind == "!":
                self._erase_non_nil()
                continue
            last = self.at
            if kind == ".":
                self.at += 1
                self.expect("name")
            else:
                self._read_brackets(kind)
            self.solid_to = self.at
        self.assignable = kinds[last] in _ASSIGNABLE
        self.called = last > first and not self.assignable
        return safe if last == first else self._is_text_call(first, last)

    def _is_text_call(self, first: int, last: int) -> bool:
        texts = self.texts
        if last == first + 1:
            return texts[first] == "tostring" and self.kinds[last] in _ARGUMENTS
        return last == first + 3 and texts[first] == "string" and texts[first + 1 : last] == [".", "format"]

    def _read_brackets(self, kind: str) -> None:
        """Read an index, the arguments of a call, or a method with its arguments."""
        if kind == ":":
            self.at += 1
            self.expect("name")
            kind = self.kinds[self.at]
            if kind not in _ARGUMENTS:
                self.refuse("the arguments of a method call")
        opened = self.at
        if kind == "{":
            self._read_table()
            return
        self.at += 1
        self.enclosed += 1
        if kind == "(":
            if self.kinds[self.at] != ")":
                # Not `read_expressions`: calls nest deepest, and each level should take few of Python's frames.
                self.read_expression()
                while self.accept(","):
                    self.read_expression()
            self.close(")", opened)
        elif kind == "[":
            self.read_expression()
            self.close("]", opened)
        self.enclosed -= 1

    def _read_table(self) -> None:
        kinds, opened = self.kinds, self.at
        self.at += 1
        self.enclosed += 1
        while kinds[self.at] != "}":
            kind = kinds[self.at]
            if kind == "[":
                bracket = self.at
                self.at += 1
                self.read_expression()
                self.close("]", bracket)
                self.expect("=")
            elif kind == "name" and kinds[self.at + 1] == "=":
                self.at += 2
            self.read_expression()
            if kinds[self.at] not in (",", ";"):
                break
            self.at += 1
        self.enclosed -= 1
        self.close("}", opened)

    def read_function(self, opened: int) -> None:
        """Read a function from its generics on; the word ``function`` stands at *opened*."""
        self.erase_generics()
        self._read_parameters()
        if self.kinds[self.at] == ":":
            first = self.at
            self.at += 1
            self.erase_returns(first)
        self.read_block()
        self.close("end", opened)

    def _read_parameters(self) -> None:
        opened = self.at
        self.expect("(")
        if self.accept(")"):
            return
        while not self.accept("..."):
            self.expect("name")
            if self.kinds[self.at] in _ANNOTATIONS:
                self.erase_annotation()
            if not self.accept(","):
                break
        else:
            self.erase_annotation()
        self.close(")", opened)

    def _erase_cast(self) -> bool:
        """Blank one ``:: T``, ``as T`` or ``!`` if it is next, and tell whether it was."""
        first = self.at
        kind = self.kinds[first]
        if kind == "!":
            self._erase_non_nil()
            return True
        if not (self._as_follows() if kind == "name" else kind == "::" and not self._label_follows()):
            return False
        self.at += 1
        solid, casting, self.casting = self.solid_to, self.casting, True
        self.erase_type(first)
        self.solid_to, self.casting = solid, casting
        return True

    def _as_follows(self) -> bool:
        at = self.at
        return self.texts[at] == "as" and self.type_follows(at + 1) and self.on_same_line(at)

    def _label_follows(self) -> bool:
        # `::name::` is a label on a line of its own, and where some `goto` names it; also where nothing to cast to
        # comes behind it, or what does is a statement and no type.
        at, kinds = self.at, self.kinds
        if self.enclosed or kinds[at + 1] != "name" or kinds[at + 2] != "::":
            return False
        if not self.on_same_line(at) or self.texts[at + 1] in self.gone_to:
            return True
        return not (self.type_follows(at + 3) and self.on_same_line(at + 3)) or self._statement_follows(at + 3)

    def _statement_follows(self, at: int) -> bool:
        """Tell whether an assignment, a call or a function begins at *at*, where a type might as well."""
        kinds = self.kinds
        if kinds[at] == "function":
            return kinds[at + 1] == "name"
        end, called = self._suffixed_end(at)
        if called and kinds[end] not in ("=", ","):
            return True
        while kinds[end] == ",":
            end, _ = self._suffixed_end(end + 1)
        return kinds[end] == "="

    def _suffixed_end(self, at: int) -> tuple[int, bool]:
        """Return where a name or a group at *at* ends, with its fields, indexes and calls; tell whether it calls."""
        kinds, called = self.kinds, False
        if kinds[at] not in ("name", "("):
            return at, False
        at = at + 1 if kinds[at] == "name" else self.group_end(at)
        while (kind := kinds[at]) in _SUFFIXES:
            # `T[]` is a type; a parenthesis on the next line begins the next statement.
            if (kind == "[" and kinds[at + 1] == "]") or (kind == "(" and not self.on_same_line(at)):
                break
            called = kind in _ARGUMENTS
            at = self.group_end(at) if kind in ("(", "{", "[") else at + 1 + (kind in (".", ":"))
        return at, called

    def _erase_non_nil(self) -> None:
        at = self.at
        # Other languages write `!=`: blanking the `!` of it would turn its meaning round without a word.
        if self.kinds[at + 1] in ("=", "==") and self.starts[at + 1] == self.starts[at] + 1:
            self.fail("'!=' is no operator of Lua, write '~='; after a non-nil '!' leave a blank before '='")
        self.at += 1
        self.erase(at)


def _gone_to(kinds: list[str], texts: list[str]) -> Iterator[str]:
    at = -1
    for _ in range(kinds.count("goto")):
        at = kinds.index("goto", at + 1)
        yield texts[at + 1]
