"""Python functions where Java wants a lambda: the one place that makes them so."""

import ctypes
import inspect
import threading
from collections.abc import Callable, Sequence
from typing import Any, cast

from helpers.streams import jvm
from helpers.streams.errors import StreamsError

Convert = Callable[[Any], Any]
Function = Callable[..., Any]

_thread = threading.local()


def guard(function: Function) -> Function:
    """A function that Java may call: keeps the thread state, and the exception with its Python traceback."""
    from_kafka = jvm.kafka("common.KafkaException")
    java_error = jvm.java("java.lang.RuntimeException")

    def guarded(*arguments: Any) -> Any:
        keep_thread_state()
        try:
            return function(*arguments)
        except from_kafka:
            raise  # Kafka Streams' own way out through a processor that forwards
        except BaseException as error:
            message = f"{type(error).__name__}: {error}"
            _thread.failure = message, _from_users_code(error)
            raise java_error(message) from None

    return guarded


def converted(function: Function, inputs: Sequence[Convert], output: Convert) -> Function:
    """A guarded function whose arguments and result are converted, which may fail as the function itself may."""

    def call(*arguments: Any) -> Any:
        return output(function(*[convert(each) for convert, each in zip(inputs, arguments, strict=True)]))

    return guard(call)


def python_cause(thrown: Any) -> BaseException:
    """The Python exception behind a Java one that a guarded function of this thread has caused; else the Java one."""
    message, error = getattr(_thread, "failure", ("", None))
    _thread.failure = "", None
    throwable = thrown
    while throwable is not None and isinstance(error, BaseException):
        if str(throwable.getMessage()) == message:
            return error
        throwable = throwable.getCause()
    return cast(BaseException, thrown)


def _from_users_code(error: BaseException) -> BaseException:
    """The exception with a traceback that does not begin with the frames of this module."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    return error.with_traceback(trace or error.__traceback__)


def keep_thread_state() -> None:
    """Keep Python's state of a Java thread: made and destroyed at each call it costs 70 µs (KAFKA.md)."""
    if not hasattr(_thread, "kept"):
        ctypes.pythonapi.PyGILState_Ensure()
        _thread.kept = True


def arity(function: Function, *allowed: int) -> int:
    """Which of the allowed numbers of arguments the function takes, as Java tells its overloads apart.

    Raises StreamsError when it takes none of them. A function without a readable signature takes the first.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return allowed[0]
    for count in allowed:
        try:
            signature.bind(*range(count))
        except TypeError:
            continue
        return count
    wanted = " or ".join(map(str, allowed))
    name = getattr(function, "__name__", repr(function))
    raise StreamsError(f"{name}{signature} must take {wanted} argument{'s' if allowed[-1] > 1 else ''} here.")
