"""Statements over the shop of fixtures/sources.sql: what they make, and why they are refused."""

import re
from pathlib import Path

import pytest

from helpers.ksql.analysis import analyse, sink, target
from helpers.ksql.errors import StatementError
from helpers.ksql.language import statements as s
from helpers.ksql.language.parser import parse
from helpers.ksql.sources.definitions import define
from helpers.ksql.sources.metastore import MetaStore

FIXTURES = Path(__file__).with_name("fixtures")


def pairs(name):
    """(statement, expectation) of a file whose statements are each followed by a comment line."""
    text = (FIXTURES / name).read_text(encoding="utf-8")
    return re.findall(r"^(?!--)(.+;)\n-- (.+)$", text, re.MULTILINE)


def carry_out(statement, store):
    """What the statement makes: (kind, schema)."""
    match statement:
        case s.CreateType():
            store.put_type(statement.name, statement.type)
        case s.CreateSource():
            source = define(statement, store)
            store.put(source)
            return source.kind, source.schema
        case s.CreateAs():
            source = sink(statement, analyse(statement.query, store, statement.name))
            store.put(source)
            return source.kind, source.schema
        case s.InsertInto():
            target(statement, analyse(statement.query, store, statement.name), store)
        case s.Select():
            found = analyse(statement, store)
            return "TABLE" if found.is_table else "STREAM", re.sub(" KEY", "", str(found.schema))
    return None


@pytest.fixture
def store():
    store = MetaStore()
    for statement in parse((FIXTURES / "sources.sql").read_text(encoding="utf-8")):
        carry_out(statement, store)
    return store


@pytest.mark.parametrize(("text", "expected"), pairs("accepted.sql"))
def test_accepted(text, expected, store):
    (statement,) = parse(text)
    kind, schema = carry_out(statement, store)
    assert f"{kind} {schema}" == expected


@pytest.mark.parametrize(("text", "reason"), pairs("refused.sql"))
def test_refused(text, reason, store):
    (statement,) = parse(text)
    with pytest.raises(StatementError) as caught:
        carry_out(statement, store)
    assert reason in str(caught.value)


def test_a_sandbox_leaves_the_store_as_it_was(store):
    sandbox = store.copy()
    sandbox.remove("ORDERS")
    assert sandbox.find("ORDERS") is None
    assert store.find("ORDERS") is not None


def test_a_sink_is_written_like_its_source(store):
    (statement,) = parse("CREATE STREAM x AS SELECT * FROM views;")
    made = sink(statement, analyse(statement.query, store, "X"))
    assert (made.topic, made.serialization.key_format, made.serialization.value_format) == ("X", "KAFKA", "DELIMITED")
