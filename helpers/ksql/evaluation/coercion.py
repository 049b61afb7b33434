"""What a value may silently become: wider numbers, and literals that read as another type."""

import re
from datetime import time
from decimal import Decimal
from typing import Protocol

from helpers.ksql.errors import TypeFault
from helpers.ksql.evaluation.timestamps import milliseconds
from helpers.ksql.language import expressions as e
from helpers.ksql.language import types as t
from helpers.ksql.language.printer import format
from helpers.ksql.language.types import SqlType

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?")
_WORDS = ("true", "yes", "false", "no")


class Types(Protocol):
    """Knows the type of an expression, None of a bare NULL."""

    def of(self, node: e.Expression) -> SqlType | None: ...


def together(types: Types, nodes: tuple[e.Expression, ...], whole: e.Expression) -> SqlType:
    """The one type of the elements of an ARRAY or MAP, or of what IN compares.

    As in ksqlDB the first says the kind: after a number a literal text must read as one, after a text a literal number
    is its text. Numbers become the widest, a STRUCT has the fields of all.

    Raises:
        TypeFault: they do not go together, or are all NULL.
    """
    to = None
    for node in nodes:
        of = types.of(node)
        if of is not None:
            to = of if to is None else _joined(types, node, of, to)
    if to is None:
        raise TypeFault(_without_type(nodes, whole))
    for node in nodes:
        if isinstance(node, e.Literal):
            coerce(types, node, to)
    return to


def _joined(types: Types, node: e.Expression, of: SqlType, to: SqlType) -> SqlType:
    """The type of one more element beside those of type `to`."""
    match node, to:
        case e.ArrayOf(), t.ArrayType():
            return t.array(_all_joined(types, node.elements, to.element))
        case e.MapOf(), t.MapType():
            keys, values = zip(*((one.key, one.value) for one in node.entries), strict=True)
            return t.mapping(_all_joined(types, keys, to.key), _all_joined(types, values, to.value))
        case e.StructOf(), t.StructType():
            parts = dict(to.fields)
            own = ((one.name, types.of(one.value) or t.STRING, one.value) for one in node.members)
            fields = {name: _joined(types, value, of, parts[name]) if name in parts else of for name, of, value in own}
            return t.struct(*{**fields, **{name: of for name, of in to.fields if name not in fields}}.items())
        case e.Literal(value=str(text)), _ if t.is_numeric(to):
            return t.wider(to, _number_type(text, to))
        case e.Literal(), _ if of == t.STRING and to == t.BOOLEAN:
            return to
        case e.Literal(), _ if to == t.STRING and (of == t.BOOLEAN or t.is_numeric(of)):
            return to
    if t.STRING in (of, to) and (of in t.TEMPORAL or to in t.TEMPORAL):
        return of if to == t.STRING else to
    try:
        return t.united(to, of)
    except TypeFault as fault:
        raise TypeFault(f"operator does not exist: {to} = {of} ({format(node)})") from fault


def _all_joined(types: Types, nodes: tuple[e.Expression, ...], to: SqlType) -> SqlType:
    for node in nodes:
        of = types.of(node)
        to = to if of is None else _joined(types, node, of, to)
    return to


def _number_type(text: str, beside: SqlType) -> SqlType:
    """The type of a number that is written as text."""
    if not _NUMBER.fullmatch(text.strip()):
        raise TypeFault(f'invalid input syntax for type {beside.base}: "{text}".')
    number = Decimal(text.strip())
    if re.fullmatch(r"\s*[+-]?\d+\s*", text) and int(number) in e.BIGINTS:
        return t.INTEGER if int(number) in e.INTEGERS else t.BIGINT
    plain = number.quantize(Decimal(1)) if int(number.as_tuple().exponent) > 0 else number
    return e.literal(plain).type or beside


def _without_type(nodes: tuple[e.Expression, ...], whole: e.Expression) -> str:
    kind = "array" if isinstance(whole, e.ArrayOf) else "map"
    if not nodes:
        return f"{kind.capitalize()} constructor cannot be empty, {format(whole)} has no type: give it an element."
    return f"Cannot construct {kind} with all NULL elements, {format(whole)} has no type: CAST one of them."


