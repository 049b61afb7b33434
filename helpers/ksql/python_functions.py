"""Python functions as SQL functions.

    @function("CLASSIFY(BYTES | VARCHAR) -> VARCHAR")
    def classify(picture: bytes | str) -> str | None:
        '''What is on a picture of a piece of clothing.'''
        ...

After that `SELECT CLASSIFY(picture) FROM images EMIT CHANGES;` calls it.
"""

import inspect
import re
from collections.abc import Callable
from itertools import product
from typing import Any, TypeVar

from helpers.ksql.compiler import python_id
from helpers.ksql.errors import KsqlError
from helpers.ksql.functions import Form, Function, form, register, split_types
from helpers.ksql.types import SqlType
from helpers.ksql.values import to_java, to_python

Callee = TypeVar("Callee", bound=Callable[..., Any])
_SIGNATURE = re.compile(r"\s*(\w+)\s*\((.*)\)\s*->\s*(.+?)\s*", re.DOTALL)


def function(signature: str) -> Callable[[Callee], Callee]:
    """Make the decorated Python function a SQL function; the first line of its docstring is the description.

    In the signature `|` stands between the types that an argument may have. The function gets and returns what
    values.py lists, NULL as None. What it raises makes the column NULL and is written to the processing log.

    Raises:
        KsqlError: the signature is none.
    """
    match = _SIGNATURE.fullmatch(signature)
    if match is None:
        raise KsqlError(f"{signature!r} is no signature: write it like CLASSIFY(BYTES | VARCHAR) -> VARCHAR.")
    name, parameters, result = match[1].upper(), match[2], match[3]
    choices = [each.split("|") for each in split_types(parameters) if each.strip()]

    def declare(callee: Callee) -> Callee:
        forms = tuple(_form(types, result, callee) for types in product(*choices))
        description = (inspect.getdoc(callee) or f"The Python function {callee.__name__}.").splitlines()[0]
        register(Function(name, description, (f"{name}({parameters})",), forms))
        return callee

    return declare


def _form(types: tuple[str, ...], result: str, callee: Callable[..., Any]) -> Form:
    """One form, whose Java hands its arguments to Python."""
    names = [f"argument{number}" for number in range(len(types))]
    made = form(f"{', '.join(f'{name} {of.strip()}?' for name, of in zip(names, types, strict=True))} -> {result}")
    returns = made.returns
    assert isinstance(returns, SqlType)

    def call(arguments: Any) -> Any:
        given = zip(arguments, made.parameters, strict=True)
        return to_java(callee(*(to_python(each, parameter.type) for each, parameter in given)), returns)

    java = f'PythonFunctions.call("{python_id(call)}", new Object[] {{{", ".join(names)}}})'
    return Form(made.parameters, returns, java)
