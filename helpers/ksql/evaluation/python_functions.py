"""Python functions as SQL functions.

    @ksql.function("CLASSIFY(BYTES | VARCHAR) -> VARCHAR")
    def classify(picture: bytes | str) -> str | None:
        '''What is on a picture of a piece of clothing.'''
        ...

After that `SELECT CLASSIFY(picture) FROM images EMIT CHANGES;` calls it. With `batch=True` it is given a list for each
parameter and returns a list: a model is then called once for hundreds of rows (planner/batches.py).

In a signature `|` stands between the types that an argument may have. Functions get and return what values.py lists,
NULL as None, and NumPy's values too. What one raises makes the column NULL, and the processing log says which line of
it raised what, and for which row.
"""

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import product
from typing import Any, TypeVar, cast

import jpype

from helpers.ksql.errors import KsqlError
from helpers.ksql.evaluation.python_calls import callable_from_java
from helpers.ksql.evaluation.values import to_java, to_python
from helpers.ksql.functions import LISTING, Form, Function, form, register, register_table, split_types
from helpers.ksql.language.types import ArrayType, CustomType, SqlType

Callee = TypeVar("Callee", bound=Callable[..., Any])
_SIGNATURE = re.compile(r"\s*(\w+)\s*\((.*)\)\s*->\s*(.+?)\s*", re.DOTALL)


def function(signature: str, *, batch: bool = False) -> Callable[[Callee], Callee]:
    """Make the decorated Python function a SQL function; the first line of its docstring is the description.

    Args:
        batch: it takes a list for each parameter, all of one length, and returns a list of that length.

    Raises:
        KsqlError: the signature is none, or its name is taken by the language.
    """
    name, parameters, result = parts(signature)
    if batch and not parameters.strip():
        raise KsqlError(f"{name}() takes nothing that could come in a batch: leave batch=True out.")

    def declare(callee: Callee) -> Callee:
        make = _batch_form if batch else _form
        forms = tuple(make(types, result, callee) for types in choices(parameters))
        register(Function(name, description(callee), (f"{name}({parameters})",), forms, PYTHON))
        return callee

    return declare


def table_function(signature: str) -> Callable[[Callee], Callee]:
    """Make the decorated Python function a table function: it returns a list, and each element becomes a row.

    Raises:
        KsqlError: the signature is none, or its name is taken by the language.
    """
    name, parameters, result = parts(signature)

    def declare(callee: Callee) -> Callee:
        listing = tuple(_form(types, f"ARRAY<{result}>", callee) for types in choices(parameters))
        forms = tuple(replace(each, returns=_element(each)) for each in listing)
        example, said = (f"{name}({parameters})",), description(callee)
        register_table(Function(name, said, example, forms, PYTHON), Function(name + LISTING, said, example, listing))
        return callee

    return declare


# ---- What all kinds of Python functions share

PYTHON = "PYTHON"  # the category that SHOW FUNCTIONS gives them


def parts(signature: str) -> tuple[str, str, str]:
    """Name, parameters and result of a signature.

    Raises:
        KsqlError: it is none.
    """
    match = _SIGNATURE.fullmatch(signature)
    if match is None:
        raise KsqlError(f"{signature!r} is no signature: write it like CLASSIFY(BYTES | VARCHAR) -> VARCHAR.")
    return match[1].upper(), match[2], match[3]


def choices(parameters: str) -> Iterable[tuple[str, ...]]:
    """The types of each form, of parameters that may have several."""
    return product(*(each.split("|") for each in split_types(parameters) if each.strip()))


def description(documented: Any) -> str:
    """The first line of its docstring."""
    return (inspect.getdoc(documented) or f"The Python function {documented.__name__}.").splitlines()[0]


def bare_form(types: tuple[str, ...], result: str) -> Form:
    """A form that sees NULL and has no Java yet.

    Raises:
        KsqlError: it names a type that there is not; a single letter stands for any type.
    """
    named = ", ".join(f"argument{number} {of.strip()}?" for number, of in enumerate(types))
    made = form(f"{named} -> {result}")
    whole = (*(parameter.type for parameter in made.parameters), cast(SqlType, made.returns))
    for part in (part for of in whole for part in of.parts()):
        if isinstance(part, CustomType) and len(part.base) > 1:
            raise KsqlError(f"There is no type {part.base}: a signature is like CLASSIFY(BYTES | VARCHAR) -> VARCHAR.")
    return made


def plain(value: Any) -> Any:
    """A value as Python's own: NumPy's have a dtype."""
    return value.tolist() if hasattr(value, "dtype") else value


# ---- Forms


def _form(types: tuple[str, ...], result: str, callee: Callable[..., Any]) -> Form:
    """One form, whose Java hands its arguments to Python."""
    made, returns = _typed(types, result)

    def call(arguments: Any) -> Any:
        return to_java(plain(callee(*_given(made, arguments))), returns)

    return _called(made, callable_from_java(call, callee))


def _batch_form(types: tuple[str, ...], result: str, callee: Callable[..., Any]) -> Form:
    """One form of a function of lists, which is also called for a single row where no batch can be."""
    made, returns = _typed(types, result)

    def answers(rows: list[list[Any]]) -> list[Any]:
        found = list(plain(callee(*map(list, zip(*rows, strict=True)))))
        if len(found) != len(rows):
            raise ValueError(f"{callee.__name__} gave {len(found)} answers for {len(rows)} rows")
        return [to_java(plain(each), returns) for each in found]

    def call(rows: Any) -> Any:
        return jpype.JArray(jpype.JObject)(answers([_given(made, row) for row in rows]))

    def call_once(arguments: Any) -> Any:
        return answers([_given(made, arguments)])[0]

    one, many = (callable_from_java(body, callee) for body in (call_once, call))
    return replace(_called(made, one), batch=(many, one))


def _typed(types: tuple[str, ...], result: str) -> tuple[Form, SqlType]:
    made = bare_form(types, result)
    assert isinstance(made.returns, SqlType)
    return made, made.returns


def _given(made: Form, arguments: Any) -> list[Any]:
    pairs = zip(arguments, made.parameters, strict=True)
    return [to_python(each, parameter.type) for each, parameter in pairs]


def _called(made: Form, id: str) -> Form:
    names = ", ".join(parameter.name for parameter in made.parameters)
    return replace(made, java=f'PythonFunctions.call("{id}", new Object[] {{{names}}})')


def _element(listing: Form) -> SqlType:
    assert isinstance(listing.returns, ArrayType)
    return listing.returns.element
