"""Python called from Java: what it raises becomes a Java exception whose message says where in the function it was."""

import traceback
from collections.abc import Callable
from typing import Any

from helpers.ksql.evaluation.compiler import python_id
from helpers.streams import jvm
from helpers.streams.callables import keep_thread_state

Body = Callable[[Any], Any]


def callable_from_java(body: Body, function: Callable[..., Any]) -> str:
    """The id by which Java reaches `body`, a function of an Object[] (runtime/PythonFunctions.java).

    `function` is the person's own, in whose code a fault is looked for.
    """

    def call(arguments: Any) -> Any:
        keep_thread_state()
        try:
            return body(arguments)
        except Exception as error:
            raise jvm.java("java.lang.RuntimeException")(told(error, function)) from None

    return python_id(call)


def told(error: Exception, function: Callable[..., Any]) -> str:
    """The exception, and the last line of the function's own file that it went through."""
    said = f"{type(error).__name__}: {error}"
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename == file] or frames[1:]
    return f"{said} (line {own[-1].lineno} in {own[-1].name}: {own[-1].line})" if own else said
