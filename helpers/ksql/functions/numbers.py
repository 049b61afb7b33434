"""Functions on numbers."""

from helpers.ksql.functions.declaration import Form, Function, form
from helpers.ksql.language.types import DecimalType, SqlType, decimal


def _same(java: str) -> tuple[Form, ...]:
    """The forms of a function that returns the type it is given."""
    return (
        form("number INTEGER -> INTEGER", f"Integer.valueOf((int) {java.format('number.intValue()')})"),
        form("number BIGINT -> BIGINT", f"Long.valueOf((long) {java.format('number.longValue()')})"),
        form("number DOUBLE -> DOUBLE", f"Double.valueOf({java.format('number.doubleValue()')})"),
    )


def _extreme(sign: int) -> tuple[Form, ...]:
    types = ("INTEGER", "BIGINT", "DOUBLE", "DECIMAL", "STRING")
    return tuple(form(f"values {of}...? -> {of}", f"Numbers.extreme(values, {sign})") for of in types)


def _whole(arguments: list[SqlType]) -> SqlType:
    """The type of a rounded decimal: the digits before its point."""
    of = arguments[0]
    assert isinstance(of, DecimalType)
    return decimal(max(of.precision - of.scale, 1), 0)


_POINTS = "lat1 DOUBLE, lon1 DOUBLE, lat2 DOUBLE, lon2 DOUBLE"
FUNCTIONS = (
    Function(
        "ABS",
        "The number without its sign.",
        ("ABS(-3) → 3", "ABS(-1.50) → 1.50"),
        (*_same("Math.abs({})"), form("number DECIMAL -> DECIMAL", "number.abs()")),
    ),
    Function(
        "CEIL",
        "The nearest whole number that is not smaller, in the type of the number.",
        ("CEIL(1.2E0) → 2.0E0", "CEIL(-1.20) → -1.00"),
        (
            form("number INTEGER -> INTEGER", "number"),
            form("number BIGINT -> BIGINT", "number"),
            form("number DOUBLE -> DOUBLE", "Double.valueOf(Math.ceil(number.doubleValue()))"),
            form("number DECIMAL -> DECIMAL", "Numbers.whole(number, true)"),
        ),
    ),
    Function(
        "EXP",
        "e to the power of the number.",
        ("EXP(0) → 1.0E0",),
        (form("exponent DOUBLE -> DOUBLE", "Double.valueOf(Math.exp(exponent.doubleValue()))"),),
    ),
    Function(
        "FLOOR",
        "The nearest whole number that is not greater, in the type of the number.",
        ("FLOOR(-1.2E0) → -2.0E0", "FLOOR(7) → 7"),
        (
            form("number INTEGER -> INTEGER", "number"),
            form("number BIGINT -> BIGINT", "number"),
            form("number DOUBLE -> DOUBLE", "Double.valueOf(Math.floor(number.doubleValue()))"),
            form("number DECIMAL -> DECIMAL", "Numbers.whole(number, false)"),
        ),
    ),
    Function(
        "GEO_DISTANCE",
        "The distance between two points on the earth given as latitude and longitude in degrees, in 'KM' (also when "
        "left out, blank or NULL) or 'MILES'; both may be written out.",
        ("ROUND(GEO_DISTANCE(37.4439E0, -122.1663E0, 51.5257E0, -0.1122E0)) → 8635",),
        (
            form(f"{_POINTS} -> DOUBLE", "Numbers.distance(lat1, lon1, lat2, lon2, null)"),
            form(f"{_POINTS}, unit STRING? -> DOUBLE", "Numbers.distance(lat1, lon1, lat2, lon2, unit)"),
        ),
    ),
    Function(
        "GREATEST",
        "The greatest of the values; NULLs are passed over.",
        ("GREATEST(1, NULL, 5) → 5", "GREATEST('a', 'B') → 'a'"),
        _extreme(1),
    ),
    Function(
        "LEAST",
        "The least of the values; NULLs are passed over.",
        ("LEAST(1, NULL, 5) → 1",),
        _extreme(-1),
    ),
    Function(
        "LN",
        "The natural logarithm; of 0 it is minus infinity.",
        ("LN(1) → 0.0E0",),
        (form("number DOUBLE -> DOUBLE", "Double.valueOf(Math.log(number.doubleValue()))"),),
    ),
    Function(
        "RANDOM",
        "A random number from 0 up to, not including, 1.",
        ("RANDOM() < 1 → TRUE",),
        (form("-> DOUBLE", "Double.valueOf(Math.random())"),),
    ),
    Function(
        "ROUND",
        "The nearest whole number as a BIGINT, half going up: -1.5 becomes -1; with a count of digits after the point "
        "(before it when negative) in the type of the number.",
        ("ROUND(2.5E0) → 3", "ROUND(-1.5E0) → -1", "ROUND(12.345, 1) → 12.300", "ROUND(1250, -2) → 1300"),
        (
            form("number BIGINT -> BIGINT", "number"),
            form("number DOUBLE -> BIGINT", "Long.valueOf(Math.round(number.doubleValue()))"),
            form("number DECIMAL -> BIGINT", "Numbers.round(number, 0)", returns=_whole),
            form("number BIGINT, digits INTEGER -> BIGINT", "Numbers.round(number, digits)"),
            form("number DOUBLE, digits INTEGER -> DOUBLE", "Numbers.round(number, digits)"),
            form("number DECIMAL, digits INTEGER -> DECIMAL", "Numbers.round(number, digits).setScale(number.scale())"),
        ),
    ),
    Function(
        "SIGN",
        "-1, 0 or 1 for a negative number, zero, or a positive one.",
        ("SIGN(-3) → -1", "SIGN(0.5E0) → 1"),
        (form("number DOUBLE -> INTEGER", "Integer.valueOf((int) Math.signum(number.doubleValue()))"),),
    ),
    Function(
        "SQRT",
        "The square root; of a negative number it is no number.",
        ("SQRT(9) → 3.0E0",),
        (form("number DOUBLE -> DOUBLE", "Double.valueOf(Math.sqrt(number.doubleValue()))"),),
    ),
)
