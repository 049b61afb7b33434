"""What to write today instead of what was right in 2018, or is right in another SQL.

One table, in the manner of lark's own GRAMMAR_ERRORS: a message, how the text ends at the place where the
parser stops, and broken statements that the tests parse.
"""

import re
from typing import NamedTuple


class Advice(NamedTuple):
    """`ending` is a regular expression for the statement's text up to and with the word at which it breaks."""

    message: str
    ending: str
    broken: tuple[str, ...]


ADVICE = (
    Advice(
        "a statement ends at its semicolon and needs no \\ at the end of a line: remove it",
        r"\\",
        ("SELECT * \\\nFROM s EMIT CHANGES", "CREATE STREAM s (a INT) \\\n WITH (KAFKA_TOPIC='t')"),
    ),
    Advice(
        "EXTENDED stands after the name today: write DESCRIBE name EXTENDED",
        r"^DESCRIBE\s+EXTENDED\s+\S+",
        ("DESCRIBE EXTENDED s", "describe extended `s`"),
    ),
    Advice(
        "PARTITION BY stands after WHERE and GROUP BY today, before HAVING, EMIT and LIMIT",
        r"\sPARTITION",
        (
            "CREATE STREAM t AS SELECT * FROM s EMIT CHANGES PARTITION BY a",
            "CREATE TABLE t AS SELECT a, COUNT(*) FROM s GROUP BY a HAVING COUNT(*) > 1 PARTITION BY a",
            "CREATE STREAM t AS SELECT * FROM s LIMIT 3 PARTITION BY a",
        ),
    ),
    Advice(
        "WINDOW stands before WHERE and GROUP BY",
        r"\sWINDOW",
        (
            "SELECT a, COUNT(*) FROM s WHERE a = 1 WINDOW TUMBLING (SIZE 1 MINUTE) GROUP BY a EMIT CHANGES",
            "SELECT a, COUNT(*) FROM s GROUP BY a WINDOW TUMBLING (SIZE 1 MINUTE) EMIT CHANGES",
        ),
    ),
    Advice(
        "a session window is given by its gap alone: write WINDOW SESSION (60 SECONDS)",
        r"\sSESSION\s*\(\s*SIZE",
        ("SELECT a, COUNT(*) FROM s WINDOW SESSION (SIZE 60 SECONDS) GROUP BY a EMIT CHANGES",),
    ),
    Advice(
        "the word QUERY is gone: write TERMINATE id, with the id that SHOW QUERIES lists",
        r"^TERMINATE\s+QUERY\s+\S+",
        ("TERMINATE QUERY CSAS_S_1",),
    ),
    Advice(
        "a topic whose name has other signs than letters, digits and _ stands in quotes: PRINT 'my-topic'",
        r"^PRINT\s+\w*[-.]\S*",
        ("PRINT my-topic", "PRINT shop.orders FROM BEGINNING"),
    ),
    Advice(
        "topics are not registered any more: CREATE STREAM … WITH (KAFKA_TOPIC='…') names its topic itself",
        r"^(REGISTER|(SHOW|LIST)\s+REGISTERED)",
        ("REGISTER TOPIC t WITH (VALUE_FORMAT='JSON')", "SHOW REGISTERED TOPICS", "LIST REGISTERED TOPICS"),
    ),
    Advice(
        "double quotes are for names: write text in 'single quotes'",
        r'=\s*"[^"]*"|^(UN)?SET\s+"[^"]*"',
        (
            'CREATE STREAM s (a INT) WITH (KAFKA_TOPIC="t")',
            'SET "auto.offset.reset" = "earliest"',
            "SET 'auto.offset.reset' = \"earliest\"",
        ),
    ),
    Advice(
        "KSQL has no DISTINCT rows: GROUP BY the columns and COUNT(*), or collect them with COLLECT_SET(column)",
        r"(SELECT|\()\s*DISTINCT",
        ("SELECT DISTINCT a FROM s EMIT CHANGES", "SELECT COUNT(DISTINCT a) FROM s GROUP BY b EMIT CHANGES"),
    ),
    Advice(
        "a stream has no end that could be sorted, so there is no ORDER BY: sort the rows where you use them",
        r"\sORDER(\s+BY)?",
        (
            "SELECT * FROM s ORDER BY a",
            "SELECT * FROM s WHERE a = 1 ORDER BY a",
            "SELECT * FROM s EMIT CHANGES ORDER BY a",
        ),
    ),
    Advice(
        "a query reads one stream or table and what it joins: make a stream of the inner SELECT first",
        r"\(\s*SELECT|\s(FROM|JOIN)\s*\(",
        (
            "SELECT * FROM (SELECT * FROM s)",
            "SELECT * FROM s JOIN (SELECT a FROM t) ON a = b",
            "SELECT * FROM s WHERE a IN (SELECT a FROM t)",
        ),
    ),
    Advice(
        "LIMIT takes a whole number of rows",
        r"\sLIMIT\s+\S+",
        ("SELECT * FROM s EMIT CHANGES LIMIT 2.5", "SELECT * FROM s LIMIT many"),
    ),
    Advice(
        "there is no UNION: CREATE a stream from one SELECT, then INSERT INTO it from the other",
        r"\sUNION(\s+(ALL|SELECT))?",
        ("SELECT * FROM s UNION SELECT * FROM t", "SELECT * FROM s WHERE a = 1 UNION ALL SELECT * FROM t"),
    ),
    Advice(
        "a table is changed by the next record with its key: INSERT INTO … VALUES (…), a null value deletes",
        r"^(UPDATE|DELETE|MERGE)",
        ("UPDATE s SET a = 1", "DELETE FROM s WHERE a = 1"),
    ),
    Advice(
        "functions of functions (x => …) are not part of the workbook's KSQL",
        r"=>",
        ("SELECT TRANSFORM(a, x => x + 1) FROM s EMIT CHANGES", "SELECT FILTER(a, x=>x > 1) FROM s EMIT CHANGES"),
    ),
    Advice(
        "connectors are not part of the workbook: a program of your own reads or writes the topic",
        r"^(CREATE|DROP|SHOW|LIST|DESCRIBE)\s+((SOURCE|SINK)\s+)?CONNECTORS?|^CREATE\s+SINK",
        ("CREATE SOURCE CONNECTOR c WITH ('a'='b')", "CREATE SINK CONNECTOR c", "DROP CONNECTOR c", "SHOW CONNECTORS"),
    ),
    Advice(
        "there is no schema registry here: columns are declared, and formats are JSON, DELIMITED, KAFKA and NONE",
        r"^ASSERT\s+(NOT\s+EXISTS\s+)?SCHEMA",
        ("ASSERT SCHEMA SUBJECT 's'", "ASSERT NOT EXISTS SCHEMA ID 3"),
    ),
)