def coerce(types: Types, node: e.Expression, to: SqlType) -> None:
    """Check that a value may silently be brought to a type: it widens to it, or is a literal that reads as one.

    Raises:
        TypeFault: it may not.
    """
    of = types.of(node)
    if of is None or _widens_inside(of, to) or _parts_fit(types, node, to):
        return
    if isinstance(node, e.Literal):
        if _reads_as(node, to):
            return
        if of == t.STRING:
            raise TypeFault(f'invalid input syntax for type {to.base}: "{node.value}".')
    raise TypeFault(f"operator does not exist: {to} = {of} ({format(node)})")


def castable(source: SqlType, target: SqlType) -> bool:
    """Whether CAST knows the way from one type to the other."""
    match source, target:
        case (t.ArrayType(), t.ArrayType()):
            return castable(source.element, target.element)
        case (t.MapType(), t.MapType()):
            return castable(source.key, target.key) and castable(source.value, target.value)
        case (t.StructType(), t.StructType()):
            wanted = dict(target.fields)
            return all(castable(of, wanted[name]) for name, of in source.fields if name in wanted)
    if source == target:
        return True
    if t.BYTES in (source, target):
        return source == t.STRING  # in Base64
    if target == t.STRING:
        return True
    if source == t.STRING:
        return not t.is_structured(target)
    if t.is_numeric(source):
        return t.is_numeric(target)
    return (source == t.TIMESTAMP and target in t.TEMPORAL) or (source, target) == (t.DATE, t.TIMESTAMP)


def _widens_inside(source: SqlType, target: SqlType) -> bool:
    """Whether a type, or the parts of it, are those of another or widen to them."""
    match source, target:
        case t.ArrayType(), t.ArrayType():
            return _widens_inside(source.element, target.element)
        case t.MapType(), t.MapType():
            return _widens_inside(source.key, target.key) and _widens_inside(source.value, target.value)
        case t.StructType(), t.StructType():
            wanted = dict(target.fields)
            return all(name in wanted and _widens_inside(of, wanted[name]) for name, of in source.fields)
        case _:
            return t.widens(source, target)


def _parts_fit(types: Types, node: e.Expression, to: SqlType) -> bool:
    match node, to:
        case e.ArrayOf(), t.ArrayType():
            return all(_fits(types, element, to.element) for element in node.elements)
        case e.MapOf(), t.MapType():
            return all(_fits(types, one.key, to.key) and _fits(types, one.value, to.value) for one in node.entries)
        case e.StructOf(), t.StructType():
            wanted = dict(to.fields)
            return all(one.name in wanted and _fits(types, one.value, wanted[one.name]) for one in node.members)
        case _:
            return False


def _fits(types: Types, node: e.Expression, to: SqlType) -> bool:
    try:
        coerce(types, node, to)
    except TypeFault:
        return False
    return True


def _reads_as(node: e.Literal, to: SqlType) -> bool:
    if to == t.STRING:
        return True
    if not isinstance(node.value, str):
        return t.is_numeric(to) and node.type is not None and t.is_numeric(node.type)
    if t.is_numeric(to):
        return _is_number(node.value, whole=to in (t.INTEGER, t.BIGINT))
    if to in t.TEMPORAL:
        return _is_moment(node.value, to)
    text = node.value.strip().lower()
    return to == t.BOOLEAN and text != "" and any(word.startswith(text) for word in _WORDS)


def _is_moment(text: str, to: SqlType) -> bool:
    """As CAST reads it; what of a timestamp may be missing may be missing of a date, too."""
    try:
        _ = time.fromisoformat(text) if to == t.TIME else milliseconds(text)
    except (ValueError, TypeFault):
        return False
    return True


def _is_number(text: str, *, whole: bool) -> bool:
    try:
        _ = int(text) if whole else float(text)
    except ValueError:
        return False
    return True
