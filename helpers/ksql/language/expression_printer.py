"""From expressions, names and types back to text; the other printers register clauses, commands and statements."""

import re
from functools import singledispatch

from helpers.ksql.language import expressions as e
from helpers.ksql.language.names import backquoted
from helpers.ksql.language.nodes import Node
from helpers.ksql.language.parser import keywords
from helpers.ksql.language.types import ArrayType, CustomType, MapType, SqlType, StructType

_PLAIN = re.compile(r"[A-Z_][A-Z0-9_@]*")
# How tightly a form binds, loosest first; what is not named here needs no parentheses.
_OR, _AND, _NOT, _PREDICATE, _SUM, _PRODUCT, _SIGN, _PRIMARY = range(8)


def quoted(name: str) -> str:
    """The name as it is written in a statement: in `backquotes` when it is not plain or is a keyword."""
    return name if _PLAIN.fullmatch(name) and name not in keywords() else backquoted(name)


def text(value: str) -> str:
    """The text in single quotes."""
    return f"'{value.replace(chr(39), chr(39) * 2)}'"


def type_text(of: SqlType) -> str:
    """The type as it is written in a statement."""
    match of:
        case ArrayType():
            return f"ARRAY<{type_text(of.element)}>"
        case MapType():
            return f"MAP<{type_text(of.key)}, {type_text(of.value)}>"
        case StructType():
            return f"STRUCT<{', '.join(f'{quoted(name)} {type_text(inner)}' for name, inner in of.fields)}>"
        case CustomType():
            return quoted(of.base)
        case _:
            return str(of)


def words(*parts: str | bool | None) -> str:
    """The parts that are there, a space between."""
    return " ".join(part for part in parts if isinstance(part, str) and part)


def listed(nodes: tuple[Node, ...]) -> str:
    """The nodes, a comma between."""
    return ", ".join(map(print_node, nodes))


def _binding(node: e.Expression) -> int:
    match node:
        case e.Logical():
            return _OR if node.operator == "OR" else _AND
        case e.Not():
            return _NOT
        case e.Comparison() | e.Between() | e.In() | e.Like() | e.IsNull():
            return _PREDICATE
        case e.Arithmetic():
            return _SUM if node.operator in "+-" else _PRODUCT
        case e.Minus():
            return _SIGN
        case e.Literal() if isinstance(node.value, int | float) or (
            node.type is not None and node.type.base == "DECIMAL"
        ):
            return _SIGN if str(node.value).startswith("-") else _PRIMARY
        case _:
            return _PRIMARY


def _within(node: e.Expression, binding: int) -> str:
    """The expression, in parentheses when it binds looser than its place asks."""
    return f"({print_node(node)})" if _binding(node) < binding else print_node(node)


@singledispatch
def print_node(node: Node) -> str:
    """The text of any piece of a statement; each class registers its own."""
    raise TypeError(f"{type(node).__name__} has no text: register one for it with print_node.")


# ---- Expressions


@print_node.register
def _(node: e.Literal) -> str:
    match node.value:
        case None:
            return "NULL"
        case bool():
            return str(node.value).upper()
        case str():
            return text(node.value)
        case float():
            digits, _, exponent = repr(node.value).partition("e")
            return f"{digits}E{exponent or 0}"
        case int():
            return str(node.value)
        case _:
            plain = f"{node.value:f}"
            return plain if "." in plain else f"{plain}."


@print_node.register
def _(node: e.ColumnName) -> str:
    return f"{quoted(node.source)}.{quoted(node.name)}" if node.source else quoted(node.name)


@print_node.register
def _(node: e.AllRows) -> str:
    return "*"


@print_node.register
def _(node: e.Field) -> str:
    return f"{_within(node.base, _PRIMARY)}->{quoted(node.name)}"


@print_node.register
def _(node: e.Subscript) -> str:
    return f"{_within(node.base, _PRIMARY)}[{print_node(node.index)}]"


@print_node.register
def _(node: e.Call) -> str:
    return f"{quoted(node.name)}({listed(node.arguments)})"


@print_node.register
def _(node: e.Minus) -> str:
    return f"-{_within(node.operand, _PRIMARY)}"


@print_node.register
def _(node: e.Arithmetic) -> str:
    binding = _binding(node)
    return f"{_within(node.left, binding)} {node.operator} {_within(node.right, binding + 1)}"


@print_node.register
def _(node: e.Comparison) -> str:
    return f"{_within(node.left, _SUM)} {node.operator} {_within(node.right, _SUM)}"


@print_node.register
def _(node: e.Logical) -> str:
    binding = _binding(node)
    return f"{_within(node.left, binding)} {node.operator} {_within(node.right, binding + 1)}"


@print_node.register
def _(node: e.Not) -> str:
    return f"NOT {_within(node.operand, _NOT)}"


def _not(negated: bool) -> str:
    return "NOT " if negated else ""


@print_node.register
def _(node: e.Between) -> str:
    low, high = _within(node.low, _SUM), _within(node.high, _SUM)
    return f"{_within(node.value, _SUM)} {_not(node.negated)}BETWEEN {low} AND {high}"


@print_node.register
def _(node: e.In) -> str:
    return f"{_within(node.value, _SUM)} {_not(node.negated)}IN ({listed(node.options)})"


@print_node.register
def _(node: e.Like) -> str:
    like = f"{_within(node.value, _SUM)} {_not(node.negated)}LIKE {_within(node.pattern, _SUM)}"
    return like if node.escape is None else f"{like} ESCAPE {text(node.escape)}"


@print_node.register
def _(node: e.IsNull) -> str:
    return f"{_within(node.value, _SUM)} IS {_not(node.negated)}NULL"


@print_node.register
def _(node: e.When) -> str:
    return f"WHEN {print_node(node.condition)} THEN {print_node(node.result)}"


@print_node.register
def _(node: e.Case) -> str:
    operand = None if node.operand is None else print_node(node.operand)
    default = None if node.default is None else f"ELSE {print_node(node.default)}"
    return words("CASE", operand, *map(print_node, node.branches), default, "END")


@print_node.register
def _(node: e.Cast) -> str:
    return f"CAST({print_node(node.value)} AS {type_text(node.to)})"


@print_node.register
def _(node: e.ArrayOf) -> str:
    return f"ARRAY[{listed(node.elements)}]"


@print_node.register
def _(node: e.Entry) -> str:
    return f"{print_node(node.key)} := {print_node(node.value)}"


@print_node.register
def _(node: e.MapOf) -> str:
    return f"MAP({listed(node.entries)})"


@print_node.register
def _(node: e.Member) -> str:
    return f"{quoted(node.name)} := {print_node(node.value)}"


@print_node.register
def _(node: e.StructOf) -> str:
    return f"STRUCT({listed(node.members)})"
