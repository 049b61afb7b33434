"""Statements drawn at random, for property tests: every form of the language, small and nested."""

from decimal import Decimal

from hypothesis import strategies as st

from helpers.ksql.language import commands as c
from helpers.ksql.language import expressions as e
from helpers.ksql.language import statements as s
from helpers.ksql.language.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    STRING,
    CustomType,
    array,
    decimal,
    mapping,
    struct,
)

names = st.one_of(
    st.from_regex(r"[A-Z_][A-Z0-9_@]{0,5}", fullmatch=True),
    st.sampled_from(
        ["SELECT", "FROM", "EMIT", "MAP", "ARRAY", "STREAMS", "EXTENDED", "KEY", "IF", "1R", "WINDOW", "QUERY"]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=5),
)
texts = st.text(st.sampled_from("ab'\"`;-/*\\\n%ü "), max_size=6)
counts = st.integers(0, 2**63 - 1)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**6), max_value=10**6)
types = st.recursive(
    st.sampled_from(
        [BOOLEAN, INTEGER, BIGINT, DOUBLE, STRING, DATE, decimal(4, 2), CustomType("ADDRESS"), CustomType("key")]
    ),
    lambda inner: st.one_of(
        inner.map(array),
        st.tuples(inner, inner).map(lambda pair: mapping(*pair)),
        st.dictionaries(names, inner, max_size=3).map(lambda fields: struct(*fields.items())),
    ),
    max_leaves=4,
)
literals = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63) + 1, 2**63 - 1), texts, decimals,
    st.floats(allow_nan=False, allow_infinity=False), st.just(Decimal("7")),
).map(e.literal)  # fmt: skip


def _tuples(of, least=0):
    return st.lists(of, min_size=least, max_size=3).map(tuple)


def _maybe(of):
    return st.one_of(st.none(), of)


def _not_a_number(expression):
    """A minus before a number is part of the number, so the parser never makes these."""
    return not (isinstance(expression, e.Literal) and isinstance(expression.value, int | float | Decimal))


def _compound(inner):
    flags = st.booleans()
    return st.one_of(
        st.builds(e.Field, inner, names),
        st.builds(e.Subscript, inner, inner),
        st.builds(e.Call, names, _tuples(inner)),
        st.builds(e.Call, names, st.just((e.AllRows(),))),
        st.builds(e.Minus, inner.filter(_not_a_number)),
        st.builds(e.Arithmetic, inner, st.sampled_from("+-*/%"), inner),
        st.builds(
            e.Comparison,
            inner,
            st.sampled_from(["=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"]),
            inner,
        ),
        st.builds(e.Logical, inner, st.sampled_from(["AND", "OR"]), inner),
        st.builds(e.Not, inner),
        st.builds(e.Between, inner, flags, inner, inner),
        st.builds(e.In, inner, flags, _tuples(inner, 1)),
        st.builds(e.Like, inner, flags, inner, _maybe(st.sampled_from("!'\\"))),
        st.builds(e.IsNull, inner, flags),
        st.builds(e.Case, _maybe(inner), _tuples(st.builds(e.When, inner, inner), 1), _maybe(inner)),
        st.builds(e.Cast, inner, types),
        st.builds(e.ArrayOf, _tuples(inner)),
        st.builds(e.MapOf, _tuples(st.builds(e.Entry, inner, inner))),
        st.builds(e.StructOf, _tuples(st.builds(e.Member, names, inner))),
    )


expressions = st.recursive(st.one_of(literals, st.builds(e.ColumnName, _maybe(names), names)), _compound, max_leaves=6)

durations = st.builds(s.Duration, counts, st.sampled_from(list(s.MILLISECONDS)))
columns = st.one_of(
    st.builds(s.Column, names, types, st.sampled_from([None, "KEY", "PRIMARY KEY", "HEADERS"])),
    st.builds(s.Column, names, types, st.just("HEADER"), texts),
)
constants = st.one_of(st.booleans(), texts, st.integers(-9, 9), decimals).map(e.literal)
properties = st.builds(s.Property, names.filter(lambda name: name == name.upper() != "KEY"), constants)
windows = st.one_of(
    st.builds(s.Tumbling, durations, _maybe(durations), _maybe(durations)),
    st.builds(s.Hopping, durations, durations, _maybe(durations), _maybe(durations)),
    st.builds(s.Session, durations, _maybe(durations), _maybe(durations)),
)
sources = st.builds(s.Source, names, _maybe(names))
joins = st.builds(
    s.Join,
    st.sampled_from(["INNER", "LEFT", "RIGHT", "FULL"]),
    sources,
    _maybe(st.builds(s.Within, durations, durations, _maybe(durations))),
    expressions,
)
items = st.one_of(
    st.builds(s.Item, expressions, _maybe(names)),
    st.builds(s.AllColumns, _maybe(names)),
    st.builds(s.AllFields, st.builds(e.ColumnName, _maybe(names), names)),
)
selects = st.builds(
    s.Select,
    _tuples(items, 1),
    sources,
    _tuples(joins),
    _maybe(windows),
    _maybe(expressions),
    _maybe(_tuples(expressions)),
    _maybe(_tuples(expressions)),
    _maybe(expressions),
    st.sampled_from([None, "CHANGES", "FINAL"]),
    _maybe(counts),
)
_names, _columns, _properties = _tuples(names), _tuples(columns), _tuples(properties)
_values = _tuples(expressions, 1)
_flag = st.booleans()
_definitions = [
    *(st.builds(of, _flag, _flag, _flag, names, _columns, _properties) for of in (s.CreateStream, s.CreateTable)),
    *(st.builds(of, _flag, _flag, names, _properties, selects) for of in (s.CreateStreamAs, s.CreateTableAs)),
    *(st.builds(of, names, _tuples(st.builds(s.Addition, names, types), 1)) for of in (s.AlterStream, s.AlterTable)),
    *(st.builds(of, _flag, names, _flag) for of in (s.DropStream, s.DropTable)),
    st.builds(s.CreateType, _flag, names, types),
    st.builds(s.DropType, _flag, names),
    st.builds(s.InsertInto, names, _properties, selects),
    st.builds(s.InsertValues, names, _names, _values),
    selects,
]
_commands = [
    *(st.builds(of, _flag) for of in (c.ShowStreams, c.ShowTables, c.ShowQueries, c.DescribeStreams, c.DescribeTables)),
    *(st.builds(of) for of in (c.ShowFunctions, c.ShowProperties, c.ShowVariables, c.ShowTypes)),
    *(st.builds(of, _maybe(names)) for of in (c.Terminate, c.Pause, c.Resume)),
    *(st.builds(of, texts, texts) for of in (c.SetProperty, c.AlterSystem)),
    *(st.builds(of, names, _names, _values) for of in (c.AssertValues, c.AssertTombstone)),
    *(st.builds(of, names, _columns, _properties) for of in (c.AssertStream, c.AssertTable)),
    st.builds(c.ShowTopics, _flag, _flag),
    st.builds(c.Describe, names, _flag),
    st.builds(c.DescribeFunction, names),
    st.builds(c.PrintTopic, names, _flag, _maybe(counts), _maybe(counts)),
    st.builds(c.UnsetProperty, texts),
    st.builds(c.Define, names, texts),
    st.builds(c.Undefine, names),
    st.builds(c.AssertTopic, _flag, names, _properties, _maybe(durations)),
    st.builds(c.RunScript, texts),
    st.builds(c.Explain, st.one_of(names, selects)),
]
statements = st.one_of(*_definitions, *_commands)
