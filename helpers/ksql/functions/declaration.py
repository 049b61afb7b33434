"""How a SQL function is declared, and how a call finds the form of it that fits.

A declaration is a name, a sentence, examples, and forms. A form is a signature with the Java expression that
computes it from the parameters by their names:

    Function(
        "LCASE",
        "The text in small letters.",
        ("LCASE('Ann') → 'ann'",),
        (form("text STRING -> STRING", "text.toLowerCase(java.util.Locale.ROOT)"),),
    )

In a signature `T` (any single capital) stands for any type, the same wherever it occurs; `DECIMAL` for a decimal of
any size; `type...` for any number of arguments, which Java sees as a List; `type?` for an argument that may be NULL
(without it the result is NULL when an argument is, and the Java is not run). Every example is run by the tests.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from helpers.ksql.errors import TypeFault
from helpers.ksql.language.parser import parse_type
from helpers.ksql.language.types import (
    ArrayType,
    CustomType,
    MapType,
    SqlType,
    array,
    as_decimal,
    common,
    mapping,
    widens,
)

ANY_DECIMAL = CustomType("decimal")
Returns = Callable[[list[SqlType]], SqlType]
_SHOWN = 10  # forms listed in a message
_PARAMETER = re.compile(r"(\w+) (.+?)(\.\.\.)?(\?)?$")


@dataclass(frozen=True)
class Parameter:
    """One parameter of a form; `many` takes all the remaining arguments, `nullable` sees NULL."""

    name: str
    type: SqlType
    many: bool = False
    nullable: bool = False

    def __str__(self) -> str:
        return f"{self.name} {_shown(self.type)}{'...' if self.many else ''}"


@dataclass(frozen=True)
class Form:
    """One way to call a function. `java` is an expression over the parameters' names.

    `returns` is the result's type, or computes it from the types that the arguments are brought to. `batch`: the ids
    (runtime/BatchCall.java) of a Python function that takes many rows at once, and of the same for one.
    """

    parameters: tuple[Parameter, ...]
    returns: SqlType | Returns
    java: str
    batch: tuple[str, str] | None = None

    def spread(self, count: int) -> list[Parameter] | None:
        """The parameter for each of `count` arguments, None when that many do not fit."""
        if not self.parameters or not self.parameters[-1].many:
            return list(self.parameters) if count == len(self.parameters) else None
        *fixed, last = self.parameters
        return [*fixed, *[last] * (count - len(fixed))] if count > len(fixed) else None


@dataclass(frozen=True)
class Function:
    """A scalar function."""

    name: str
    description: str
    examples: tuple[str, ...]
    forms: tuple[Form, ...]
    category: str = ""


@dataclass(frozen=True)
class Chosen:
    """The form a call uses, with the type each argument is brought to and the type of the result."""

    form: Form
    arguments: tuple[SqlType, ...]
    result: SqlType


def form(signature: str, java: str = "", returns: Returns | None = None) -> Form:
    """A form from its signature, such as `text STRING, length INTEGER -> STRING`."""
    left, _, right = signature.partition("->")
    parameters = tuple(_parameter(part.strip()) for part in split_types(left) if part.strip())
    return Form(parameters, returns or _type(right.strip()), java)


def choose(name: str, forms: tuple[Form, ...], arguments: list[SqlType | None]) -> Chosen:
    """The form that fits the arguments best: one they fit as they are, else the one they widen least to.

    Raises:
        TypeFault: none fits, or several fit equally well.
    """
    fitting = [(cost, chosen) for each in forms for cost, chosen in _fits(each, arguments)]
    if not fitting:
        lines = [f"  {name}({', '.join(map(str, each.parameters))})" for each in forms]
        if len(lines) > _SHOWN:
            lines = [*lines[:_SHOWN], f"  … and {len(lines) - _SHOWN} more: DESCRIBE FUNCTION {name};"]
        shown = "\n".join(lines)
        raise TypeFault(f"Function '{name}' does not accept parameters ({_list(arguments)}). It accepts:\n{shown}")
    least = min(cost for cost, _ in fitting)
    best = [chosen for cost, chosen in fitting if cost == least]
    many = any(parameter.many for parameter in best[0].form.parameters)
    if len(best) > 1 or (many and least > 0 and len(fitting) > 1):
        raise TypeFault(
            f"Function '{name}' cannot be resolved due to ambiguous method parameters ({_list(arguments)}): "
            "CAST them to the type you mean."
        )
    return best[0]


def _fits(candidate: Form, arguments: list[SqlType | None]) -> list[tuple[int, Chosen]]:
    """The cost (how far arguments have to be widened) and the choice; empty when the form does not fit."""
    parameters = candidate.spread(len(arguments))
    if parameters is None:
        return []
    bound: dict[str, SqlType] = {}
    for parameter, argument in zip(parameters, arguments, strict=True):
        if argument is not None and not _bind(parameter.type, argument, bound):
            return []
    try:
        wanted = tuple(_filled(parameter.type, bound) for parameter in parameters)
        result = _filled(candidate.returns, bound) if isinstance(candidate.returns, SqlType) else None
    except KeyError:  # a T that only NULLs were given for
        return []
    if not isinstance(candidate.returns, SqlType):
        result = candidate.returns(list(wanted))
    cost = sum(_distance(argument, to) for argument, to in zip(arguments, wanted, strict=True) if argument is not None)
    return [(cost, Chosen(candidate, wanted, result))]  # type: ignore[arg-type]  # set in one of the two


def _distance(source: SqlType, target: SqlType) -> int:
    """How many steps a type is widened: INTEGER, BIGINT, DECIMAL, DOUBLE."""
    steps = ("INTEGER", "BIGINT", "DECIMAL", "DOUBLE")
    return 0 if source.base == target.base else steps.index(target.base) - steps.index(source.base)


def _bind(wanted: SqlType, given: SqlType, bound: dict[str, SqlType]) -> bool:
    """Whether a value of type `given` may stand where `wanted` is asked for; notes what each T is."""
    match wanted:
        case CustomType():
            return _bind_variable(wanted, given, bound)
        case ArrayType():
            return isinstance(given, ArrayType) and _bind(wanted.element, given.element, bound)
        case MapType():
            inside = isinstance(given, MapType) and _bind(wanted.key, given.key, bound)
            return inside and isinstance(given, MapType) and _bind(wanted.value, given.value, bound)
        case _:
            return widens(given, wanted)


def _bind_variable(wanted: CustomType, given: SqlType, bound: dict[str, SqlType]) -> bool:
    try:
        one = as_decimal(given) if wanted == ANY_DECIMAL else given
        bound[wanted.base] = common([bound.get(wanted.base, one), one])
    except TypeFault:
        return False
    return True


def _filled(wanted: SqlType, bound: dict[str, SqlType]) -> SqlType:
    match wanted:
        case CustomType():
            return bound[wanted.base]
        case ArrayType():
            return array(_filled(wanted.element, bound))
        case MapType():
            return mapping(_filled(wanted.key, bound), _filled(wanted.value, bound))
        case _:
            return wanted


def _parameter(text: str) -> Parameter:
    match = _PARAMETER.fullmatch(text)
    assert match is not None, f"no parameter of a signature: {text}"
    name, of, many, nullable = match.groups()
    return Parameter(name, _type(of), bool(many), bool(nullable))


def _type(text: str) -> SqlType:
    return parse_type(re.sub(r"\bDECIMAL\b(?!\()", "`decimal`", text))


def split_types(text: str) -> list[str]:
    """The parts between the commas that are not inside <> or ()."""
    return re.split(r",(?![^<(]*[>)])", text)


def _shown(of: SqlType) -> str:
    return str(of).replace("`", "").replace("decimal", "DECIMAL")


def _list(arguments: list[SqlType | None]) -> str:
    return ", ".join("null" if argument is None else str(argument) for argument in arguments)
