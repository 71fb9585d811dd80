"""The reader of expressions: operator precedence by binding powers, one method for each construct."""

from __future__ import annotations

from typing import Final, NoReturn

from simcore.model.errors import UsageError
from simcore.security.expression.error import malformed, unsupported
from simcore.security.expression.functions import FUNCTIONS, LOOPS
from simcore.security.expression.kinds import ARRAYS, BOOLS, Kind
from simcore.security.expression.lexer import Lexeme, tokens
from simcore.security.expression.nodes import (
    DEPTH_MAX,
    Both,
    CallOf,
    Chain,
    Coalesce,
    Conditional,
    Element,
    ListOf,
    Literal,
    Loop,
    MapOf,
    MemberAccess,
    Name,
    Node,
    Unary,
    Until,
)
from simcore.security.expression.operators import (
    AND_BINDING,
    COALESCE_BINDING,
    OPERATORS,
    OR_BINDING,
    UNARY,
    Operator,
)
from simcore.security.pattern import compile_pattern

LENGTH_MAX: Final = 10_000
NAMES: Final = ("actor", "action", "resource", "meta")
"""What an expression can speak of."""
_CONSTANTS: Final = {"true": True, "false": False, "nil": None}
_OR: Final = ("||", "or")
_AND: Final = ("&&", "and")
_ORDERS: Final = ("<", "<=", ">", ">=")
_WORDS: Final = frozenset({*OPERATORS, "or", "and", "not"})
_FOREIGN_WORDS: Final = frozenset({"let", "if", "else"})
_FOREIGN_SIGNS: Final = {"|": "a pipe", "?:": "the short conditional `?:`", ";": "a sequence", "=": "an assignment"}


