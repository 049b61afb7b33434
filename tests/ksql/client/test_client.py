"""The client against canned answers: limits, endings, and a plain sentence for everything that can go wrong."""

import json
import socket
import threading
import time
from collections.abc import Iterator

import pandas
import pytest

from helpers.ksql.client import Client, NoServer, ParameterError, Refused
from helpers.services.reachability import check_ksql
from tests.ksql.stub import EndedError, Stub

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
