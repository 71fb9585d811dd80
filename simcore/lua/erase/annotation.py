"""The reader of types: it finds where a type ends, and checks that it is one."""

from __future__ import annotations

from typing import Final

from simcore.lua.erase.cursor import DEPTH_MAX, Cursor
from simcore.lua.erase.error import LuaSyntaxError
from simcore.lua.erase.lexer import KEYWORDS

# What may follow `as`, `is` and the `?` of a conditional type: no statement goes on with one of these.
_STARTS: Final = frozenset({"name", "string", "number", "nil", "true", "false", "{", "(", "function", "...", "<"})

_LITERALS: Final = frozenset({"string", "number", "nil", "true", "false"})
_JOINTS: Final = frozenset({"|", "&"})
_SUFFIXES: Final = frozenset({"?", "[", "@", "..."})
_ATTRIBUTES: Final = frozenset({"const", "close"})
# A type within a type takes up to three times the frames of Python that an expression within an expression does.
_LEVELS: Final = 3
# These take no arguments, so that a `<` after them is a comparison.
_PLAIN: Final = frozenset({"number", "integer", "string", "boolean", "any", "unknown", "never", "nil"})


class AnnotationReader(Cursor):
    """Reads types; nothing inside a type is an edit of its own, because the whole of it is blanked."""

    __slots__ = ("casting", "choosing", "split")
    # Of the cursor, and said again: a type checker may else infer it anew from what is assigned here.
    at: int
    depth: int
    enclosed: int

    def __init__(self, source: str, name: str, *, wrap_concatenation: bool) -> None:
        super().__init__(source, name, wrap_concatenation=wrap_concatenation)
        # Inside a cast `<` may also compare; after `extends` a `?` may also choose.
        self.casting: bool = False
        self.choosing: bool = False
        # Where a token such as `>>` was cut in two to close an angle, and the kind it had.
        self.split: list[tuple[int, str]] = []

    def erase_type(self, first: int) -> None:
        """Read a type, and blank it from the token *first* on."""
        kept = len(self.edits)
        self.read_type()
        # Edits inside the type, such as those of a validator's argument, would lie in what is blanked as a whole.
        del self.edits[kept:]
        self.erase(first)

    def erase_returns(self, first: int) -> None:
        """Read the types a function returns, with or without parentheses, and blank them from *first* on."""
        kept = len(self.edits)
        self.read_return()
        while self.accept(","):
            self.read_type()
        del self.edits[kept:]
        self.erase(first)

    def erase_annotation(self) -> None:
        """Blank ``: T`` or ``?: T`` after a name, if it is there."""
        first = self.at
        self.accept("?")
        if self.accept(":"):
            self.erase_type(first)
        elif self.at > first:
            self.erase(first)

    def erase_generics(self) -> None:
        """Blank ``<T, U: Base, ...>`` where a function or an alias declares its parameters."""
        if self.kinds[self.at] == "<":
            first, kept = self.at, len(self.edits)
            self.read_generics()
            del self.edits[kept:]
            self.erase(first)

    def read_return(self) -> None:
        """Read ``T``, ``x is T`` or ``asserts x is T``."""
        kinds, texts, at = self.kinds, self.texts, self.at
        if texts[at] == "asserts" and kinds[at + 1] == "name" and texts[at + 2] == "is":
            self.at += 1
        if kinds[self.at] == "name" and self._word_follows("is", self.at + 1):
            self.at += 2
        self.read_type()

    def _word_follows(self, word: str, at: int) -> bool:
        return self.texts[at] == word and self.on_same_line(at) and self.type_follows(at + 1)

    def read_type(self) -> None:
        """Read one whole type: unions, intersections and conditions included."""
        self.descend(_LEVELS)
        choosing, self.choosing = self.choosing, False
        self._read_union()
        if self._condition_follows():
            self.at += 1
            self.choosing = True
            self._read_union()
            self.choosing = False
            self.expect("?")
            self.read_type()
            self.expect(":")
            self.read_type()
        self.choosing = choosing
        self.depth -= _LEVELS

    def _condition_follows(self) -> bool:
        # On a line of its own `extends` could begin a statement, unless a name follows.
        at = self.at
        return self.texts[at] == "extends" and (
            self._word_follows("extends", at) or (self.kinds[at + 1] == "name" and self.on_same_line(at + 1))
        )

    def _read_union(self) -> None:
        if self.kinds[self.at] in _JOINTS:
            self.at += 1
        while True:
            self._read_type_operand()
            if self.kinds[self.at] not in _JOINTS:
                return
            self.at += 1

    def _read_type_operand(self) -> None:
        while self.accept("@"):
            self._read_validator()
        self._read_simple()
        while self.kinds[self.at] in _SUFFIXES and self._read_type_suffix():
            pass

    def _read_type_suffix(self) -> bool:
        kind = self.kinds[self.at]
        if kind == "?" and self.choosing and self.type_follows(self.at + 1):
            return False
        if kind == "[" and not self.on_same_line(self.at):
            return False
        self.at += 1
        if kind == "@":
            self._read_validator()
        elif kind == "[" and not self.accept("]"):
            self.read_type()
            self.expect("]")
        return True

    def type_follows(self, at: int) -> bool:
        """Tell whether a type can begin with the token at *at*, and hardly anything else."""
        return self.kinds[at] in _STARTS or (self.kinds[at] == "-" and self.kinds[at + 1] == "number")

    def _read_validator(self) -> None:
        self.expect("name")
        if self.kinds[self.at] != "(" or not self.on_same_line(self.at):
            return
        opened = self.at
        self.at += 1
        if self.kinds[self.at] != ")":
            self.read_expression()
            while self.accept(","):
                self.read_expression()
        self.close(")", opened)

    def _read_simple(self) -> None:
        kind = self.kinds[self.at]
        if kind == "name":
            self._read_named()
        elif kind in _LITERALS:
            self.at += 1
        elif kind == "{":
            self._read_braces()
        elif kind == "(":
            self._read_type_list()
            if self.accept("->"):
                self.read_return()
        else:
            self._read_rare(kind)

    def _read_rare(self, kind: str) -> None:
        if kind == "-" and self.kinds[self.at + 1] == "number":
            self.at += 2
        elif kind == "...":
            while self.accept("..."):
                pass
            if self.type_follows(self.at) and self.on_same_line(self.at):
                self._read_type_operand()
        elif kind == "function":
            self._read_function()
        elif kind == "<":
            self.read_generics()
            self._read_type_list()
            self.expect("->")
            self.read_return()
        else:
            self.refuse("a type")

    def _read_named(self) -> None:
        word, following = self.texts[self.at], self.kinds[self.at + 1]
        if word == "readonly" and following == "{":
            self.at += 1
            self._read_braces()
        elif following == "(" and word in ("fun", "typeof", "keyof") and self.on_same_line(self.at + 1):
            self._read_operator(word)
        else:
            self._read_name()

    def _read_operator(self, word: str) -> None:
        if word == "fun":
            self._read_function()
            return
        opened = self.at + 1
        self.at += 2
        if word == "typeof":
            self.read_expression()
        else:
            self.read_type()
        self.close(")", opened)

    def _read_function(self) -> None:
        self.at += 1
        if self.kinds[self.at] == "(" and self.on_same_line(self.at):
            self._read_type_list()
            if self.accept(":"):
                self.read_return()

    def _read_name(self) -> None:
        plain = self.texts[self.at] in _PLAIN
        self.at += 1
        while self.accept("."):
            self.expect("name")
            plain = False
        # `T <const>` is a type and an attribute.
        if self.kinds[self.at] == "<" and not plain and not self._attribute_follows():
            if self.casting:
                self._try_arguments()
            else:
                self._read_arguments()

    def _attribute_follows(self) -> bool:
        at = self.at
        return self.texts[at + 1] in _ATTRIBUTES and self.kinds[at + 2] == ">"

    def _try_arguments(self) -> None:
        # `x :: T < y` compares when no list of types closes.
        at, depth, split, choosing = self.at, self.depth, len(self.split), self.choosing
        enclosed = self.enclosed
        # One trial at a time: trials inside trials would double the work at every level.
        self.casting = False
        try:
            self._read_arguments()
            if self.split and self.split[-1][0] == self.at - 1:
                self.refuse("a list of types that ends in '>' alone")
        except LuaSyntaxError:
            if self.depth > DEPTH_MAX:
                raise
            self.at, self.depth, self.choosing = at, depth, choosing
            self.enclosed = enclosed
            while len(self.split) > split:
                self._join(*self.split.pop())
        self.casting = True

    def _join(self, index: int, kind: str) -> None:
        for tokens in (self.kinds, self.texts):
            tokens[index : index + 2] = [kind]
        del self.starts[index + 1]

    def _read_arguments(self) -> None:
        self.at += 1
        if self.kinds[self.at] != ">":
            self.read_type()
            while self.accept(","):
                self.read_type()
        self._close_angle()

    def read_generics(self) -> None:
        """Read ``<T, U: Base, V = Default, W...>``."""
        self.at += 1
        while True:
            self.expect("name")
            self.accept("...")
            if self.texts[self.at] == "extends" or self.kinds[self.at] == ":":
                self.at += 1
                self.read_type()
            if self.accept("="):
                self.read_type()
            if not self.accept(","):
                break
        self._close_angle()

    def _close_angle(self) -> None:
        kind = self.kinds[self.at]
        if kind in (">>", ">="):
            self.split.append((self.at, kind))
            for tokens in (self.kinds, self.texts):
                tokens[self.at : self.at + 1] = [">", kind[1]]
            self.starts.insert(self.at + 1, self.starts[self.at] + 1)
        self.expect(">")

    def _read_type_list(self) -> None:
        """Read the parentheses of a function type, of a list of returns, or around one type."""
        opened = self.at
        self.at += 1
        while self.kinds[self.at] != ")":
            self._read_type_item()
            if not self.accept(","):
                break
        self.close(")", opened)

    def _read_type_item(self) -> None:
        kinds, at = self.kinds, self.at
        if kinds[at] in ("name", "..."):
            following = kinds[at + 1]
            if following == ":":
                self.at += 2
            elif following == "?" and kinds[at + 2] == ":":
                self.at += 3
        self.read_return()

    def _read_braces(self) -> None:
        """Read a record, a map or an array."""
        opened = self.at
        self.at += 1
        while self.kinds[self.at] != "}":
            self._read_field()
            if not (self.accept(",") or self.accept(";")):
                break
        self.close("}", opened)

    def _read_field(self) -> None:
        while self.accept("@"):
            self._read_validator()
        if not self.read_member():
            self.read_type()

    def read_member(self) -> bool:
        """Read ``name: T``, ``name?: T`` or ``[K]: V`` if one is next, and tell whether it was."""
        if self.texts[self.at] == "readonly" and (self.kinds[self.at + 1] == "[" or self._field_follows(self.at + 1)):
            self.at += 1
        if self.kinds[self.at] == "[":
            opened = self.at
            self.at += 1
            self.read_type()
            self.close("]", opened)
            self.accept("?")
        elif self._field_follows(self.at):
            self.at += 1
            self.accept("?")
        else:
            return False
        self.expect(":")
        self.read_type()
        return True

    def _field_follows(self, at: int) -> bool:
        # A field may be called like a keyword: it is read as `record["end"]`.
        kinds = self.kinds
        if kinds[at] != "name" and self.texts[at] not in KEYWORDS:
            return False
        return kinds[at + 1] == ":" or (kinds[at + 1] == "?" and kinds[at + 2] == ":")

    def read_interface(self) -> None:
        """Read ``interface Name [: Base, ...] members end``."""
        opened = self.at
        self.at += 2
        if self.kinds[self.at] == "<":
            self.read_generics()
        if self.accept(":"):
            self._read_type_operand()
            while self.accept(","):
                self._read_type_operand()
        while self.kinds[self.at] not in ("end", "eof"):
            self._read_interface_member()
        self.close("end", opened)

    def _read_interface_member(self) -> None:
        while self.accept("@"):
            self._read_validator()
        if self._method_follows():
            self._read_method()
        elif not self.read_member():
            self.refuse("a member of the interface, 'name: type', or 'end'")
        if not self.accept(","):
            self.accept(";")

    def _method_follows(self) -> bool:
        kinds, at = self.kinds, self.at
        return kinds[at] == "function" or (kinds[at] == "name" and kinds[at + 1] in ("(", "<"))

    def _read_method(self) -> None:
        self.accept("function")
        self.expect("name")
        if self.kinds[self.at] == "<":
            self.read_generics()
        self._read_type_list()
        if self.accept(":"):
            self.read_return()