# V. R. Pratt, "Top Down Operator Precedence", POPL 1973: an operand, then operators for as long as they bind tighter
# than what stands to the left.
class Parser:
    """Reads one expression. Where it stops, the message says at which column and why.

    Args:
        text: the expression.
    """

    def __init__(self, text: str) -> None:
        if len(text) > LENGTH_MAX:
            raise malformed(text, LENGTH_MAX, f"the expression is longer than {LENGTH_MAX} characters")
        self._text = text
        self._tokens = list(tokens(text))
        self._index = 0
        self._nesting = 0
        self._loops = 0
        self.unknown_names: list[str] = []

    def parsed(self) -> Node:
        """Return the whole expression, whose value is true or false as far as its text tells.

        Raises:
            ExpressionError: it is malformed, empty, or certainly neither true nor false.
            UnsupportedExpression: it uses a construct that the simulation does not know.
        """
        if len(self._tokens) == 1:
            raise malformed(self._text, 0, "the expression is empty")
        node = self._expression(0)
        if self._next.kind != "end":
            self._refuse_next("the end of the expression")
        self._require_kind(node, BOOLS, self._tokens[0], "an expression is true or false")
        return node

    # -- tokens

    @property
    def _next(self) -> Lexeme:
        return self._tokens[self._index]

    def _take(self) -> Lexeme:
        token = self._next
        self._index += token.kind != "end"
        return token

    def _taken(self, *signs: str) -> Lexeme | None:
        return self._take() if self._next.is_sign(*signs) else None

    def _expect(self, sign: str) -> None:
        if self._taken(sign) is None:
            self._refuse_next(f"`{sign}`")

    def _refuse_next(self, expected: str) -> NoReturn:
        token = self._next
        if token.kind == "sign" and token.value in _FOREIGN_SIGNS:
            raise unsupported(self._text, token.at, _FOREIGN_SIGNS[str(token.value)])
        raise malformed(self._text, token.at, f"{expected} is expected here, not {token.word}")

    # -- operators

    def _expression(self, binding: int) -> Node:
        self._nesting += 1
        if self._nesting > DEPTH_MAX:
            raise malformed(self._text, self._next.at, f"the expression is nested deeper than {DEPTH_MAX}")
        node = self._with_operators(self._operand(), binding)
        if binding == 0:
            node = self._with_conditional(node)
        self._nesting -= 1
        return node

    def _with_operators(self, left: Node, binding: int) -> Node:
        before: Lexeme | None = None
        while True:
            token = self._next
            found = self._binary(left, binding, before)
            if found is None:
                return left
            if found.depth > DEPTH_MAX:
                raise malformed(self._text, token.at, f"the expression is nested deeper than {DEPTH_MAX}")
            left, before = found, token

    def _binary(self, left: Node, binding: int, before: Lexeme | None) -> Node | None:
        """Return *left* with the next operator and its right side, or None where none binds tightly enough."""
        token = self._next
        mine = self._binding(token)
        if mine < binding:
            return None
        if before is not None and before.is_sign("??") != token.is_sign("??"):
            problem = f"put parentheses around one of {before.word} and {token.word}, they do not mix"
            if token.is_sign("??") or before.is_sign("??"):
                raise malformed(self._text, token.at, problem)
        if before is not None and before.is_sign(*_ORDERS) and token.is_sign(*_ORDERS):
            raise unsupported(self._text, token.at, "a chain of comparisons")
        if token.is_sign("??"):
            self._take()
            return Coalesce(left, self._expression(mine + 1))
        if token.is_sign(*_OR, *_AND):
            return self._logical(left, stops_at=token.is_sign(*_OR), binding=mine)
        return self._comparison(left)

    def _binding(self, token: Lexeme) -> int:
        if token.is_sign(*_OR):
            return OR_BINDING
        if token.is_sign(*_AND):
            return AND_BINDING
        if token.is_sign("??"):
            return COALESCE_BINDING
        if token.is_sign("not"):
            # As an operator `not` stands before another one only, as in `a not in b`, and binds as that does.
            token = self._tokens[self._index + 1]
            operator = self._operator(token)
            return operator.binding if operator is not None and operator.negatable else -1
        operator = self._operator(token)
        return -1 if operator is None else operator.binding

    def _operator(self, token: Lexeme) -> Operator | None:
        return OPERATORS.get(str(token.value)) if token.kind in ("sign", "name") else None

    def _logical(self, left: Node, *, stops_at: bool, binding: int) -> Node:
        token = self._take()
        right = self._expression(binding + 1)
        for side in (left, right):
            self._require_kind(side, BOOLS, token, f"{token.word} joins what is true or false")
        if isinstance(left, Until) and left.stops_at is stops_at:
            return Until((*left.parts, right), stops_at=stops_at)
        return Until((left, right), stops_at=stops_at)

    def _comparison(self, left: Node) -> Node:
        negated = self._taken("not") is not None
        token = self._take()
        operator = OPERATORS[str(token.value)]
        # One more than its own for an operator that groups to the left, so that an equal one ends the right side.
        right = self._expression(operator.binding + (not operator.right))
        kind = operator.fit(left.kind, right.kind)
        if kind is None:
            operands = f"{_told(left.kind)} and {_told(right.kind)}"
            raise malformed(self._text, token.at, f"{token.word} does not take {operands}")
        if token.is_sign("matches"):
            self._check_pattern(right, token)
        node: Node = Both(kind, operator.apply, left, right)
        return Unary("not", node) if negated else node

    def _check_pattern(self, pattern: Node, token: Lexeme) -> None:
        if isinstance(pattern, Literal):
            try:
                compile_pattern(str(pattern.value))
            except UsageError as problem:
                raise malformed(self._text, token.at, str(problem)) from None

    def _with_conditional(self, condition: Node) -> Node:
        token = self._taken("?")
        if token is None:
            return condition
        self._require_kind(condition, BOOLS, token, "what stands before '?' is true or false")
        yes = self._expression(0)
        self._expect(":")
        return Conditional(condition, yes, self._expression(0))

    # -- operands

    def _operand(self) -> Node:
        token = self._next
        if token.is_sign(*UNARY):
            return self._unary(self._take())
        return self._with_members(self._primary())

    def _unary(self, token: Lexeme) -> Node:
        binding, _, accepted = UNARY[str(token.value)]
        operand = self._expression(binding)
        self._require_kind(operand, accepted, token, f"{token.word} does not take {_told(operand.kind)}")
        return Unary(str(token.value), operand)

    def _primary(self) -> Node:
        token = self._next
        if token.kind in ("number", "text"):
            return Literal(self._take().value)
        if token.kind == "name" and token.value not in _WORDS:
            return self._named(self._take())
        if self._taken("("):
            node = self._expression(0)
            self._expect(")")
            return node
        if self._taken("["):
            return ListOf(self._list("]"))
        if self._taken("{"):
            return self._map()
        if token.is_sign("#", "."):
            return self._element(token)
        self._refuse_next("a value")

    def _named(self, token: Lexeme) -> Node:
        name = str(token.value)
        if name in _CONSTANTS:
            return Literal(_CONSTANTS[name])
        if name in _FOREIGN_WORDS:
            raise unsupported(self._text, token.at, f"`{name}`")
        if self._next.is_sign("("):
            return self._call(token)
        if name in FUNCTIONS or name in LOOPS:
            raise malformed(self._text, token.at, f"{name} is a function, write {name}(...)")
        if name not in NAMES and name not in self.unknown_names:
            self.unknown_names.append(name)
        return Name(name)

    def _call(self, token: Lexeme) -> Node:
        name = str(token.value)
        if name not in FUNCTIONS and name not in LOOPS:
            known = ", ".join([*FUNCTIONS, *LOOPS])
            raise unsupported(self._text, token.at, f"the function {name} (there are {known})")
        self._take()
        if name in LOOPS:
            return self._loop(token)
        function, arguments = FUNCTIONS[name], self._list(")")
        least, most = function.arguments
        if not least <= len(arguments) <= most:
            number = str(least) if least == most else f"{least} to {most}"
            raise malformed(self._text, token.at, f"{name} takes {number} arguments, not {len(arguments)}")
        for argument in arguments:
            problem = f"{name} does not take {_told(argument.kind)}"
            self._require_kind(argument, function.accepts, token, problem)
        return CallOf(function, arguments)

    def _loop(self, token: Lexeme) -> Node:
        array = self._expression(0)
        self._require_kind(array, ARRAYS, token, f"{token.value} does not take {_told(array.kind)} but a list")
        if self._next.is_sign(")"):
            raise unsupported(self._text, token.at, f"{token.value} without a predicate")
        self._expect(",")
        self._loops += 1
        predicate = self._predicate()
        self._loops -= 1
        if self._taken(","):
            raise unsupported(self._text, token.at, f"{token.value} with three arguments")
        self._expect(")")
        if token.value != "map":
            self._require_kind(predicate, BOOLS, token, f"the predicate of {token.value} is true or false")
        return Loop(str(token.value), array, predicate)

    def _predicate(self) -> Node:
        braced = self._taken("{")
        node = self._expression(0)
        if braced:
            self._expect("}")
        return node

    def _element(self, token: Lexeme) -> Node:
        if not self._loops:
            raise malformed(self._text, token.at, f"{token.word} has a meaning inside a predicate only")
        if self._taken("#") and self._next.kind == "name" and self._next.value not in _WORDS:
            raise unsupported(self._text, token.at, f"#{self._next.value}")
        return Element()

    def _list(self, end: str) -> list[Node]:
        members: list[Node] = []
        while not self._taken(end):
            members.append(self._expression(0))
            if not self._next.is_sign(end):
                self._expect(",")
        return members

    def _map(self) -> Node:
        members: list[tuple[str, Node]] = []
        while not self._taken("}"):
            key = self._take()
            if key.kind not in ("name", "text"):
                raise malformed(self._text, key.at, f"a key of a map is a name or a text, not {key.word}")
            self._expect(":")
            members.append((str(key.value), self._expression(0)))
            if not self._next.is_sign("}"):
                self._expect(",")
        return MapOf(members)

    # -- members

    def _with_members(self, node: Node) -> Node:
        optional = False
        while token := self._taken(".", "?.", "["):
            optional = optional or token.is_sign("?.")
            key = self._index_of(token) if token.is_sign("[") else self._member_name(token)
            if self._next.is_sign("("):
                raise unsupported(self._text, self._next.at, "a call of a member")
            if node.kind not in ("any", "array", "map") and not (node.kind == "nil" and token.is_sign("?.")):
                raise malformed(self._text, token.at, f"{_told(node.kind)} has no members")
            self._require_key(node, key, token)
            node = MemberAccess(node, key, optional=token.is_sign("?."))
            if node.depth > DEPTH_MAX:
                raise malformed(self._text, token.at, f"the expression is nested deeper than {DEPTH_MAX}")
        return Chain(node) if optional else node

    def _member_name(self, token: Lexeme) -> Node:
        if token.is_sign("?.") and self._taken("["):
            return self._index_of(token)
        name = self._take()
        if name.kind != "name":
            raise malformed(self._text, name.at, f"a name is expected after {token.word}, not {name.word}")
        return Literal(name.value)

    def _index_of(self, token: Lexeme) -> Node:
        if self._next.is_sign(":"):
            raise unsupported(self._text, token.at, "a slice")
        key = self._expression(0)
        if self._next.is_sign(":"):
            raise unsupported(self._text, token.at, "a slice")
        self._expect("]")
        return key

    def _require_key(self, target: Node, key: Node, token: Lexeme) -> None:
        keys: dict[Kind, tuple[Kind, ...]] = {"array": ("any", "integer"), "map": ("any", "text")}
        if key.kind not in keys.get(target.kind, ("any", "integer", "text")):
            raise malformed(self._text, token.at, f"{_told(target.kind)} has no member at {_told(key.kind)}")

    def _require_kind(self, node: Node, accepted: frozenset[Kind], token: Lexeme, problem: str) -> None:
        if node.kind not in accepted:
            told = "" if _told(node.kind) in problem else f", not {_told(node.kind)}"
            raise malformed(self._text, token.at, problem + told)


_TOLD: Final[dict[Kind, str]] = {
    "any": "a value",
    "nil": "nil",
    "bool": "true or false",
    "integer": "a whole number",
    "float": "a number",
    "text": "a text",
    "array": "a list",
    "map": "a map",
}


def _told(kind: Kind) -> str:
    return _TOLD[kind]
