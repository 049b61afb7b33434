"""Rows as bytes, in each framing, and values as JSON: character by character."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from helpers.ksql.evaluation.encoding import compact
from helpers.ksql.language.schema import Column, Kind
from helpers.ksql.language.types import INTEGER, STRING
from helpers.ksql.rows.answers import Row
from helpers.ksql.server.errors import Refused
from helpers.ksql.server.framing import Head, Lines, Lists, Objects

COLUMNS = (Column("U", STRING), Column("N", INTEGER))
ROWS = [Row(["ann", 3]), Row([None, "ann"], tombstone=True)]
HEAD = Head("transient_CLICKS_77", COLUMNS, ends=True)
ERROR = Refused(50000, "it broke")


def written(framing, head, *batches, final=None, error=None):
    end = framing.end(final) if error is None else framing.fail(error)
    return b"".join([begin := framing.begin(head), *map(framing.rows, batches), end]), begin


def test_objects_as_the_specification_shows_them():
    text, _ = written(Objects(), HEAD, ROWS, final="Limit Reached")
    assert text == (
        b'[{"header":{"queryId":"transient_CLICKS_77","schema":"`U` STRING, `N` INTEGER"}},\n'
        b'{"row":{"columns":["ann",3]}},\n'
        b'{"row":{"columns":[null,"ann"],"tombstone":true}},\n'
        b'{"finalMessage":"Limit Reached"}]'
    )


def test_objects_of_a_push_query_end_each_line_at_once():
    framing = Objects()
    assert framing.begin(HEAD).endswith(b",\n")
    assert framing.rows(ROWS[:1]) == b'{"row":{"columns":["ann",3]}},\n'


def test_objects_of_a_table_have_no_final_message():
    head = Head("q", (Column("ID", STRING, Kind.KEY),), ends=False)
    header = b'[{"header":{"queryId":"q","schema":"`ID` STRING KEY"}}'
    assert written(Objects(), head)[0] == header + b"]"
    assert written(Objects(), head, [Row(["a"])], [Row(["b"])])[0] == (
        header + b',\n{"row":{"columns":["a"]}},\n{"row":{"columns":["b"]}}]'
    )


def test_an_error_takes_the_place_of_a_row():
    error = b'{"@type":"generic_error","error_code":50000,"message":"it broke"}'
    assert written(Objects(), HEAD, error=ERROR)[0].endswith(b'"}},\n{"errorMessage":' + error + b"}]")
    assert written(Lines(), HEAD, error=ERROR)[0].endswith(b"}\n" + error + b"\n")
    assert written(Lists(), HEAD, error=ERROR)[0].endswith(b"},\n" + error + b"]")


def test_lines_and_lists_leave_deletions_out():
    metadata = b'{"queryId":"transient_CLICKS_77","columnNames":["U","N"],"columnTypes":["STRING","INTEGER"]}'
    assert written(Lines(), HEAD, ROWS, final="Limit Reached")[0] == metadata + b'\n["ann",3]\n'
    assert written(Lists(), HEAD, ROWS, final="Limit Reached")[0] == b"[" + metadata + b',\n["ann",3]]'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (9223372036854775807, "9223372036854775807"),
        (Decimal("1.50"), "1.50"),
        (Decimal("1E+3"), "1000"),
        (2.0, "2.0"),
        (-0.0, "-0.0"),
        (1e7, "1.0E7"),
        (1.25e10, "1.25E10"),
        (0.0001, "1.0E-4"),
        (123456.789, "123456.789"),
        (1e-300, "1.0E-300"),
        (float("nan"), '"NaN"'),
        (float("-inf"), '"-Infinity"'),
        ('Größe "q" \n', '"Größe \\"q\\" \\n"'),
        (b"hi", '"aGk="'),
        (date(2020, 2, 29), '"2020-02-29"'),
        (time(1, 2, 3), '"01:02:03"'),
        (datetime(2020, 1, 1, 10, 0, 0, 5000, UTC), '"2020-01-01T10:00:00.005"'),
        ([1, [2.5, None]], "[1,[2.5,null]]"),
        ({"A": {"b": Decimal("0.10")}}, '{"A":{"b":0.10}}'),
    ],
)
def test_values(value, text):
    assert compact(value) == text
