"""SQL types: their names, and which of them go together.

A type prints as ksqlDB prints it: `STRING`, `DECIMAL(4, 2)`, ``STRUCT<`F0` BIGINT>``. The rules for decimals
are ksqlDB's (its class `DecimalUtil`): an INTEGER counts as DECIMAL(10, 0), a BIGINT as DECIMAL(19, 0).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

from helpers.ksql.errors import TypeFault
from helpers.ksql.language.names import backquoted


@dataclass(frozen=True)
class SqlType:
    """A type without parts, such as BIGINT; the root of the others."""

    base: str

    def __str__(self) -> str:
        return self.base

    def parts(self) -> Iterator["SqlType"]:
        """The type itself and everything inside it."""
        yield self


BOOLEAN = SqlType("BOOLEAN")
INTEGER = SqlType("INTEGER")
BIGINT = SqlType("BIGINT")
DOUBLE = SqlType("DOUBLE")
STRING = SqlType("STRING")
BYTES = SqlType("BYTES")
DATE = SqlType("DATE")
TIME = SqlType("TIME")
TIMESTAMP = SqlType("TIMESTAMP")

NAMED = {
    "BOOLEAN": BOOLEAN,
    "INT": INTEGER,
    "INTEGER": INTEGER,
    "BIGINT": BIGINT,
    "DOUBLE": DOUBLE,
    "VARCHAR": STRING,
    "STRING": STRING,
    "BYTES": BYTES,
    "DATE": DATE,
    "TIME": TIME,
    "TIMESTAMP": TIMESTAMP,
}
TEMPORAL = (DATE, TIME, TIMESTAMP)


@dataclass(frozen=True)
class CustomType(SqlType):
    """The name of a type made by CREATE TYPE, before it is looked up."""

    def __str__(self) -> str:
        return f"`{self.base}`"


@dataclass(frozen=True)
class DecimalType(SqlType):
    """DECIMAL(precision, scale): `precision` digits, `scale` of them after the point.

    Raises:
        TypeFault: precision below 1, scale below 0 or above the precision.
    """

    base: str = "DECIMAL"
    precision: int = 1
    scale: int = 0

    def __post_init__(self) -> None:
        if self.precision < 1 or not 0 <= self.scale <= self.precision:
            raise TypeFault(
                f"DECIMAL({self.precision}, {self.scale}) is no type: write a precision of 1 or more "
                "and a scale between 0 and the precision."
            )

    def __str__(self) -> str:
        return f"DECIMAL({self.precision}, {self.scale})"


@dataclass(frozen=True)
class ArrayType(SqlType):
    """ARRAY<element>."""

    base: str = "ARRAY"
    element: SqlType = STRING

    def __str__(self) -> str:
        return f"ARRAY<{self.element}>"

    def parts(self) -> Iterator[SqlType]:
        yield self
        yield from self.element.parts()


@dataclass(frozen=True)
class MapType(SqlType):
    """MAP<key, value>."""

    base: str = "MAP"
    key: SqlType = STRING
    value: SqlType = STRING

    def __str__(self) -> str:
        return f"MAP<{self.key}, {self.value}>"

    def parts(self) -> Iterator[SqlType]:
        yield self
        yield from self.key.parts()
        yield from self.value.parts()


@dataclass(frozen=True)
class StructType(SqlType):
    """STRUCT<name type, …>."""

    base: str = "STRUCT"
    fields: tuple[tuple[str, SqlType], ...] = ()

    def __str__(self) -> str:
        inside = ", ".join(f"{backquoted(name)} {of}" for name, of in self.fields)
        return f"STRUCT<{inside}>"

    def parts(self) -> Iterator[SqlType]:
        yield self
        for _, of in self.fields:
            yield from of.parts()

    def field(self, name: str) -> SqlType | None:
        """The type of the field of that exact name, None when there is none."""
        return dict(self.fields).get(name)


def decimal(precision: int, scale: int) -> DecimalType:
    """DECIMAL(precision, scale)."""
    return DecimalType(precision=precision, scale=scale)


def array(element: SqlType) -> ArrayType:
    """ARRAY<element>."""
    return ArrayType(element=element)


def mapping(key: SqlType, value: SqlType) -> MapType:
    """MAP<key, value>."""
    return MapType(key=key, value=value)


def struct(*fields: tuple[str, SqlType]) -> StructType:
    """STRUCT<…> of (name, type) pairs.

    Raises:
        TypeFault: a name occurs twice.
    """
    names = [name for name, _ in fields]
    for name in names:
        if names.count(name) > 1:
            raise TypeFault(f"Duplicate field names found in STRUCT: '{name}'. Each field has a name of its own.")
    return StructType(fields=fields)


def is_numeric(of: SqlType) -> bool:
    """Whether one can calculate with it."""
    return of in (INTEGER, BIGINT, DOUBLE) or isinstance(of, DecimalType)


def is_structured(of: SqlType) -> bool:
    """Whether it has parts: such values can be equal, never greater."""
    return isinstance(of, ArrayType | MapType | StructType)


def as_decimal(of: SqlType) -> DecimalType:
    """The decimal that holds every value of an INTEGER, BIGINT or DECIMAL.

    Raises:
        TypeFault: the type is none of these.
    """
    if isinstance(of, DecimalType):
        return of
    if of == INTEGER:
        return decimal(10, 0)
    if of == BIGINT:
        return decimal(19, 0)
    raise TypeFault(f"{of} cannot become a DECIMAL by itself: write CAST(… AS DECIMAL(p, s)).")


def wider(left: SqlType, right: SqlType) -> SqlType:
    """The numeric type that holds the values of both: INTEGER < BIGINT < DECIMAL < DOUBLE.

    Raises:
        TypeFault: one of them is not numeric.
    """
    if not (is_numeric(left) and is_numeric(right)):
        raise TypeFault(f"{left} and {right} have no number type in common.")
    if DOUBLE in (left, right):
        return DOUBLE
    if isinstance(left, DecimalType) or isinstance(right, DecimalType):
        one, other = as_decimal(left), as_decimal(right)
        scale = max(one.scale, other.scale)
        return decimal(scale + max(one.precision - one.scale, other.precision - other.scale), scale)
    return BIGINT if BIGINT in (left, right) else INTEGER


def common(types: list[SqlType]) -> SqlType:
    """The one type a list of values gets: the same for all, or the widest number.

    Raises:
        TypeFault: they do not go together.
    """
    return reduce(lambda left, right: left if left == right else wider(left, right), types)


def united(left: SqlType, right: SqlType) -> SqlType:
    """The type that holds the values of both, part by part: wider numbers, a STRUCT with the fields of both.

    Raises:
        TypeFault: there is none.
    """
    match left, right:
        case ArrayType(), ArrayType():
            return array(united(left.element, right.element))
        case MapType(), MapType():
            return mapping(united(left.key, right.key), united(left.value, right.value))
        case StructType(), StructType():
            fields = dict(left.fields)
            for name, of in right.fields:
                fields[name] = united(fields[name], of) if name in fields else of
            return struct(*fields.items())
        case _:
            return common([left, right])


def widens(source: SqlType, target: SqlType) -> bool:
    """Whether a value of `source` becomes a `target` by itself, without CAST (only to wider numbers)."""
    if source == target:
        return True
    if not (is_numeric(source) and is_numeric(target)) or source == DOUBLE:
        return False
    if isinstance(target, DecimalType):
        one = as_decimal(source)
        return one.scale <= target.scale and one.precision - one.scale <= target.precision - target.scale
    return target == DOUBLE or (source == INTEGER and target == BIGINT)


def calculated(left: SqlType, operator: str, right: SqlType) -> SqlType:
    """The type of `left operator right` for + - * / %.

    Raises:
        TypeFault: the operator does not take these types.
    """
    if operator == "+" and left == right == STRING:
        return STRING
    if not (is_numeric(left) and is_numeric(right)):
        raise TypeFault(f"Unsupported arithmetic types. {left} {operator} {right}: it takes numbers.")
    to = wider(left, right)
    return _decimal_result(as_decimal(left), operator, as_decimal(right)) if isinstance(to, DecimalType) else to


def _decimal_result(left: DecimalType, operator: str, right: DecimalType) -> DecimalType:
    whole_left, whole_right = left.precision - left.scale, right.precision - right.scale
    scale = max(left.scale, right.scale)
    match operator:
        case "*":
            return decimal(left.precision + right.precision + 1, left.scale + right.scale)
        case "/":
            scale = max(6, left.scale + right.precision + 1)
            return decimal(whole_left + right.scale + scale, scale)
        case "%":
            return decimal(min(whole_left, whole_right) + scale, scale)
        case _:
            return decimal(scale + max(whole_left, whole_right) + 1, scale)


def comparable(left: SqlType, right: SqlType, *, ordered: bool) -> bool:
    """Whether two values can be compared; `ordered` is < <= > >=, which booleans and parted types do not know."""
    if is_numeric(left) and is_numeric(right):
        return True
    if STRING in (left, right) and (left in TEMPORAL or right in TEMPORAL):
        return True
    if left in TEMPORAL and right in TEMPORAL:
        return left == right or TIME not in (left, right)
    if ordered and (is_structured(left) or left == BOOLEAN):
        return False
    return left == right
