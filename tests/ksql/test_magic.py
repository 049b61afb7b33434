"""`%%ksql` in IPython against canned answers: what is put out, kept, bound and refused."""

import json
from collections.abc import Iterator
from typing import Any

import pandas
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.testing.globalipapp import start_ipython
from IPython.utils.capture import RichOutput, capture_output

from helpers.config import ROOT
from helpers.ksql import magic
from helpers.ksql.client import Column, Row
from helpers.ksql.display.rendering import Result
from tests.ksql.stub import Stub, serving

HEAD = '[{"header":{"queryId":"q_1","schema":"`U` STRING, `N` INTEGER"}},\n'
ROW = '{"row":{"columns":["<ann>",3]}},\n'
STREAM = {"type": "STREAM", "name": "S", "topic": "s", "keyFormat": "KAFKA", "valueFormat": "JSON", "isWindowed": False}
TOPOLOGY = """Topologies:
   Sub-topology: 0
    Source: KSTREAM-SOURCE-0000000000 (topics: [clicks])
      --> KTABLE-SINK-0000000001
    Sink: KTABLE-SINK-0000000001 (topic: seen)
      <-- KSTREAM-SOURCE-0000000000
"""


def said(body: Any) -> tuple[int, Any]:
    text = body["ksql"]
    if text.startswith("SHOW PROPERTIES"):
        reset = {"name": "ksql.streams.auto.offset.reset", "scope": "KSQL", "value": "earliest"}
        return 200, [{"@type": "properties", "properties": [reset]}]
    if text.startswith("SHOW"):
        return 200, [{"@type": "streams", "streams": [STREAM], "warnings": []}]
    if text.startswith("DESCRIBE"):
        field = {"name": "ID", "schema": {"type": "INTEGER"}, "type": "KEY"}
        source = {"name": "S", "type": "STREAM", "windowType": None, "fields": [field], "extended": False}
        return 200, [{"@type": "sourceDescription", "sourceDescription": source}]
    if "EXPLAIN" in text.upper():
        query = {"id": "", "topology": TOPOLOGY if "none" not in text else "", "queryType": "PUSH"}
        empty = {"fields": [], "sources": [], "sinks": [], "executionPlan": "", "overriddenProperties": {}}
        more = {"statementText": "x", "windowType": None, "ksqlHostQueryStatus": {}, "queryErrors": []}
        return 200, [{"@type": "queryDescription", "queryDescription": query | empty | more}]
    if "nonsense" in text:
        where = f"line 1:{text.index('nonsense') + 1}"
        return 400, {"@type": "statement_error", "error_code": 40001, "message": f"{where}: Syntax error at 'nonsense'"}
    return 200, [{"@type": "currentStatus", "commandStatus": {"message": "Stream created"}, "warnings": []}]


@pytest.fixture(scope="module")
def ipython() -> InteractiveShell:
    shell = start_ipython() or InteractiveShell.instance()
    shell.run_line_magic("load_ext", "helpers.ksql.magic")
    return shell