# These two are well formed: the tree shows them, not the place where the parser stops.
KEY_PROPERTY = (
    "the KEY property is gone: mark the column, `name TYPE KEY` in a stream, `name TYPE PRIMARY KEY` in a table"
)
WINDOW_FUNCTIONS = "window bounds are columns today: write WINDOWSTART and WINDOWEND without parentheses"
ROWKEY = "There is no ROWKEY today: a key has the name that its stream or table gives it, marked KEY or PRIMARY KEY"
ADVICE_ON_MEANING: tuple[tuple[str, tuple[str, ...]], ...] = (
    (KEY_PROPERTY, ("CREATE STREAM s (a INT) WITH (KAFKA_TOPIC='t', VALUE_FORMAT='JSON', KEY='a')",)),
    (
        WINDOW_FUNCTIONS,
        (
            "SELECT a, WindowStart(), COUNT(*) FROM s WINDOW TUMBLING (SIZE 1 MINUTE) GROUP BY a EMIT CHANGES",
            "SELECT a FROM s WHERE WINDOWEND() > 0 EMIT CHANGES",
        ),
    ),
)


def advice(text: str) -> str | None:
    """The advice for a statement that breaks at the end of `text`, None when the table has none."""
    for each in ADVICE:
        if re.search(rf"(?:{each.ending})\Z", text, re.IGNORECASE):
            return each.message
    return None
