"""From lark's tree to our own classes: a rule becomes the class of its name, built from its children in order.

Only rules whose children need arranging have a method here; all the others go through `Builder.__default__`.
"""

from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal
from math import isinf
from typing import Any, get_origin

from lark import Token, Transformer, Tree, v_args
from lark.tree import Meta

from helpers.ksql.errors import KsqlSyntaxError, TypeFault
from helpers.ksql.language import commands, expressions, statements
from helpers.ksql.language.advice import KEY_PROPERTY, WINDOW_FUNCTIONS
from helpers.ksql.language.expressions import Expression, literal
from helpers.ksql.language.nodes import NOWHERE, Node, Position
from helpers.ksql.language.types import NAMED, STRING, CustomType, SqlType, array, decimal, mapping, struct

CLASSES: dict[str, type[Node]] = {
    name: of
    for module in (commands, expressions, statements)
    for name, of in vars(module).items()
    if isinstance(of, type) and issubclass(of, Node)
}
# Rules that stand for one value: their presence, or their word.
VALUES: dict[str, object] = {
    **dict.fromkeys(
        [
            "or_replace",
            "source_only",
            "if_not_exists",
            "if_exists",
            "delete_topic",
            "extended",
            "from_beginning",
            "absent",
            "negated",
            "all",
        ],
        True,
    ),
    **{word: word.upper() for word in ["changes", "final", "inner", "left", "right", "full", "key", "headers"]},
    "primary_key": "PRIMARY KEY",
    "every": None,
}
LISTS = ["columns", "properties", "names", "items", "joins", "group_by", "partition_by"]
WRAPPERS = [
    "where",
    "having",
    "retention",
    "grace",
    "timeout",
    "emit",
    "limit",
    "interval",
]  # a keyword before the thing itself


def unquoted(text: str) -> str:
    """What a quoted text or name stands for: without its quotes, doubled ones made single."""
    return text[1:-1].replace(text[0] * 2, text[0])


