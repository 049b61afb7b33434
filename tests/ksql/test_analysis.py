"""Statements over the shop of fixtures/sources.sql: what they make, and why they are refused."""

import pytest

from helpers.ksql.analysis import analyse, sink
from helpers.ksql.errors import StatementError
from helpers.ksql.language.parser import parse
from tests.ksql.shop import carry_out, pairs


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
