"""The runner of test files: what passes, what fails and how it says so."""

import pytest

from helpers.ksql.sqltest import NoTestFile, main, read_tests

pytestmark = pytest.mark.usefixtures("java")

ORDERS = """CREATE STREAM orders (id INT KEY, n INT) WITH (KAFKA_TOPIC='orders', VALUE_FORMAT='JSON');
CREATE TABLE counts AS SELECT id, COUNT(*) AS c FROM orders GROUP BY id;
"""


@pytest.fixture
def ran(tmp_path, capsys):
    def run(text, *arguments):
        file = tmp_path / "a.sql"
        file.write_text(text, encoding="utf-8")
        status = main([str(file), *arguments])
        *lines, total = capsys.readouterr().out.splitlines()
        return status, lines, total

    return run


def test_what_holds_passes(ran):
    status, lines, total = ran(
        "-- a file\n--@test: counts\n"
        + ORDERS
        + """
    INSERT INTO orders (id, n, ROWTIME) VALUES (1, 2, 1000);
    INSERT INTO orders VALUES (1, 3);
    ASSERT VALUES counts (id, c, ROWTIME) VALUES (1, 1, 1000);
    ASSERT VALUES counts VALUES (1, 1 + 1);
    ASSERT STREAM orders (id INT KEY, n INTEGER) WITH (KAFKA_TOPIC='orders', VALUE_FORMAT='json');
    ASSERT TABLE counts (id INT PRIMARY KEY, c BIGINT) WITH (KAFKA_TOPIC='COUNTS');
    /* --@test: in a comment */
    --@test: windows and deletions
    CREATE TABLE people (id VARCHAR PRIMARY KEY, name VARCHAR) WITH (KAFKA_TOPIC='p', VALUE_FORMAT='JSON');
    CREATE TABLE named AS SELECT * FROM people WHERE name <> 'x';
    CREATE STREAM s (k INT KEY, t VARCHAR) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');
    CREATE TABLE w AS SELECT k, COLLECT_LIST(t) AS ts FROM s WINDOW TUMBLING (SIZE 10 MILLISECONDS) GROUP BY k;
    INSERT INTO people VALUES ('a', '--@test: in a text');
    INSERT INTO people VALUES ('a', 'x');
    ASSERT VALUES named (id, name) VALUES ('a', '--@test: in a text');
    ASSERT NULL VALUES named (id) KEY ('a');
    INSERT INTO s (ROWTIME, k, t) VALUES (12, 1, 'u');
    ASSERT VALUES w (k, WINDOWSTART, WINDOWEND, ts) VALUES (1, 10, 20, ARRAY['u']);
    ASSERT TABLE w WITH (WINDOW_TYPE='TUMBLING', WINDOW_SIZE='10 MILLISECONDS');
    """
    )
    assert (status, lines, total) == (
        0, ["passed  counts", "passed  windows and deletions"], "2 passed, 0 failed.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("ASSERT VALUES counts (c) VALUES (2);", "line 5: Record 1 of COUNTS is not as expected: expected {C=2}, "
         "but there is {ID=1, C=1}."),
        ("ASSERT NULL VALUES counts (id) KEY (1);", "line 5: Record 1 of COUNTS is not as expected: "
         "expected the deletion {ID=1}, but there is {ID=1, C=1}."),
        ("ASSERT VALUES orders (n) VALUES (2);\nASSERT VALUES orders (n) VALUES (2);",
         "line 6: Expected another record in ORDERS, {N=2}, but it has 1 and all were asserted."),
        ("ASSERT VALUES orders (m) VALUES (2);", "line 5: Column name M does not exist in ORDERS: it has ID, N"),
        ("ASSERT VALUES nobody VALUES (2);", "line 5: NOBODY does not exist"),
        ("ASSERT STREAM orders (id INT KEY, n BIGINT);", "line 5: Columns of ORDERS are not as expected: expected "
         "ID INTEGER KEY, N BIGINT, but there are `ID` INTEGER KEY, `N` INTEGER."),
        ("ASSERT TABLE orders;", "line 5: Expected ORDERS to be a TABLE, but it is a STREAM."),
        ("ASSERT STREAM orders WITH (KAFKA_TOPIC='o');", "line 5: KAFKA_TOPIC of ORDERS is not as expected: "
         "expected o, but it is orders."),
        ("ASSERT STREAM orders WITH (PARTITIONS=2);", "line 5: ASSERT STREAM knows KAFKA_TOPIC"),
        ("SELEC 1;", "line 5:1: Syntax error"),
        ("SELECT nobody FROM orders EMIT CHANGES;", "line 5: "),
        ("RUN SCRIPT 'missing.sql';", "line 5: "),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_told(ran, statement, reason):
    status, (line,), total = ran(f"--@test: t\n{ORDERS}INSERT INTO orders VALUES (1, 2);\n{statement}")
    assert (status, total) == (1, "0 passed, 1 failed.")
    assert line.startswith(f"FAILED  t: {reason}")


@pytest.mark.parametrize(
    ("expected", "statement", "status"),
    [
        ("--@expected.error: io.confluent.ksql.util.KsqlException\n--@expected.message: already exists", ORDERS, 0),
        ("--@expected.error: StatementError", ORDERS, 0),
        ("--@expected.message: already exists", ORDERS, 0),
        ("--@expected.message: something else", ORDERS, 1),
        ("--@expected.error: KsqlSyntaxError", ORDERS, 1),
        ("--@expected.error: ParseFailedException", "SELEC 1;", 0),
        ("--@expected.error: java.lang.AssertionError", "ASSERT VALUES orders (n) VALUES (2);", 0),
        ("--@expected.error: KsqlException", "", 1),
    ],
)
def test_expected_errors(ran, expected, statement, status):
    assert ran(f"--@test: t\n{expected}\n{ORDERS}{statement}")[0] == status


def test_scripts_are_run(ran, tmp_path):
    (tmp_path / "orders.sql").write_text(ORDERS, encoding="utf-8")
    text = "--@test: t\nRUN SCRIPT 'orders.sql';\nINSERT INTO orders VALUES (1, 2);"
    assert ran(f"{text}\nASSERT VALUES counts VALUES (1, 1);")[0] == 0
    (tmp_path / "self.sql").write_text("RUN SCRIPT 'self.sql';", encoding="utf-8")
    assert ran("--@test: t\nRUN SCRIPT 'self.sql';")[0] == 1
    (tmp_path / "broken.sql").write_text("\nSELEC;", encoding="utf-8")
    _, (line,), _ = ran("--@test: t\nRUN SCRIPT 'broken.sql';")
    assert "line 2: RUN SCRIPT 'broken.sql': line 2:1" in line


def test_some_of_them(ran):
    text = f"--@test: one\n{ORDERS}--@test: other\n{ORDERS}"
    assert ran(text, "-t", "oth")[1:] == (["passed  other"], "1 passed, 0 failed.")
    assert ran(text, "-t", "none")[0] == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no test"),
        ("SHOW STREAMS;\n--@test: t\n", "line 1: statements belong to a test"),
        ("--@expected.error: x", "line 1: --@expected.error belongs to a test"),
        ("--@test: t\n--@expected.error: java.lang.Nonsense", "line 2: java.lang.Nonsense is no error here"),
        ("--@test: t\n\n--@tset: u", "line 3: there is no --@tset"),
    ],
)
def test_what_is_no_test_file(text, reason):
    with pytest.raises(NoTestFile, match=reason):
        read_tests(text)
