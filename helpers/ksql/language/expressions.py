"""Expressions as data: a class for each form in ksql.lark, printed back by expression_printer.py."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from helpers.ksql.language.nodes import Node
from helpers.ksql.language.types import BIGINT, BOOLEAN, DOUBLE, INTEGER, STRING, SqlType, decimal

INTEGERS = range(-(2**31), 2**31)
BIGINTS = range(-(2**63), 2**63)


@dataclass(frozen=True)
class Expression(Node):
    """Something that has a value for a row."""

    def children(self) -> Iterator["Expression"]:
        """The expressions directly inside this one, from left to right."""
        for each in fields(self):
            yield from _expressions_in(getattr(self, each.name))

    def walk(self) -> Iterator["Expression"]:
        """This expression and all inside it, the outer before the inner."""
        yield self
        for child in self.children():
            yield from child.walk()

    def rewrite(self, change: Callable[["Expression"], "Expression | None"]) -> "Expression":
        """A copy in which each expression for which `change` returns another is that other; the outermost wins."""
        changed = change(self)
        if changed is not None:
            return changed
        parts: dict[str, Any] = {each.name: _rewritten(getattr(self, each.name), change) for each in fields(self)}
        return replace(self, **parts)


@dataclass(frozen=True)
class Literal(Expression):
    """A value written out. `type` is None for NULL; numbers are int, float (DOUBLE) or Decimal."""

    value: bool | int | float | Decimal | str | None
    type: SqlType | None


NULL = Literal(None, None)


@dataclass(frozen=True)
class ColumnName(Expression):
    """A column by its name, perhaps with the name of its source: `o.amount`."""

    source: str | None
    name: str


@dataclass(frozen=True)
class AllRows(Expression):
    """The `*` of COUNT(*)."""


@dataclass(frozen=True)
class Field(Expression):
    """`base->name`, a field of a STRUCT."""

    base: Expression
    name: str


@dataclass(frozen=True)
class Subscript(Expression):
    """`base[index]`: from 1 in an ARRAY (negative from its end), a key in a MAP."""

    base: Expression
    index: Expression


@dataclass(frozen=True)
class Call(Expression):
    """`NAME(argument, …)`."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class Minus(Expression):
    """`-operand`; a minus before a number is part of the Literal."""

    operand: Expression


@dataclass(frozen=True)
class Arithmetic(Expression):
    """`left operator right` for + - * / %."""

    left: Expression
    operator: str
    right: Expression


@dataclass(frozen=True)
class Comparison(Expression):
    """`left operator right` for = <> < <= > >=, IS DISTINCT FROM and IS NOT DISTINCT FROM."""

    left: Expression
    operator: str
    right: Expression


@dataclass(frozen=True)
class Logical(Expression):
    """`left AND right` or `left OR right`."""

    left: Expression
    operator: str
    right: Expression


@dataclass(frozen=True)
class Not(Expression):
    """`NOT operand`."""

    operand: Expression


@dataclass(frozen=True)
class Between(Expression):
    """`value [NOT] BETWEEN low AND high`, both ends included."""

    value: Expression
    negated: bool
    low: Expression
    high: Expression


@dataclass(frozen=True)
class In(Expression):
    """`value [NOT] IN (option, …)`."""

    value: Expression
    negated: bool
    options: tuple[Expression, ...]


@dataclass(frozen=True)
class Like(Expression):
    """`value [NOT] LIKE pattern [ESCAPE 'c']`: % is any text, _ any letter."""

    value: Expression
    negated: bool
    pattern: Expression
    escape: str | None


@dataclass(frozen=True)
class IsNull(Expression):
    """`value IS [NOT] NULL`."""

    value: Expression
    negated: bool


@dataclass(frozen=True)
class When(Expression):
    """`WHEN condition THEN result`, a branch of CASE."""

    condition: Expression
    result: Expression


@dataclass(frozen=True)
class Case(Expression):
    """`CASE [operand] WHEN … END`: the first branch that holds (or equals the operand) is evaluated, no other."""

    operand: Expression | None
    branches: tuple[When, ...]
    default: Expression | None


@dataclass(frozen=True)
class Cast(Expression):
    """`CAST(value AS type)`."""

    value: Expression
    to: SqlType


@dataclass(frozen=True)
class ArrayOf(Expression):
    """`ARRAY[element, …]`."""

    elements: tuple[Expression, ...]


@dataclass(frozen=True)
class Entry(Expression):
    """`key := value` of a MAP."""

    key: Expression
    value: Expression


@dataclass(frozen=True)
class MapOf(Expression):
    """`MAP(key := value, …)`."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Member(Expression):
    """`name := value` of a STRUCT."""

    name: str
    value: Expression


@dataclass(frozen=True)
class StructOf(Expression):
    """`STRUCT(name := value, …)`."""

    members: tuple[Member, ...]


def literal(value: bool | int | float | Decimal | str | None) -> Literal:
    """The literal of a Python value: an int is INTEGER, BIGINT beyond 32 bits; a Decimal keeps its scale.

    Raises:
        OverflowError: an int beyond 64 bits.
    """
    match value:
        case None:
            return NULL
        case bool():
            return Literal(value, BOOLEAN)
        case int():
            if value not in BIGINTS:
                raise OverflowError(f"{value} is beyond BIGINT")
            return Literal(value, INTEGER if value in INTEGERS else BIGINT)
        case float():
            return Literal(value, DOUBLE)
        case Decimal():
            return Literal(value, _decimal_type(value))
        case str():
            return Literal(value, STRING)


def _decimal_type(value: Decimal) -> SqlType:
    """The digits that are written, where the 0 before the point is one, as in ksqlDB."""
    _, digits, exponent = value.as_tuple()
    scale = -int(exponent)
    return decimal(max(len(digits), scale + 1), scale)


def _expressions_in(value: object) -> Iterator[Expression]:
    if isinstance(value, Expression):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _expressions_in(each)


def _rewritten(value: object, change: Callable[[Expression], Expression | None]) -> object:
    if isinstance(value, Expression):
        return value.rewrite(change)
    if isinstance(value, tuple):
        return tuple(_rewritten(each, change) for each in value)
    return value
