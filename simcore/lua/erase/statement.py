"""The reader of statements: blocks, declarations, loops and assignments."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from simcore.lua.erase.expression import ExpressionReader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_BLOCK_ENDS: Final = frozenset({"end", "else", "elseif", "until", "eof"})
_ATTRIBUTES: Final = frozenset({"const", "close"})
_DECLARATIONS: Final = frozenset({"type", "interface", "export"})
_PAYLOAD_CALL: Final = [":", "payload", "(", ")"]


class StatementReader(ExpressionReader):
    """Reads a whole program.

    It gathers on the way *type_names*, the aliases and interfaces declared, and *payload_names*, the variables
    that were given the value of a ``:payload()`` call.
    """

    __slots__ = ("payload_names", "type_names")
    # Of the cursor, and said again: a type checker may else infer it anew from what is assigned here.
    at: int
    depth: int
    enclosed: int

    def __init__(self, source: str, name: str, *, wrap_concatenation: bool) -> None:
        super().__init__(source, name, wrap_concatenation=wrap_concatenation)
        self.type_names: list[str] = []
        self.payload_names: list[str] = []

    def read_program(self) -> None:
        """Read the statements up to the end of the source."""
        self.read_block()
        if self.kinds[self.at] != "eof":
            self.refuse("a statement or the end of the file: no block is open")

    def read_block(self) -> None:
        """Read statements up to a word that ends a block."""
        self.descend()
        enclosed, self.enclosed = self.enclosed, 0
        kinds = self.kinds
        while (kind := kinds[self.at]) not in _BLOCK_ENDS:
            read = _READERS.get(kind)
            if read is not None:
                read(self)
            elif kind == "name" or kind == "(":
                self._read_call_or_assignment(kind)
            else:
                self.refuse("a statement")
        self.enclosed = enclosed
        self.depth -= 1

    def _read_call_or_assignment(self, kind: str) -> None:
        if kind == "(":
            self._part_from_erased()
        elif self.texts[self.at] in _DECLARATIONS and self._erase_declaration():
            return
        first = self.at
        self.read_suffixed()
        if self.kinds[self.at] in ("=", ","):
            self._read_assignment(first)
        elif not self.called:
            self.refuse("'=' or the arguments of a call: an expression alone is no statement")

    def _read_assignment(self, first: int) -> None:
        targets = [self._read_target(first)]
        while self.accept(","):
            first = self.at
            self.read_suffixed()
            targets.append(self._read_target(first))
        self.expect("=")
        self._read_values(targets)

    def _read_target(self, first: int) -> str:
        """Check that what was read from token *first* on can be assigned to; return its name if it is one."""
        if not self.assignable:
            self.fail("a call or an expression in parentheses cannot be assigned to, expected a variable or a field")
        return self.texts[first] if self.solid_to == first + 1 else ""

    def _read_values(self, names: list[str]) -> None:
        """Read the values given to *names*, and note which of these hold a payload."""
        position = 0
        while True:
            self.read_expression()
            end = self.solid_to
            if self.texts[end - 2] == "(" and position < len(names) and self.texts[end - 4 : end] == _PAYLOAD_CALL:
                self.payload_names.append(names[position])
            if not self.accept(","):
                return
            position += 1

    def _part_from_erased(self) -> None:
        """Keep a statement that begins with a parenthesis from continuing what stands before an erased piece.

        ``local x = f :: T`` and ``(g or h)()`` on the next line are two statements, but without the cast they
        would be one call of ``f``: a semicolon in the blanks parts them.
        """
        if self.erased_to != self.at:
            return
        end = self.end_of(self.at - 1)
        for index in range(len(self.edits) - 1, -1, -1):
            start, stop, text = self.edits[index]
            if start < stop == end:
                self.edits[index] = (start, stop, text[:-1] + ";")
                return

    def _erase_declaration(self) -> bool:
        """Blank a type alias or an interface if one begins here, and tell whether it did."""
        first = self.at
        kinds, texts = self.kinds, self.texts
        at = first + (texts[first] == "export" and texts[first + 1] in ("type", "interface"))
        if kinds[at + 1] != "name":
            return False
        if texts[at] == "interface":
            self._erase_interface(first, at)
        elif texts[at] == "type" and (kinds[at + 2] in ("=", "<")):
            self._erase_alias(first, at)
        else:
            return False
        return True

    def _erase_interface(self, first: int, at: int) -> None:
        kept = len(self.edits)
        self.at = at
        self.read_interface()
        # What was edited inside lies in what is blanked as a whole, and edits must not overlap.
        del self.edits[kept:]
        self.erase(first)
        self.type_names.append(self.texts[at + 1])

    def _erase_alias(self, first: int, at: int) -> None:
        kept = len(self.edits)
        self.at = at + 2
        if self.kinds[self.at] == "<":
            self.read_generics()
        self.expect("=")
        self.read_type()
        del self.edits[kept:]
        self.erase(first)
        self.type_names.append(self.texts[at + 1])

    def _read_local(self) -> None:
        self.at += 1
        if self.kinds[self.at] == "function":
            opened = self.at
            self.at += 1
            self.expect("name")
            self.read_function(opened)
            return
        names = [self._read_local_name()]
        while self.accept(","):
            names.append(self._read_local_name())
        if self.accept("="):
            self._read_values(names)

    def _read_local_name(self) -> str:
        name = self.texts[self.at]
        self.expect("name")
        attributed = self._read_attribute()
        if self.kinds[self.at] == ":":
            self.erase_annotation()
            if not attributed:
                self._read_attribute()
        return name

    def _read_attribute(self) -> bool:
        if self.kinds[self.at] != "<":
            return False
        self.at += 1
        if self.texts[self.at] not in _ATTRIBUTES:
            self.refuse("'const' or 'close'")
        self.at += 1
        self.expect(">")
        return True

    def _read_if(self) -> None:
        opened = self.at
        while self.kinds[self.at] in ("if", "elseif"):
            self.at += 1
            self.read_expression()
            self.expect("then")
            self.read_block()
        if self.accept("else"):
            self.read_block()
        self.close("end", opened)

    def _read_while(self) -> None:
        opened = self.at
        self.at += 1
        self.read_expression()
        self._read_loop_body(opened)

    def _read_loop_body(self, opened: int) -> None:
        self.expect("do")
        self.read_block()
        self.close("end", opened)

    def _read_do(self) -> None:
        self._read_loop_body(self.at)

    def _read_repeat(self) -> None:
        opened = self.at
        self.at += 1
        self.read_block()
        self.close("until", opened)
        self.read_expression()

    def _read_for(self) -> None:
        opened = self.at
        self.at += 1
        names = self._read_loop_variables()
        if names == 1 and self.kinds[self.at] == "=":
            self._read_range()
        else:
            self.expect("in")
            self.read_expressions()
        self._read_loop_body(opened)

    def _read_loop_variables(self) -> int:
        names = 0
        while True:
            self.expect("name")
            names += 1
            if self.kinds[self.at] == ":":
                self.erase_annotation()
            if not self.accept(","):
                return names

    def _read_range(self) -> None:
        self.at += 1
        self.read_expression()
        self.expect(",")
        self.read_expression()
        if self.accept(","):
            self.read_expression()

    def _read_function_statement(self) -> None:
        opened = self.at
        self.at += 1
        self.expect("name")
        while self.accept("."):
            self.expect("name")
        if self.accept(":"):
            self.expect("name")
        self.read_function(opened)

    def _read_return(self) -> None:
        self.at += 1
        if self.kinds[self.at] not in _BLOCK_ENDS and self.kinds[self.at] != ";":
            self.read_expressions()
        self.accept(";")
        if self.kinds[self.at] not in _BLOCK_ENDS:
            self.refuse("the end of the block: 'return' is its last statement")

    def _read_goto(self) -> None:
        self.at += 1
        self.expect("name")

    def _read_label(self) -> None:
        self.at += 1
        self.expect("name")
        self.expect("::")

    def _skip(self) -> None:
        self.at += 1


_READERS: Final[Mapping[str, Callable[[StatementReader], None]]] = MappingProxyType(
    {
        "local": StatementReader._read_local,
        "if": StatementReader._read_if,
        "return": StatementReader._read_return,
        "for": StatementReader._read_for,
        "function": StatementReader._read_function_statement,
        "while": StatementReader._read_while,
        "do": StatementReader._read_do,
        "repeat": StatementReader._read_repeat,
        "goto": StatementReader._read_goto,
        "::": StatementReader._read_label,
        "break": StatementReader._skip,
        ";": StatementReader._skip,
    }
)
