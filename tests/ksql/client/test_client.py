"""The client against canned answers: limits, endings, and a plain sentence for everything that can go wrong."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pandas
import pytest

from helpers.ksql.client import Client, NoServer, ParameterError, Refused
from helpers.ksql.client.inserting import acknowledged
from helpers.services.reachability import check_ksql
from tests.ksql.stub import INFO, EndedError, Stub

HEADER = '[{"header":{"queryId":"q_1","schema":"`U` STRING, `N` INTEGER, `X` DOUBLE, `T` TIMESTAMP"}},\n'
ROW = '{"row":{"columns":["ann",3,null,"2026-01-31T10:00:00.000"]}},\n'
SELECT = "SELECT * FROM clicks EMIT CHANGES;"
REFUSAL = {
    "@type": "statement_error",
    "error_code": 40001,
    "message": "line 1:8: Syntax error at 'SELEC'",
    "statementText": "x",
    "entities": [{"@type": "currentStatus"}],
}


def endless() -> Iterator[str]:
    yield HEADER
    while True:
        yield ROW


def then_silent() -> Iterator[str]:
    yield HEADER + ROW
    for _ in range(200):
        time.sleep(0.05)
        yield "\n"  # what keeps a connection awake, and shows the server that nobody reads


def test_rows_are_dicts_and_frames(stub: Stub, client: Client) -> None:
    stub.answer("/query", HEADER[:20], HEADER[20:] + ROW, '{"finalMessage":"Query Completed"}]\n')
    with client.query(SELECT, properties={"auto.offset.reset": "earliest"}, variables={"v": "1"}) as rows:
        (row,) = rows.dicts()
        assert (row["U"], row["N"], row["X"], str(row["T"])) == ("ann", 3, None, "2026-01-31 10:00:00+00:00")
        assert rows.final == "Query Completed"
    assert stub.asked == [
        (
            "/query",
            {
                "ksql": SELECT,
                "streamsProperties": {"auto.offset.reset": "earliest"},
                "sessionVariables": {"v": "1"},
            },
        )
    ]
    with client.query(SELECT) as rows:
        frame = rows.frame()
    assert list(map(str, frame.dtypes)) == ["string", "Int32", "float64", "datetime64[ms, UTC]"]
    assert frame["T"][0] == pandas.Timestamp("2026-01-31 10:00", tz="UTC")
    assert frame["X"].isna()[0]


def test_no_rows_make_a_frame_with_the_same_types(stub: Stub, client: Client) -> None:
    stub.answer("/query", HEADER.replace(",\n", "]\n"))
    with client.query(SELECT) as rows:
        assert list(map(str, rows.frame().dtypes)) == ["string", "Int32", "float64", "datetime64[ms, UTC]"]


def test_a_timestamp_that_python_has_not_leaves_its_column_as_it_came(stub: Stub, client: Client) -> None:
    stub.answer("/query", HEADER + ROW, ROW.replace("2026-", "+58000-").replace(",\n", "]"))
    with client.query(SELECT) as rows:
        frame = rows.frame()
    assert [str(value) for value in frame["T"]] == ["2026-01-31 10:00:00+00:00", "+58000-01-31T10:00:00.000"]


def test_a_limit_ends_the_query_at_the_server(stub: Stub, client: Client) -> None:
    stub.stream("/query", endless)
    with client.query(SELECT, limit=3) as rows:
        assert len(rows.dicts()) == 3
        assert rows.final == "Limit Reached"
    assert ("/close-query", {"queryId": "q_1"}) in stub.asked
    assert stub.ended.wait(5), "the connection is cut off"


@pytest.mark.parametrize("pieces", [endless, then_silent])
def test_time_ends_a_query_that_is_silent_and_one_that_never_is(stub: Stub, client: Client, pieces: object) -> None:
    stub.stream("/query", pieces)  # type: ignore[arg-type]
    started = time.monotonic()
    with client.query(SELECT, seconds=0.5) as rows:
        assert next(iter(rows))["U"] == "ann"
        assert list(rows.pieces()) or pieces is then_silent
        assert rows.final == "Time Over"
    assert 0.4 < time.monotonic() - started < 3
    assert stub.ended.wait(5)


def test_whoever_leaves_the_block_ends_the_query(stub: Stub, client: Client) -> None:
    stub.stream("/query", then_silent)
    started = time.monotonic()
    with client.query(SELECT) as rows:
        next(iter(rows))
    assert time.monotonic() - started < 3
    assert stub.ended.wait(5)
    assert not [thread for thread in threading.enumerate() if thread.name == "ksql answer"]


def test_values_are_bound_before_they_are_sent(stub: Stub, client: Client) -> None:
    stub.answer("/ksql", "[]")
    client.execute("INSERT INTO s VALUES (:n, :t);", parameters={"n": 1, "t": "it's"})
    assert stub.asked[-1][1]["ksql"] == "INSERT INTO s VALUES (1, 'it''s');"
    with pytest.raises(ParameterError):
        client.query("SELECT :a FROM s;", parameters={})


@pytest.mark.parametrize("path", ["/ksql", "/query"])
def test_a_refusal_has_its_code_its_place_and_what_was_done_before(stub: Stub, client: Client, path: str) -> None:
    stub.answer(path, json.dumps(REFUSAL), status=400)
    with pytest.raises(Refused, match=r"^line 1:8: Syntax error at 'SELEC'$") as caught:
        client.execute("SELEC;") if path == "/ksql" else client.query("SELEC;")
    error = caught.value
    assert (error.code, error.line, error.column, error.entities) == (40001, 1, 8, ({"@type": "currentStatus"},))


def test_a_query_that_the_server_has_ended_is_not_ended_again(stub: Stub, client: Client) -> None:
    stub.answer("/query", HEADER + ROW, '{"errorMessage":{"error_code":50000,"message":"it broke"}}]')
    with client.query(SELECT) as rows, pytest.raises(Refused, match="it broke"):
        rows.dicts()
    assert [path for path, _ in stub.asked] == ["/query"]


def test_a_server_that_dies_in_the_middle_is_told_from_an_end(stub: Stub, client: Client) -> None:
    def dies() -> Iterator[str]:
        yield HEADER + ROW
        raise EndedError

    stub.stream("/query", dies)
    with client.query(SELECT) as rows, pytest.raises(NoServer, match="has broken off"):
        rows.dicts()


def test_no_proxy_stands_between_here_and_here(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert check_ksql(stub.url) == "8.4.0"
    with Client(stub.url) as client:
        assert client.info()["version"] == "8.4.0"


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with Client(f"http://127.0.0.1:{port}") as client:
        for ask in (client.info, lambda: client.execute("SHOW STREAMS;"), lambda: client.query(SELECT)):
            with pytest.raises(NoServer, match=rf"No KSQL answers at http://127.0.0.1:{port}: start it"):
                ask()


@pytest.mark.parametrize("body", ["<html>Jupyter</html>", "{}", "[1"])
def test_another_http_server_is_no_ksql(stub: Stub, client: Client, body: str) -> None:
    for path in ("/info", "/ksql", "/query"):
        stub.answer(path, body)
    for ask in (client.info, lambda: client.execute("SHOW STREAMS;"), lambda: client.query(SELECT).dicts()):
        with pytest.raises(NoServer):
            ask()
    stub.answer("/ksql", "Not Found", status=404)
    with pytest.raises(NoServer, match=r"does not answer as a KSQL server does \(HTTP 404, 'Not Found'\)"):
        client.execute("SHOW STREAMS;")


@pytest.mark.parametrize(
    ("status", "body", "advice"),
    [
        (401, "", "refuses the login: put it into KSQL_URL"),
        (401, '{"@type":"generic_error","error_code":40100,"message":"Unauthorized"}', "refuses the login"),
        (403, "<h1>Forbidden</h1>", "refuses the login"),
        (429, "<h1>Slow down</h1>", r"cannot answer now \(HTTP 429\): wait"),
        (502, "<h1>Bad Gateway</h1>", r"cannot answer now \(HTTP 502\): wait"),
        (503, "no healthy upstream", "is not ready yet: wait"),
        (405, "", r"does not answer as a KSQL server does \(HTTP 405"),
    ],
)
def test_what_a_proxy_or_a_login_says_has_its_remedy(
    stub: Stub, client: Client, status: int, body: str, advice: str
) -> None:
    for path in ("/ksql", "/query"):
        stub.answer(path, body, status=status)
    for ask in (lambda: client.execute("SHOW STREAMS;"), lambda: client.query(SELECT)):
        with pytest.raises(NoServer, match=advice):
            ask()


@pytest.mark.parametrize(("status", "code"), [(403, 40301), (429, 42900), (503, 50302)])
def test_what_the_server_itself_says_is_its_sentence(stub: Stub, client: Client, status: int, code: int) -> None:
    stub.answer(
        "/ksql", json.dumps({"@type": "generic_error", "error_code": code, "message": "not you"}), status=status
    )
    with pytest.raises(Refused, match=r"^not you$") as caught:
        client.execute("SHOW STREAMS;")
    assert caught.value.code == code


def test_a_statement_that_was_taken_and_then_failed_is_refused(stub: Stub, client: Client) -> None:
    made = {"@type": "currentStatus", "commandStatus": {"status": "SUCCESS", "message": "Stream created"}}
    failed = {"@type": "currentStatus", "commandStatus": {"status": "ERROR", "message": "There is no column AT"}}
    stub.answer("/ksql", json.dumps([made, failed, made]))
    with pytest.raises(Refused, match=r"^There is no column AT$") as caught:
        client.execute("CREATE STREAM a (n INT); CREATE STREAM b (n INT); CREATE STREAM c (n INT);")
    assert caught.value.entities == (made,)


def test_rows_where_http2_does_not_come_through_have_another_way(client: Client) -> None:
    with pytest.raises(NoServer, match=r"rows go over HTTP/2, and .* INSERT INTO … VALUES does the same"):
        client.insert("clicks", [{"U": "ann"}])


def test_acknowledgements_come_in_any_order_and_say_which_row_is_refused() -> None:
    assert acknowledged('{"status":"ok","seq":1}\n{"status":"ok","seq":0}\n', 2) == 2
    with pytest.raises(Refused, match="Row 2: no\u2028number"):
        acknowledged(
            '{"status":"ok","seq":0}\n{"status":"error","seq":1,"error_code":40000,"message":"no\u2028number"}', 2
        )
    with pytest.raises(NoServer, match="acknowledged 1 of 2 rows"):
        acknowledged('{"status":"ok","seq":0}\n', 2)
    for body in ("<html>", '["ok"]'):
        with pytest.raises(NoServer, match="acknowledges no row"):
            acknowledged(body, 1)


def test_lines_of_print_are_counted_by_records(stub: Stub, client: Client) -> None:
    def printed() -> Iterator[str]:
        yield "Key format: KAFKA_STRING\nValue format: JSON\n"
        while True:
            yield "rowtime: 2026/01/31 10:00:00.000 Z, key: a, value: {}, partition: 0\n"

    stub.stream("/query", printed)
    with client.print_topic("PRINT clicks;", limit=2) as said:
        assert [line.split(":")[0] for line in said] == ["Key format", "Value format", "rowtime", "rowtime"]


def test_info(client: Client) -> None:
    assert client.info()["serverStatus"] == "RUNNING"


def test_without_an_address_the_way_to_one_is_named(monkeypatch: pytest.MonkeyPatch, fresh_home: object) -> None:
    with pytest.raises(NoServer, match="No KSQL server runs: start it with `lab up ksql`"):
        Client()
    monkeypatch.setenv("KSQL_URL", "http://ksql.example:8088/")
    assert Client().url == "http://ksql.example:8088"


def test_a_setting_that_is_no_json_is_told_at_once(stub: Stub, client: Client) -> None:
    with pytest.raises(ParameterError, match="cannot be sent as JSON"):
        client.execute("SHOW STREAMS;", properties={"a": {1}})
    assert not stub.asked


@pytest.mark.parametrize("rows", [[(1, "boot")], {"id": 1}, pandas.DataFrame({"id": [1]})])
def test_what_is_no_row_is_told(client: Client, rows: Any) -> None:
    with pytest.raises(ParameterError, match="A row is a dict by column name, met "):
        client.insert("s", rows)


def test_a_server_that_takes_connections_and_says_nothing_is_given_up_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpers.ksql.client.client._SILENT_SECONDS", 0.1)
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        Client(f"http://127.0.0.1:{silent.getsockname()[1]}") as ksql,
        pytest.raises(NoServer, match="No KSQL answers at"),
    ):
        ksql.execute("SHOW STREAMS;")


def test_a_server_that_is_there_is_waited_for(stub: Stub, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(body: object) -> tuple[int, list[str]]:
        time.sleep(0.5)
        return 200, ["[]"]

    monkeypatch.setattr("helpers.ksql.client.client._SILENT_SECONDS", 0.1)
    stub.answer("/info", json.dumps(INFO))
    stub.answers["/ksql"] = late
    assert client.execute("SHOW STREAMS;") == []
    assert [path for path, _ in stub.asked].count("/info") == 1
