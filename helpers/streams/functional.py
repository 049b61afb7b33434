"""Java's functional interfaces of the DSL, made from Python functions and the serdes of what goes in and out."""

from collections.abc import Callable, Iterable
from typing import Any

from helpers.streams.callables import Convert, Function, arity, converted
from helpers.streams.jvm import java, kafka, proxy
from helpers.streams.serdes import AnySerde

Predicate = Callable[[Any, Any], object]  # takes key and value
Action = Callable[[Any, Any], object]
Mapper = Callable[..., Any]  # takes the value, or key and value
Joiner = Callable[..., Any]  # takes the two values, or the key and the two values


def predicate(function: Predicate, key: AnySerde, value: AnySerde) -> Any:
    """`Predicate`."""
    return proxy(
        "org.apache.kafka.streams.kstream.Predicate", test=converted(function, [key.decode, value.decode], bool)
    )


def action(function: Action, key: AnySerde, value: AnySerde) -> Any:
    """`ForeachAction`."""
    call = converted(function, [key.decode, value.decode], lambda result: None)
    return proxy("org.apache.kafka.streams.kstream.ForeachAction", apply=call)


def key_value_mapper(function: Function, key: AnySerde, value: AnySerde, output: Convert) -> Any:
    """`KeyValueMapper`."""
    return proxy(
        "org.apache.kafka.streams.kstream.KeyValueMapper", apply=converted(function, [key.decode, value.decode], output)
    )


def value_mapper(function: Mapper, key: AnySerde, value: AnySerde, output: Convert) -> Any:
    """`ValueMapper`, or `ValueMapperWithKey` for a function of two arguments."""
    if arity(function, 1, 2) == 1:
        return proxy("org.apache.kafka.streams.kstream.ValueMapper", apply=converted(function, [value.decode], output))
    call = converted(function, [key.decode, value.decode], output)
    return proxy("org.apache.kafka.streams.kstream.ValueMapperWithKey", apply=call)


def value_joiner(function: Joiner, left: AnySerde, right: AnySerde, output: Convert) -> Any:
    """`ValueJoiner`."""
    call = converted(function, [left.decode, right.decode], output)
    return proxy("org.apache.kafka.streams.kstream.ValueJoiner", apply=call)


def stream_joiner(function: Joiner, key: AnySerde, left: AnySerde, right: AnySerde, output: Convert) -> Any:
    """`ValueJoiner`, or `ValueJoinerWithKey` for a function of three arguments."""
    if arity(function, 2, 3) == 2:
        return value_joiner(function, left, right, output)
    call = converted(function, [key.decode, left.decode, right.decode], output)
    return proxy("org.apache.kafka.streams.kstream.ValueJoinerWithKey", apply=call)


def foreign_key(function: Mapper, key: AnySerde, value: AnySerde, output: Convert) -> Any:
    """What finds a table's foreign key: `Function` of the value, or `BiFunction` of key and value."""
    if arity(function, 1, 2) == 1:
        return proxy("java.util.function.Function", apply=converted(function, [value.decode], output))
    call = converted(function, [key.decode, value.decode], output)
    return proxy("java.util.function.BiFunction", apply=call)


def initializer(function: Callable[[], Any], aggregate: AnySerde) -> Any:
    """`Initializer`."""
    return proxy("org.apache.kafka.streams.kstream.Initializer", apply=converted(function, [], aggregate.encode))


def reducer(function: Callable[[Any, Any], Any], value: AnySerde) -> Any:
    """`Reducer`."""
    return proxy(
        "org.apache.kafka.streams.kstream.Reducer", apply=converted(function, [value.decode] * 2, value.encode)
    )


def aggregator(function: Callable[[Any, Any, Any], Any], key: AnySerde, value: AnySerde, aggregate: AnySerde) -> Any:
    """`Aggregator`: takes key, value and the aggregate so far."""
    inputs = [key.decode, value.decode, aggregate.decode]
    return proxy("org.apache.kafka.streams.kstream.Aggregator", apply=converted(function, inputs, aggregate.encode))


def merger(function: Callable[[Any, Any, Any], Any], key: AnySerde, aggregate: AnySerde) -> Any:
    """`Merger`: takes the key and the aggregates of two sessions that become one."""
    inputs = [key.decode, aggregate.decode, aggregate.decode]
    return proxy("org.apache.kafka.streams.kstream.Merger", apply=converted(function, inputs, aggregate.encode))


def pair(key: AnySerde, value: AnySerde) -> Convert:
    """Python's (key, value) to a `KeyValue`."""
    key_value = kafka("streams.KeyValue")

    def convert(result: tuple[Any, Any]) -> Any:
        new_key, new_value = result
        return key_value(key.encode(new_key), value.encode(new_value))

    return convert


def each(output: Convert) -> Convert:
    """Any number of results to a Java list of them, converted."""
    array_list = java("java.util.ArrayList")

    def convert(results: Iterable[Any]) -> Any:
        converted_results = array_list()
        for result in results:
            converted_results.add(output(result))
        return converted_results

    return convert
