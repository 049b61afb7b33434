"""The rows of a query in every framing, whole and broken."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.ksql.client import NoServer, Refused
from helpers.ksql.client.columns import columns_of
from helpers.ksql.client.framing import Decoder, Event, Final, Header, Row, lines

ARRAY = """[{"header":{"queryId":"q_1","schema":"`U` STRING, `N` INTEGER"}},
{"row":{"columns":["ann",3]}},
{"row":{"columns":["bob",null],"tombstone":true}},
{"finalMessage":"Limit Reached"}]
"""
DELIMITED = """{"queryId":"q_1","columnNames":["U","N"],"columnTypes":["STRING","INTEGER"]}
["ann",3]
["bob",null]
"""
DELIMITED_ARRAY = """[{"queryId":"q_1","columnNames":["U","N"],"columnTypes":["STRING","INTEGER"]},
["ann",3],
["bob",null]]
"""


def decoded(text: str) -> list[Event]:
    decoder = Decoder()
    events = [event for line in text.split("\n") for event in decoder.events(line)]
    decoder.finish()
    return events


@pytest.mark.parametrize(
    ("text", "tombstone", "final"),
    [(ARRAY, True, [Final("Limit Reached")]), (DELIMITED, False, []), (DELIMITED_ARRAY, False, [])],
    ids=["array", "delimited", "delimited as an array"],
)
def test_every_framing_says_the_same(text: str, tombstone: bool, final: list[Event]) -> None:
    header = Header("q_1", columns_of("`U` STRING, `N` INTEGER"))
    assert decoded(text) == [header, Row(("ann", 3)), Row(("bob", None), tombstone), *final]


def test_the_end_of_a_look_into_a_table_is_a_bracket() -> None:
    text = '[{"header":{"queryId":"q","schema":"`ID` STRING KEY, `C` BIGINT"}},\n{"row":{"columns":["x",1]}}\n]\n'
    header, row = decoded(text)
    assert isinstance(header, Header)
    assert [(column.name, column.key) for column in header.columns] == [("ID", True), ("C", False)]
    assert row == Row(("x", 1))


def test_blank_lines_and_lines_for_a_cluster_say_nothing() -> None:
    assert decoded(ARRAY.replace("\n", '\n\n\r\n{"continuationToken":{"t":"x"}},\n', 1)) == decoded(ARRAY)


def test_a_row_of_a_struct_is_no_beginning_of_an_array() -> None:
    text = '{"queryId":"q","columnNames":["S"],"columnTypes":["STRUCT<`A` INTEGER>"]}\n[{"A":1}]\n'
    assert decoded(text)[1] == Row(({"A": 1},))


@pytest.mark.parametrize("text", [ARRAY, DELIMITED_ARRAY], ids=["array", "delimited as an array"])
@pytest.mark.parametrize("end", ["]", ",\n]", ", ]", ",]\n"])
def test_an_array_may_stand_in_one_line_and_have_a_comma_too_many(text: str, end: str) -> None:
    commas = text.rstrip().removesuffix("]") + end
    assert decoded(commas) == decoded(commas.replace("\n", " ")) == decoded(text)


def test_what_stands_before_an_error_in_its_line_is_there() -> None:
    events = Decoder().events(ARRAY.split('},\n{"row":{"columns":["bob')[0] + '},{"errorMessage":{"message":"no"}}]')
    assert [type(next(events)) for _ in range(2)] == [Header, Row]
    with pytest.raises(Refused, match="no"):
        next(events)


def test_cluster_notes_beside_a_row_and_members_that_are_null_change_nothing() -> None:
    text = """{"header":{"queryId":"none","schema":"`N` INTEGER"},"row":null,"errorMessage":null,"finalMessage":null}
{"row":{"columns":[7]},"sourceHost":{"host":"a","port":8088},"errorMessage":null,"finalMessage":null}
{"row":null,"errorMessage":null,"finalMessage":"Limit Reached","terminal":true}
"""
    assert decoded(text) == [Header("none", columns_of("`N` INTEGER")), Row((7,)), Final("Limit Reached")]


def test_a_server_that_does_not_name_its_columns_is_told_to_be_too_old() -> None:
    with pytest.raises(NoServer, match="older than ksqlDB"):
        decoded('{"row":{"columns":[1,"ann"]},"errorMessage":null}')


def test_an_array_without_its_end_has_broken_off() -> None:
    with pytest.raises(NoServer, match="broke off"):
        decoded(ARRAY[:-2])


@pytest.mark.parametrize(
    "line",
    [
        '{"errorMessage":{"@type":"generic_error","error_code":50000,"message":"line 2:3: it broke"}}]',
        '{"@type":"generic_error","error_code":50000,"message":"line 2:3: it broke"}',
    ],
)
def test_a_query_that_fails_says_why(line: str) -> None:
    decoder = Decoder()
    list(decoder.events(ARRAY.split("\n")[0] if line.endswith("]") else DELIMITED.split("\n")[0]))
    with pytest.raises(Refused) as caught:
        list(decoder.events(line))
    assert (caught.value.code, caught.value.line, caught.value.column, caught.value.reason) == (50000, 2, 3, "it broke")


@pytest.mark.parametrize("line", ["<html>", '["ann"]', '{"row":'])
def test_what_no_server_writes_is_named(line: str) -> None:
    decoder = Decoder()
    list(decoder.events(DELIMITED.split("\n")[0]))
    with pytest.raises(NoServer):
        list(decoder.events(line))


@given(st.text(), st.integers(1, 7))
def test_lines_end_at_line_feeds_alone_wherever_chunks_are_cut(text: str, size: int) -> None:
    data = text.encode()
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    assert "\n".join(lines(chunks)) == text.removesuffix("\n")


@pytest.mark.parametrize(
    ("type", "sent", "value"),
    [
        ("BOOLEAN", "true", True),
        ("BIGINT", "9007199254740993", 9007199254740993),
        ("DOUBLE", "1.0E10", 1e10),
        ("DOUBLE", '"NaN"', pytest.approx(float("nan"), nan_ok=True)),
        ("DECIMAL(5, 2)", "1.20", Decimal("1.20")),
        ("BYTES", '"AP8="', b"\x00\xff"),
        ("DATE", '"2026-01-31"', date(2026, 1, 31)),
        ("TIME", '"10:00:01"', time(10, 0, 1)),
        ("TIMESTAMP", '"2026-01-31T10:00:00.123"', datetime(2026, 1, 31, 10, 0, 0, 123000, UTC)),
        ("ARRAY<DECIMAL(3, 1)>", "[1.0,null]", [Decimal("1.0"), None]),
        ("MAP<STRING, DOUBLE>", '{"a":1}', {"a": 1.0}),
        ("STRUCT<`a` TIMESTAMP, B INTEGER>", '{"B":2}', {"a": None, "B": 2}),
        ("TIMESTAMP", '"+10000-01-31T10:00:00.000"', "+10000-01-31T10:00:00.000"),
        ("DATE", '"-0044-03-15"', "-0044-03-15"),
        ("TIME", '"10:00:01.123456789"', time(10, 0, 1, 123456)),
        ("ARRAY<DATE>", '["2026-01-31","+10000-01-31"]', [date(2026, 1, 31), "+10000-01-31"]),
        ("INTERVAL", '"of a newer server"', "of a newer server"),
        ("STRING", "null", None),
    ],
)
def test_values_are_pythons(type: str, sent: str, value: Any) -> None:
    head = f'[{{"header":{{"queryId":"q","schema":"`A,<``>` {type} KEY, `B` STRING"}}}},'
    header, row = decoded(f'{head}\n{{"row":{{"columns":[{sent},"b"]}}}}]')
    assert isinstance(header, Header)
    assert [column.name for column in header.columns] == ["A,<`>", "B"]
    assert isinstance(row, Row)
    assert row.values == (value, "b")
