"""Expressions compiled in the JVM: Java source by java.py, made into a class by Janino, without files or a JDK."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

import jpype
import jpype.config

from helpers.ksql.errors import EvaluationError, StatementError
from helpers.ksql.evaluation import java
from helpers.ksql.language.expressions import Expression
from helpers.ksql.language.schema import Schema
from helpers.ksql.language.types import ArrayType, DecimalType, MapType, SqlType, StructType
from helpers.streams import jvm

_numbers = count()
_python: list[Callable[[Any], Any]] = []
_bound: list[Any] = []  # their Java sides, kept for as long as the process lives
_binding, _loading = Lock(), Lock()


def compile(schema: Schema, expressions: list[Expression], *, parts_fail: bool = True) -> list[Any]:
    """Java objects of the class `Expression` (runtime/Expression.java), one each: `of(Object[] row)` is its value.

    A row holds the columns of `schema` in order, as the Java classes of `java.BOXED`. `parts_fail`: an element, a
    field, an argument or a CAST that throws is NULL by itself; else the whole expression throws.

    Raises:
        TypeFault: an expression has no type.
        StatementError: the expressions are too large.
        EvaluationError: the generated source does not compile: a fault of ours.
    """
    _bind_python()
    generated = java.source(f"Query{next(_numbers)}", schema, expressions, parts_fail=parts_fail)
    constants = _objects([_constant(value, of) for value, of in generated.constants])
    constructor = _class(generated).getConstructors()[0]
    evaluator = constructor.newInstance(_objects([constants]))
    return [runtime("Expression")(evaluator, number) for number in range(len(expressions))]


def python_id(call: Callable[[Any], Any]) -> str:
    """The id by which Java reaches a Python function of an Object[]; python_calls.py gives it one that may raise."""
    with _binding:  # two threads that declare functions must not get one id
        _python.append(call)
        return str(len(_python) - 1)


def _bind_python() -> None:
    """Hand over the functions that have been registered since the last time."""
    with _binding:
        while len(_bound) < len(_python):
            number = len(_bound)
            _bound.append(jvm.proxy("java.util.function.Function", apply=_python[number]))
            runtime("PythonFunctions").put(str(number), _bound[number])


@cache
def runtime(name: str) -> Any:
    """A class of runtime/, as JPype shows it; compiled when it is first asked for."""
    return jpype.JClass(_runtime_loader().loadClass(name))


def _runtime_loader() -> Any:
    with _loading:  # a second loader would make classes that are strangers to those of the first
        return _made_loader()


@cache
def _made_loader() -> Any:
    folder = jvm.java("java.io.File")(str(Path(__file__).parents[1] / "runtime"))
    above = jvm.java("java.lang.ClassLoader").getSystemClassLoader()
    try:
        loader = jvm.java("org.codehaus.janino.JavaSourceClassLoader")
    except TypeError as error:
        raise EvaluationError("The Java compiler Janino is not among the jars: run `lab doctor`.") from error
    return loader(above, jpype.JArray(type(folder))([folder]), "utf-8")


def _class(generated: java.Source) -> Any:
    compiler = jvm.java("org.codehaus.janino.SimpleCompiler")()
    compiler.setParentClassLoader(_runtime_loader())
    try:
        compiler.cook(generated.code)
    except jpype.JException as error:
        if jvm.java("org.codehaus.commons.compiler.CompileException") not in type(error).__mro__:
            raise StatementError(  # Java has bounds: 64 KB of a method, its constants, how deeply parts are nested
                "The expressions are more than Java compiles at once: take fewer columns, shorter lists or fewer parts."
            ) from error
        raise EvaluationError(
            f"The Java made for an expression does not compile ({error}):\n{generated.code}"
        ) from error
    return compiler.getClassLoader().loadClass(generated.name)


def _objects(values: Sequence[Any]) -> Any:
    return jpype.JArray(jpype.JObject)(values)


def _constant(value: java.Constant, of: SqlType | None) -> Any:
    """The Java object of a constant."""
    match value:
        case SqlType():
            return java_type(value)
        case Decimal():
            return jvm.java("java.math.BigDecimal")(f"{value:f}")
        case str():
            return jvm.java("java.lang.String")(value)
        case _:
            return jvm.java(f"java.lang.{java.BOXED[of.base if of else 'STRING']}")(value)


@cache
def java_type(of: SqlType) -> Any:
    """The runtime's Type for a SQL type."""
    names: list[str] = []
    parts: list[SqlType] = []
    match of:
        case ArrayType():
            parts = [of.element]
        case MapType():
            parts = [of.key, of.value]
        case StructType():
            names, parts = [name for name, _ in of.fields], [part for _, part in of.fields]
    precision, scale = (of.precision, of.scale) if isinstance(of, DecimalType) else (0, 0)
    return runtime("Type")(of.base, precision, scale, names, [java_type(part) for part in parts])
