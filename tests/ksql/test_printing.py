"""PRINT: what a topic's records look like, and what formats they may be in."""

import struct

import pytest

from helpers.ksql.backends.topics import Record
from helpers.ksql.engine import Engine
from helpers.ksql.errors import StatementError
from helpers.ksql.rows.guessing import KEY_FORMATS, VALUE_FORMATS, Guess

NOON = 1_769_853_600_000  # 2026-01-31T10:00:00Z
NUMBER, SESSION = struct.pack(">q", 7), struct.pack(">qq", 5000, 0)


@pytest.fixture
def engine(java):
    with Engine() as engine:
        yield engine


def printed(engine, statement, *records):
    for record in records:
        engine.write("Clicks", record)
    with engine.print_topic(statement) as printing:
        return list(printing)


def test_the_lines_of_a_topic(engine):
    lines = printed(
        engine,
        "PRINT Clicks FROM BEGINNING;",
        Record(b"ann", b'{"n": 3,\n "of": "a  b", "x": 1.50}', NOON),
        Record(None, None, NOON + 1, partition=0),
    )
    assert lines == [
        "Key format: KAFKA_STRING",
        "Value format: JSON or KAFKA_STRING",
        'rowtime: 2026/01/31 10:00:00.000 Z, key: ann, value: {"n":3,"of":"a  b","x":1.50}, partition: 0',
        "rowtime: 2026/01/31 10:00:00.001 Z, key: <null>, value: <null>, partition: 0",
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (bytes(783), "\\x00" * 32 + "… 783 bytes"),
        (b"\xff\xd8" + bytes(1998), "\\xFF\\xD8" + "\\x00" * 30 + "… 2,000 bytes"),
        (b"\xff" * 32, "\\xFF" * 32),
        ("ä line\n".encode() * 200, "ä line\n" * 200),
    ],
)
def test_long_bytes_are_cut_and_counted(engine, value, shown):
    (line,) = printed(engine, "PRINT Clicks FROM BEGINNING LIMIT 1;", Record(b"a", value, NOON))[2:]
    assert line.endswith(f", value: {shown}, partition: 0")


def test_without_from_beginning_it_waits_for_what_comes(engine):
    assert printed(engine, "PRINT 'Clicks';", Record(None, b"1", 0)) == []


@pytest.mark.parametrize(
    ("clause", "shown"),
    [("LIMIT 2", "01"), ("INTERVAL 2", "024"), ("SAMPLE 3 LIMIT 1", "0"), ("INTERVAL 2 LIMIT 2", "02")],
)
def test_limit_and_interval(engine, clause, shown):
    records = [Record(None, str(n).encode(), 0) for n in range(5)]
    lines = printed(engine, f"PRINT Clicks FROM BEGINNING {clause};", *records)
    assert [line.split("value: ")[1][0] for line in lines if line.startswith("rowtime")] == list(shown)
    assert lines[0].startswith("Key format: ¯")


def test_formats_are_told_again_when_fewer_are_left(engine):
    class InTwoParts:
        ended = False
        parts = [[Record(b"k", b"1", 0)], [Record(b"k", b"2", 0)], [Record(b"k", b"x", 0)]]  # noqa: RUF012

        def poll(self, seconds):
            self.ended = len(self.parts) == 0
            return self.parts.pop(0) if self.parts else []

        def close(self):
            self.parts = []

    engine.backend.create_topic("t", 1, None)
    engine.backend.follow = lambda topic, from_beginning: InTwoParts()
    with engine.print_topic("PRINT t FROM BEGINNING;") as printing:
        heads = [line for line in printing if "format:" in line]
    assert heads == ["Key format: KAFKA_STRING", "Value format: JSON or KAFKA_STRING", "Value format: KAFKA_STRING"]


@pytest.mark.parametrize(
    ("data", "called", "shown"),
    [
        ([b"\0\0\0\x07"], "KAFKA_INT or KAFKA_STRING", "7"),
        ([NUMBER], "KAFKA_BIGINT or KAFKA_DOUBLE or KAFKA_STRING", "7"),
        ([NUMBER, b"x"], "KAFKA_STRING", "\0\0\0\0\0\0\0\x07"),
        ([b"\xff\xfe"], "UNRECOGNISED_BYTES", "\\xFF\\xFE"),
        ([b"NaN"], "KAFKA_STRING", "NaN"),
        ([None], "¯\\_(ツ)_/¯ - no data processed", "<null>"),
    ],
)
def test_values(data, called, shown):
    guess = Guess(VALUE_FORMATS)
    guess.learn(data)
    assert (guess.called, guess.shown(data[0])) == (called, shown)


@pytest.mark.parametrize(
    ("data", "kinds", "shown"),
    [
        (b"ann" + SESSION, "SESSION(KAFKA_STRING)", "[ann@0/5000]"),
        (b"\x80" * 4 + SESSION, "SESSION(KAFKA_INT)", "[-2139062144@0/5000]"),
        (b"\xc3\xa4" + NUMBER, "HOPPING(KAFKA_STRING) or TUMBLING(KAFKA_STRING) or KAFKA_STRING", "[ä@7/-]"),
        (b"plain", "KAFKA_STRING", "plain"),
    ],
)
def test_windowed_keys(data, kinds, shown):
    guess = Guess(KEY_FORMATS)
    guess.learn([data])
    assert guess.called.startswith(kinds)
    assert guess.shown(data) == shown


def test_it_is_closed_at_once(engine):
    engine.write("Clicks", Record(None, b"1", 0))
    printing = engine.print_topic("PRINT Clicks FROM BEGINNING;")
    printing.close()
    printing.close()
    assert list(printing) == []


@pytest.mark.parametrize(("statement", "reason"), [("PRINT clicks;", "did you mean 'Clicks'"), ("PRINT x;", "'x'")])
def test_a_topic_that_is_not_there(engine, statement, reason):
    engine.backend.create_topic("Clicks", 1, None)
    with pytest.raises(StatementError, match=reason):
        engine.print_topic(statement)