@pytest.fixture
def server(ipython: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    with serving() as stub:
        stub.judge("/ksql", said)
        stub.answer("/query", HEAD, ROW, '{"finalMessage":"Limit Reached"}]\n')
        monkeypatch.setenv("KSQL_URL", stub.url)
        yield stub
    ipython.user_ns.pop("kept", None)


class Ran:
    """A cell that has run: the text it printed, what it displayed, the error it ended with."""

    def __init__(self, ipython: InteractiveShell, cell: str) -> None:
        with capture_output() as captured:
            result = ipython.run_cell(cell)
        self.printed: str = captured.stdout
        self.displayed: list[RichOutput] = captured.outputs
        self.error: BaseException | None = result.error_in_exec or result.error_before_exec


def test_ddl_is_one_line_and_lists_are_tables(ipython: InteractiveShell, server: Stub) -> None:
    assert Ran(ipython, "%%ksql\nCREATE STREAM s (a INT)\nWITH (X='y');").printed == "Stream created\n"
    (table,) = Ran(ipython, "%ksql SHOW STREAMS").displayed
    assert table.data["text/plain"].splitlines()[0].split() == (
        ["Stream", "Name", "|", "Kafka", "Topic", "|", "Key", "Format", "|", "Value", "Format", "|", "Windowed"]
    )
    assert table.data["text/html"].count("<td") == 5


def test_described_columns_are_a_table(ipython: InteractiveShell, server: Stub) -> None:
    (described,) = Ran(ipython, "%ksql DESCRIBE s").displayed
    assert " ID    | INTEGER  (key) " in described.data["text/plain"].splitlines()
    assert described.data["text/html"].count("<td") == 2


def test_rows_are_shown_escaped_and_kept(ipython: InteractiveShell, server: Stub) -> None:
    ran = Ran(ipython, "%%ksql --into kept --limit 7 --seconds 3\nSELECT * FROM s EMIT CHANGES LIMIT 1")
    (result,) = ran.displayed
    assert [line.rstrip() for line in result.data["text/plain"].splitlines()] == [
        " U     | N",
        "-----------",
        " <ann> | 3",
        "-----------",
        "1 row: Limit Reached",
    ]
    assert "&lt;ann&gt;" in result.data["text/html"]
    assert "<ann>" not in result.data["text/html"]
    kept = ipython.user_ns["kept"]
    assert isinstance(kept, pandas.DataFrame)
    assert kept.to_dict("records") == [{"U": "<ann>", "N": 3}]
    Ran(ipython, "%%ksql --into kept\nSHOW STREAMS;")
    assert ipython.user_ns["kept"]["streams"] == [STREAM]


def test_python_variables_are_bound(ipython: InteractiveShell, server: Stub) -> None:
    ipython.user_ns["name"] = "O'Hara'; DROP STREAM s; --"
    Ran(ipython, "%%ksql\nINSERT INTO s VALUES (:name);")
    assert server.asked[-1][1]["ksql"] == "INSERT INTO s VALUES ('O''Hara''; DROP STREAM s; --');"
    ran = Ran(ipython, "%ksql INSERT INTO s VALUES (:unheard_of)")
    assert "There is no value for :unheard_of" in str(ran.error)


def test_an_error_has_a_caret_and_no_traceback(ipython: InteractiveShell, server: Stub) -> None:
    ipython.user_ns["long"] = "a value longer than its name, with a \u2028 in it"
    ran = Ran(ipython, "%%ksql\nSHOW STREAMS;\n  CREATE :long nonsense;")
    assert len(ran.displayed) == 1, "what came before is there"
    assert isinstance(ran.error, magic.KsqlFault)
    assert ran.error._render_traceback_() == [
        "line 2:16: Syntax error at 'nonsense'",
        "  CREATE :long nonsense;",
        "               ^",
    ]
    assert "Traceback" not in ran.printed


def test_settings_hold_for_the_notebook_and_explain_silence(ipython: InteractiveShell, server: Stub) -> None:
    ran = Ran(ipython, "%ksql SET 'auto.offset.reset' = 'latest'")
    assert ran.printed.startswith("Successfully changed local property 'auto.offset.reset' to 'latest'")
    server.answer("/query", HEAD.replace(",\n", "]\n"))
    (result,) = Ran(ipython, "%ksql SELECT * FROM s EMIT CHANGES").displayed
    assert server.asked[-1][1]["streamsProperties"] == {"auto.offset.reset": "latest"}
    assert result.data["text/plain"].startswith("No rows. A push query shows what comes from now on")
    Ran(ipython, "%ksql UNSET 'auto.offset.reset'")
    (result,) = Ran(ipython, "%ksql SELECT * FROM s EMIT CHANGES").displayed
    assert result.data["text/plain"] == "No rows"


def test_time_ends_what_would_go_on(ipython: InteractiveShell, server: Stub) -> None:
    def endless() -> Iterator[str]:
        yield HEAD
        while True:
            yield ROW

    server.stream("/query", endless)
    (result,) = Ran(ipython, "%ksql --seconds 0.3 SELECT * FROM s EMIT CHANGES").displayed
    assert result.data["text/plain"].endswith("rows in 0.3 s, the last 100 of them shown; more may come (--seconds)")
    assert ("/close-query", {"queryId": "q_1"}) in server.asked


def test_the_stop_button_ends_the_query_and_keeps_its_rows(
    ipython: InteractiveShell, server: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped() -> Iterator[str]:
        yield HEAD + ROW + ROW
        monkeypatch.setattr("helpers.ksql.client.streams.Stream._weight", pressed)
        yield ROW

    def pressed(*_: object) -> int:
        raise KeyboardInterrupt

    server.stream("/query", stopped)
    ran = Ran(ipython, "%ksql --into kept --limit 10 SELECT * FROM s EMIT CHANGES")
    assert ran.error is None
    assert ran.displayed[0].data["text/plain"].endswith("Interrupted")
    assert len(ipython.user_ns["kept"]) <= 2


def test_inserted_rows_are_counted(ipython: InteractiveShell, server: Stub) -> None:
    server.judge("/ksql", lambda body: (200, []) if body["ksql"].upper().startswith("INSERT") else said(body))
    cell = "CREATE STREAM s (a INT);" + "INSERT INTO s VALUES (1);" * 3 + "insert into `Big` VALUES (1); SHOW STREAMS;"
    assert Ran(ipython, f"%%ksql\n{cell}").printed == (
        "Stream created\n3 rows inserted into S.\n1 row inserted into Big.\n"
    )
    ran = Ran(ipython, "%%ksql\nINSERT INTO s VALUES (1);\nINSERT INTO s VALUES (2);\nSHOW nonsense :unheard_of;")
    assert ran.printed.splitlines()[0] == "2 rows inserted into S."
    assert "unheard_of" in str(ran.error)


def test_the_rows_that_were_inserted_before_an_interruption_are_counted(
    ipython: InteractiveShell, server: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    server.judge("/ksql", lambda body: (200, []))
    monkeypatch.setattr(magic.Client, "query", stop)
    ran = Ran(ipython, "%%ksql\nINSERT INTO s VALUES (1);\nINSERT INTO s VALUES (2);\nSELECT * FROM s EMIT CHANGES;")
    assert ran.printed == "2 rows inserted into S.\nInterrupted.\n"


@pytest.fixture
def begun(server: Stub, monkeypatch: pytest.MonkeyPatch) -> Stub:
    """A server whose CTAS_T_1 has begun just now, and whose answer to a look into its table changes."""
    monkeypatch.setattr(magic, "BEGINNING_SECONDS", 1.0)
    status = {"status": "SUCCESS", "message": "Created query with ID CTAS_T_1", "queryId": "CTAS_T_1"}
    server.judge("/ksql", lambda _: (200, [{"@type": "currentStatus", "commandStatus": status}]))
    return server


def test_a_table_that_is_new_is_asked_until_it_has_rows(ipython: InteractiveShell, begun: Stub) -> None:
    looks = iter([[f"{HEAD.strip()[:-1]}]\n"], [HEAD, ROW.strip().rstrip(",") + "]\n"]])
    begun.answers["/query"] = lambda _: (200, next(looks))
    (result,) = Ran(ipython, "%%ksql\nCREATE TABLE t AS SELECT 1;\nSELECT * FROM t;").displayed
    assert result.data["text/plain"].endswith("1 row")


def test_a_table_that_stays_empty_says_that_its_query_is_new(ipython: InteractiveShell, begun: Stub) -> None:
    begun.answer("/query", f"{HEAD.strip()[:-1]}]\n")
    (result,) = Ran(ipython, "%%ksql\nCREATE TABLE t AS SELECT 1;\nSELECT * FROM t;").displayed
    assert result.data["text/plain"] == "No rows. CTAS_T_1 has just begun: run it again."


def test_how_it_is_written_stands_behind_the_question_mark(ipython: InteractiveShell) -> None:
    written = ipython.object_inspect("%%ksql")["docstring"]
    table = [line for line in (ROOT / "docs" / "ksql.md").read_text().splitlines() if line.startswith("| `%")]
    assert len(table) == 5
    for line in table:
        assert line.split("`")[1] in written


def test_numbers_are_short_in_html_and_exact_in_text() -> None:
    result = Result((Column.named("X", "DOUBLE"),), [Row((59.0 / 7,)), Row((-1.5,)), Row((2.5e-20 / 3,))])
    assert "8.428571428571429" in result.text()
    assert (
        '<td style="white-space: pre-wrap; text-align: right" title="8.428571428571429">8.428571</td>' in result.html()
    )
    assert ">-1.5<" in result.html()
    assert ">8.333333E-21<" in result.html()


def test_explain_draws_the_topology(ipython: InteractiveShell, server: Stub) -> None:
    ran = Ran(ipython, "%ksql explain SELECT * FROM clicks EMIT CHANGES")
    picture, words = ran.displayed
    assert picture.data["image/png"]
    assert "reads clicks" in words.data["text/plain"]
    assert "ID" in Ran(ipython, "%ksql EXPLAIN none").printed


def test_print_is_shown_line_by_line(ipython: InteractiveShell, server: Stub) -> None:
    server.answer("/query", "Key format: JSON\n", "rowtime: a\n")
    assert Ran(ipython, "%ksql PRINT s LIMIT 1").printed == "Key format: JSON\nrowtime: a\n"


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("%ksql", "There is no statement"),
        ("%%ksql --into 1x\nSHOW STREAMS;", "--into does not take 1x"),
        ("%%ksql --into for\nSHOW STREAMS;", "--into does not take for"),
        ("%%ksql --limit x\nSHOW STREAMS;", "--limit does not take x"),
        ("%ksql --seconds 0 SHOW STREAMS;", "--seconds does not take 0"),
        ("%%ksql --fast 1\nSHOW STREAMS;", "There is no option --fast"),
        ("%%ksql SHOW TABLES;\nSHOW STREAMS;", "stands where options do"),
    ],
)
def test_misuse_is_explained(ipython: InteractiveShell, server: Stub, cell: str, message: str) -> None:
    assert message in str(Ran(ipython, cell).error)


def test_without_a_server_the_way_to_one_is_named(
    ipython: InteractiveShell, fresh_home: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KSQL_URL", raising=False)
    assert str(Ran(ipython, "%ksql SHOW STREAMS").error).startswith("No KSQL server runs: start it")


def test_a_tombstone_and_a_null_are_told_apart() -> None:
    columns = (Column.named("U", "STRING", key=True), Column.named("N", "DECIMAL(3, 1)"))
    result = Result(columns, [Row(("a", None), tombstone=True), Row(("b", None))], "Query Completed")
    assert [line.split("|")[1].strip() for line in result.text().splitlines()[2:4]] == ["<TOMBSTONE>", "null"]
    assert "&lt;TOMBSTONE&gt;" in result.html()
    assert json.dumps(result.html()).count("text-align: right") == 3
