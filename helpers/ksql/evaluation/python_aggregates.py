"""Python classes as SQL aggregates.

    @ksql.aggregate("MEDIAN(DOUBLE) -> DOUBLE")
    class Median:
        '''The middle one of the values.'''

        def initial(self) -> list[float]:
            return []

        def add(self, values: list[float], value: float | None) -> list[float]:
            return values if value is None else [*values, value]

        def merge(self, earlier: list[float], later: list[float]) -> list[float]:
            return earlier + later

        def result(self, values: list[float]) -> float | None:
            return statistics.median(values) if values else None

The state is whatever JSON can hold: Kafka Streams keeps it as text in its store, so it survives a restart, works in
windows, and two sessions that become one are merged. A class with `undo(state, *arguments)` also works over tables.
"""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from helpers.ksql.errors import KsqlError
from helpers.ksql.evaluation.python_calls import callable_from_java
from helpers.ksql.evaluation.python_functions import PYTHON, bare_form, choices, description, parts, plain
from helpers.ksql.evaluation.values import to_java, to_python
from helpers.ksql.functions import Aggregate, Form, register_aggregate
from helpers.ksql.language.types import STRING, SqlType

Class = TypeVar("Class", bound=type[Any])
METHODS = ("initial", "add", "merge", "result")


def aggregate(signature: str) -> Callable[[Class], Class]:
    """Make the decorated class a SQL aggregate; the first line of its docstring is the description.

    Raises:
        KsqlError: the signature is none, its name is taken by the language, or the class lacks a method.
    """
    name, parameters, result = parts(signature)

    def declare(of: Class) -> Class:
        missing = [method for method in METHODS if not callable(getattr(of, method, None))]
        if missing:
            raise KsqlError(f"The aggregate {name} lacks {' and '.join(missing)}: it needs {', '.join(METHODS)}.")
        forms = tuple(_form(types, result, of) for types in choices(parameters))
        undo = callable(getattr(of, "undo", None))
        example = (f"{name}({parameters})",)
        register_aggregate(
            Aggregate(name, description(of), example, forms, PYTHON, undo=undo, kept=lambda arguments: STRING)
        )
        return of

    return declare


def _form(types: tuple[str, ...], result: str, of: type[Any]) -> Form:
    """One form, whose Java is the runtime's PythonAggregate with the id of the methods."""
    made = bare_form(types, result)
    returns = made.returns
    assert isinstance(returns, SqlType)
    methods = of()
    given = [parameter.type for parameter in made.parameters]

    def changed(method: str, state: str | None, arguments: Any) -> str:
        values = [to_python(each, type) for each, type in zip(arguments, given, strict=True)]
        return _text(getattr(methods, method)(_state(state), *values))

    def call(arguments: Any) -> Any:
        method, *others = arguments
        match str(method):
            case "initial":
                return _text(methods.initial())
            case "merge":
                return _text(methods.merge(*map(_state, others)))
            case "result":
                return to_java(plain(methods.result(_state(others[0]))), returns)
            case other:
                return changed(other, others[0], others[1:])

    return Form(made.parameters, returns, f"PythonAggregate:{callable_from_java(call, methods.add)}")


def _state(text: Any) -> Any:
    return None if text is None else json.loads(str(text))


def _text(state: Any) -> str:
    try:
        return json.dumps(plain(state), separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise TypeError(f"the state must be what JSON can hold: {error}") from error