@v_args(meta=True)
class Builder(Transformer[Token, Any]):
    """Builds a statement; `place` turns two offsets in the piece being parsed into a Position in its script."""

    def __init__(self, place: Callable[[int, int], Position]) -> None:
        super().__init__()
        self._place = place

    def transform(self, tree: Tree[Token]) -> Any:
        """The statement of a tree. The sign of a whole number is read with it: BIGINT reaches further down than up."""
        for sign in tree.find_data("minus"):
            (number,) = sign.children
            if isinstance(number, Tree) and number.data == "integer" and "-" not in str(number.children[0]):
                sign.data, sign.children = "integer", [Token("INTEGER", f"-{number.children[0]}")]
        return super().transform(tree)

    def __default__(self, data: str, children: list[Any], meta: Meta) -> Any:
        rule = str(data)
        if rule in VALUES:
            return VALUES[rule]
        if rule in WRAPPERS:
            return children[0]
        if rule in LISTS:
            return tuple(child for child in children if child is not None)
        return self._make(CLASSES["".join(word.capitalize() for word in rule.split("_"))], children, meta)

    def _make(self, of: type[Node], children: list[Any], meta: Meta) -> Node:
        """Children become fields in order; a last field that is a tuple takes all that remain."""
        slots = [each for each in fields(of) if not each.kw_only]
        if slots and get_origin(slots[-1].type) is tuple:
            head, rest = children[: len(slots) - 1], children[len(slots) - 1 :]
            if not (len(rest) == 1 and isinstance(rest[0], tuple)):
                rest = [tuple(child for child in rest if child is not None)]
            children = head + rest
        values = [_absent(slot.type) if child is None else child for slot, child in zip(slots, children, strict=True)]
        return of(*values, at=self._at(meta))

    def _at(self, meta: Meta) -> Position:
        return NOWHERE if meta.empty else self._place(meta.start_pos, meta.end_pos)

    def _fault(self, meta: Meta, reason: str) -> KsqlSyntaxError:
        at = self._at(meta)
        return KsqlSyntaxError(reason, line=at.line, column=at.column, start=at.start)

    # ---- Words and constants

    def name(self, meta: Meta, children: list[Token]) -> str:
        (token,) = children
        return str(token).upper() if token.type == "NAME" else unquoted(token)

    def exact_name(self, meta: Meta, children: list[Token]) -> str:
        (token,) = children
        return str(token) if token.type == "NAME" else unquoted(token)

    def comparator(self, meta: Meta, children: list[Token]) -> str:
        return "<>" if children[0] == "!=" else str(children[0])

    def add_operator(self, meta: Meta, children: list[Token]) -> str:
        return str(children[0])

    multiply_operator = add_operator

    def quoted(self, meta: Meta, children: list[Token]) -> str:
        return unquoted(children[0])

    def count(self, meta: Meta, children: list[Token]) -> int:
        return self._whole(meta, children[0])

    def text(self, meta: Meta, children: list[Token]) -> expressions.Literal:
        return replace(literal(unquoted(children[0])), at=self._at(meta))

    def integer(self, meta: Meta, children: list[Token]) -> expressions.Literal:
        return replace(literal(self._whole(meta, children[0])), at=self._at(meta))

    def _whole(self, meta: Meta, token: Token) -> int:
        digits = token.lstrip("-0") or "0"
        if len(digits) > 19 or int(token) not in expressions.BIGINTS:
            raise self._fault(
                meta,
                f"Invalid numeric literal: {token[:40]} is too large for BIGINT; give it a point, {token[:40]}.0",
            )
        return int(token)

    def decimal(self, meta: Meta, children: list[Token]) -> expressions.Literal:
        return replace(literal(Decimal(str(children[0]))), at=self._at(meta))

    def double(self, meta: Meta, children: list[Token]) -> expressions.Literal:
        value = float(children[0])
        if isinf(value):
            raise self._fault(meta, f"Number overflows DOUBLE: {children[0]} is beyond 1.8E308.")
        return replace(literal(value), at=self._at(meta))

    def true(self, meta: Meta, children: list[Any]) -> expressions.Literal:
        return replace(literal(True), at=self._at(meta))

    def false(self, meta: Meta, children: list[Any]) -> expressions.Literal:
        return replace(literal(False), at=self._at(meta))

    def null(self, meta: Meta, children: list[Any]) -> expressions.Literal:
        return replace(literal(None), at=self._at(meta))

    # ---- Clauses and statements

    def escape(self, meta: Meta, children: list[str]) -> str:
        if len(children[0]) != 1:
            raise self._fault(meta, f"ESCAPE takes one character, met '{children[0]}'.")
        return children[0]

    def unit(self, meta: Meta, children: list[Token]) -> str:
        return str(children[0]).upper().rstrip("S") + "S"

    def within(self, meta: Meta, children: list[Any]) -> statements.Within:
        *spans, grace = children
        return statements.Within(spans[0], spans[-1], grace, at=self._at(meta))

    def join(self, meta: Meta, children: list[Any]) -> Node:
        return self._make(statements.Join, [children[0] or "INNER", *children[1:]], meta)

    def column(self, meta: Meta, children: list[Any]) -> statements.Column:
        name, of, role = children
        role, header = role if isinstance(role, tuple) else (role, None)
        return statements.Column(name, of, role, header, at=self._at(meta))

    def header(self, meta: Meta, children: list[Any]) -> tuple[str, str]:
        return "HEADER", children[0]

    def property(self, meta: Meta, children: list[Any]) -> statements.Property:
        name, value = children
        if name.upper() == "KEY":
            raise self._fault(meta, f"Syntax error: {KEY_PROPERTY}.")
        return statements.Property(name.upper(), value, at=self._at(meta))

    # ---- Expressions

    def column_name(self, meta: Meta, children: list[str]) -> Expression:
        source, name = children if len(children) == 2 else (None, children[0])
        return expressions.ColumnName(source, name, at=self._at(meta))

    def call(self, meta: Meta, children: list[Any]) -> Node:
        if children[0] in ("WINDOWSTART", "WINDOWEND"):
            raise self._fault(meta, f"Syntax error: {WINDOW_FUNCTIONS}.")
        return self._make(expressions.Call, children, meta)

    def or_(self, meta: Meta, children: list[Any]) -> Expression:
        return expressions.Logical(children[0], "OR", children[1], at=self._at(meta))

    def and_(self, meta: Meta, children: list[Any]) -> Expression:
        return expressions.Logical(children[0], "AND", children[1], at=self._at(meta))

    def is_distinct(self, meta: Meta, children: list[Any]) -> Expression:
        left, negated, right = children
        return expressions.Comparison(left, f"IS {'NOT ' if negated else ''}DISTINCT FROM", right, at=self._at(meta))

    def concat(self, meta: Meta, children: list[Any]) -> Expression:
        return expressions.Call("CONCAT", tuple(children), at=self._at(meta))

    def plus(self, meta: Meta, children: list[Any]) -> Any:
        return children[0]

    def minus(self, meta: Meta, children: list[Any]) -> Expression:
        (operand,) = children
        value = operand.value if isinstance(operand, expressions.Literal) else None
        if isinstance(value, Decimal):
            return replace(literal(value.copy_negate()), at=self._at(meta))  # `-` rounds to 28 digits
        if isinstance(value, float) or (type(value) is int and -value in expressions.BIGINTS):
            return replace(literal(-value), at=self._at(meta))
        return expressions.Minus(operand, at=self._at(meta))

    signed_number = minus

    def window(self, meta: Meta, children: list[Node]) -> Node:
        return children[-1]

    def case(self, meta: Meta, children: list[Any]) -> Expression:
        *branches, default = children
        return expressions.Case(None, tuple(branches), default, at=self._at(meta))

    def case_of(self, meta: Meta, children: list[Any]) -> Expression:
        operand, *branches, default = children
        return expressions.Case(operand, tuple(branches), default, at=self._at(meta))

    # ---- Types

    def named_type(self, meta: Meta, children: list[str]) -> SqlType:
        (name,) = children
        if name == "DECIMAL":
            raise self._fault(meta, "DECIMAL needs its size: write DECIMAL(precision, scale).")
        return NAMED.get(name) or CustomType(name)

    def sized_type(self, meta: Meta, children: list[Any]) -> SqlType:
        name, *sizes = children
        if name in ("VARCHAR", "STRING") and sizes[1] is None:
            return STRING  # the length is read and means nothing, as in ksqlDB
        if name != "DECIMAL":
            raise self._fault(
                meta, f"{name} takes no size: write {name} alone; only DECIMAL(precision, scale) has one."
            )
        precision, scale = sizes[0], sizes[1] or 0
        try:
            return decimal(precision, scale)
        except TypeFault as fault:
            raise self._fault(meta, str(fault)) from fault

    def described_type(self, meta: Meta, children: list[str]) -> SqlType:
        if children != ["VARCHAR", "STRING"]:
            raise self._fault(meta, "only VARCHAR(STRING), as DESCRIBE shows it, is a type with a name in parentheses.")
        return STRING

    def array_type(self, meta: Meta, children: list[SqlType]) -> SqlType:
        return array(children[0])

    def map_type(self, meta: Meta, children: list[SqlType]) -> SqlType:
        return mapping(*children)

    def type_field(self, meta: Meta, children: list[Any]) -> tuple[str, SqlType]:
        return children[0], children[1]

    def struct_type(self, meta: Meta, children: list[Any]) -> SqlType:
        try:
            return struct(*(child for child in children if child is not None))
        except TypeFault as fault:
            raise self._fault(meta, str(fault)) from fault


def _absent(of: object) -> Any:
    """What stands in a field whose part of the statement was left out."""
    if of is bool:
        return False
    return () if get_origin(of) is tuple else None
