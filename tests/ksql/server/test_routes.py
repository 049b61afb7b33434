"""Every route of the server over HTTP/1.1: shapes, content types, error codes."""

import json
import threading

import httpx
import pytest

from tests.ksql.server.process import eventually

pytestmark = pytest.mark.services
KSQL_JSON = "application/vnd.ksql.v1+json"
DELIMITED = "application/vnd.ksqlapi.delimited.v1"


def refused(response, status, code):
    """The body of a refusal with that HTTP status and that number."""
    assert (response.status_code, response.json()["error_code"]) == (status, code), response.text
    assert response.headers["content-type"] == "application/json"
    return response.json()


# ---- About the server


def test_root_leads_to_info(server):
    response = server.http.get("/")
    assert (response.status_code, response.headers["location"]) == (307, "/info")
    info = server.http.get("/info").json()["KsqlServerInfo"]
    assert info == {**info, "ksqlServiceId": server.service, "serverStatus": "RUNNING"}
    assert info["version"]
    assert info["kafkaClusterId"]


def test_health_and_metadata(server):
    health = server.http.get("/healthcheck").json()
    parts = {name: {"isHealthy": True} for name in ("metastore", "kafka", "commandRunner")}
    assert health == {"isHealthy": True, "details": parts, "serverState": "READY"}
    cluster = server.http.get("/v1/metadata/id").json()
    assert cluster["scope"]["clusters"]["ksql-cluster"] == server.service
    assert server.http.get("/v1/metadata").json()["clusterId"] == cluster
    assert server.http.get("/chc/live").status_code == server.http.get("/chc/ready").status_code == 200


def test_unknown_paths_are_plain_text(server):
    response = server.http.get("/nowhere")
    assert (response.status_code, response.text) == (404, "Not Found")
    assert response.headers["content-type"].startswith("text/plain")
    assert server.http.get("/ksql").status_code == 405


# ---- Who may ask


@pytest.mark.parametrize("headers", [{"Host": "example.com"}, {"Origin": "http://example.com"}, {"Origin": "null"}])
def test_foreign_pages_are_refused(server, headers):
    refused(server.http.post("/ksql", json={"ksql": "SHOW STREAMS;"}, headers=headers), 403, 40300)


def test_its_own_names_are_not_foreign(server):
    port = server.url.rpartition(":")[2]
    for host in (f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}"):
        assert server.http.get("/info", headers={"Host": host, "Origin": f"http://{host}"}).status_code == 200


# ---- /ksql


def test_entities_of_statements(server, name):
    create = (
        f"CREATE STREAM {name} (u VARCHAR KEY, n INT) WITH (KAFKA_TOPIC='{name}', PARTITIONS=1, VALUE_FORMAT='JSON');"
    )
    response = server.ksql(f"SET 'auto.offset.reset' = 'earliest'; {create} INSERT INTO {name} VALUES ('a', 1);")
    assert response.headers["content-type"] == "application/json"
    (entity,) = response.json()
    assert entity == {
        "@type": "currentStatus",
        "statementText": f"CREATE STREAM {name} (U STRING KEY, N INTEGER) "
        f"WITH (KAFKA_TOPIC = '{name}', PARTITIONS = 1, VALUE_FORMAT = 'JSON');",
        "commandId": f"stream/`{name}`/create",
        "commandStatus": {"status": "SUCCESS", "message": "Stream created", "queryId": None},
        "commandSequenceNumber": entity["commandSequenceNumber"],
        "warnings": [],
    }
    (warning,) = server.made(create.replace("STREAM", "STREAM IF NOT EXISTS", 1))
    assert (warning["@type"], warning["message"]) == (
        "warning_entity",
        f"Cannot add stream `{name}`: A stream with the same name already exists.",
    )
    assert refused(server.ksql(create), 400, 40001)["message"].endswith("A stream with the same name already exists.")
    assert server.http.get("/status").json()["commandStatuses"][f"stream/`{name}`/create"] == "SUCCESS"
    for path in (f"/status/stream/{name}/create", f"/status/stream/%60{name}%60/create"):
        assert server.http.get(path).json() == entity["commandStatus"]
    (dropped,) = server.made(f"DROP STREAM {name} DELETE TOPIC;")
    assert dropped["commandId"] == f"stream/{name}/drop"


def test_settings_and_variables_end_with_their_request(server):
    script = "DEFINE v = '1'; SET 'ksql.streams.auto.offset.reset' = 'latest'; SHOW PROPERTIES; SHOW VARIABLES;"
    properties, variables = server.made(script, sessionVariables={"w": "2"})
    assert variables["variables"] == [{"name": "V", "value": "1"}, {"name": "W", "value": "2"}]
    offset = {each["name"]: each["value"] for each in properties["properties"]}
    assert "latest" in offset.values()
    (properties, variables) = server.made("SHOW PROPERTIES; SHOW VARIABLES;")
    assert variables["variables"] == []
    assert "latest" not in [each["value"] for each in properties["properties"]]


def test_refused_statements(server, stream):
    body = refused(server.ksql("SELEC * FROM x;"), 400, 40001)
    assert (body["@type"], body["statementText"], body["entities"]) == ("statement_error", "SELEC * FROM x;", [])
    assert body["message"].startswith("line 1:1: Syntax error")
    assert refused(server.ksql(f"SELECT * FROM {stream};"), 400, 40002)["statementText"] == f"SELECT * FROM {stream};"
    refused(server.ksql(f"PRINT {stream};"), 400, 40002)
    refused(server.ksql("ASSERT TOPIC nowhere TIMEOUT 1 MILLISECONDS;"), 417, 41700)
    refused(server.ksql("SET 'no.such.setting' = '1';"), 400, 40001)
    refused(server.ksql("SHOW STREAMS;", streamsProperties={"no.such.setting": 1}), 400, 40000)
    refused(server.ksql("SHOW STREAMS;", streamsProperties={"auto.offset.reset": "sometime"}), 400, 40000)


def test_nothing_of_a_script_is_done_when_a_later_statement_cannot_be(server, name):
    good = f"CREATE STREAM {name} (n INT) WITH (KAFKA_TOPIC='{name}', PARTITIONS=1, VALUE_FORMAT='JSON');"
    for bad in (f"CREATE STREAM {name} (n INT);", f"INSERT INTO {name} VALUES ('x', 2);", f"DESCRIBE {name}_X;"):
        assert refused(server.ksql(good + bad), 400, 40001)["statementText"] == bad
    (listed,) = server.made("SHOW STREAMS;")
    assert name not in [each["name"] for each in listed["streams"]]


def test_requests_that_are_no_json(server):
    for content in (b"{", b"[1]", b"\xff", b'{"ksql": 1}', b"{}", b'{"ksql":"x","streamsProperties":3}'):
        body = refused(server.http.post("/ksql", content=content), 400, 40000)
        assert body["message"].startswith("Invalid JSON in request: ")
    too_large = httpx.post(f"{server.url}/ksql", content=b" " * 2_000_000)  # the server ends that connection
    refused(too_large, 413, 41300)


def test_a_request_comes_after_the_command_it_names(server, stream):
    (entity,) = server.made(f"DROP STREAM IF EXISTS {stream};")
    number = entity["commandSequenceNumber"]
    assert server.ksql("SHOW STREAMS;", commandSequenceNumber=number).status_code == 200
    refused(server.ksql("SHOW STREAMS;", commandSequenceNumber=number + 1000), 503, 50301)


def test_settings_that_can_be_asked_about(server):
    assert server.http.get("/is_valid_property/auto.offset.reset").json() is True
    assert server.http.get("/is_valid_property/ksql.streams.num.stream.threads").json() is True
    refused(server.http.get("/is_valid_property/ksql.service.id"), 400, 40000)
    refused(server.http.get("/status/stream/NONE/create"), 404, 40400)


# ---- Rows


def test_rows_in_each_framing(server, stream):
    server.made(f"INSERT INTO {stream} VALUES (1, 10); INSERT INTO {stream} VALUES (2, 20);")
    sql = f"SELECT id, n FROM {stream} EMIT CHANGES LIMIT 2;"
    response = server.query(sql)
    assert response.headers["content-type"] == DELIMITED
    head, *rows = response.text.splitlines()
    metadata = json.loads(head)
    assert head == json.dumps(metadata, separators=(",", ":"))
    assert metadata == {"queryId": metadata["queryId"], "columnNames": ["ID", "N"], "columnTypes": ["INTEGER"] * 2}
    assert rows == ["[1,10]", "[2,20]"]
    response = server.query(sql, "application/json")
    id = response.json()[0]["queryId"]
    metadata["queryId"] = id
    assert response.text == f"[{json.dumps(metadata, separators=(',', ':'))},\n[1,10],\n[2,20]]"
    old = server.http.post("/query", json={"ksql": sql})
    assert old.text.endswith("}]\n")  # without the newline PyPI's ksql fails
    for response in (server.query(sql, KSQL_JSON), old):
        id = response.json()[0]["header"]["queryId"]
        assert response.text.removesuffix("\n") == (
            f'[{{"header":{{"queryId":"{id}","schema":"`ID` INTEGER, `N` INTEGER"}}}},\n'
            '{"row":{"columns":[1,10]}},\n{"row":{"columns":[2,20]}},\n{"finalMessage":"Limit Reached"}]'
        )
    assert server.http.post("/query", json={"ksql": sql}).headers["content-type"] == "application/json"
    assert server.query(sql, KSQL_JSON).headers["content-type"] == KSQL_JSON


def test_pull_queries(server, stream):
    server.made(
        f"CREATE TABLE {stream}_C AS SELECT id, COUNT(*) AS c FROM {stream} GROUP BY id;"
        f"INSERT INTO {stream} VALUES (1, 10); INSERT INTO {stream} VALUES (1, 11);"
    )
    pull = {"ksql": f"SELECT * FROM {stream}_C;"}
    rows = eventually(lambda: server.http.post("/query", json=pull).json()[1:], [{"row": {"columns": [1, 2]}}])
    assert rows == [{"row": {"columns": [1, 2]}}]
    (header, *_) = server.http.post("/query", json=pull).json()
    assert header["header"]["schema"] == "`ID` INTEGER KEY, `C` BIGINT"
    of_stream = {"ksql": f"SELECT n FROM {stream} WHERE id = ${{id}};", "sessionVariables": {"id": "1"}}
    assert server.http.post("/query", json=of_stream).json()[1:] == [
        {"row": {"columns": [10]}},
        {"row": {"columns": [11]}},
        {"finalMessage": "Query Completed"},
    ]
    of_stream["ksql"] = of_stream["ksql"].replace(";", " LIMIT 1;")
    assert server.http.post("/query", json=of_stream).json()[-1] == {"finalMessage": "Limit Reached"}
    server.made(f"DROP TABLE {stream}_C DELETE TOPIC;")


def test_where_a_push_query_begins(server, stream):
    server.made(f"INSERT INTO {stream} VALUES (1, 10);")
    body = {"sql": f"SELECT n FROM {stream} EMIT CHANGES LIMIT 1;", "properties": {"auto.offset.reset": "latest"}}
    with server.http.stream("POST", "/query-stream", json=body) as response:
        lines = response.iter_lines()
        next(lines)
        server.made(f"INSERT INTO {stream} VALUES (1, 20);")
        assert next(lines) == "[20]"
    body["streamsProperties"] = body.pop("properties")  # which /query-stream does not know
    assert server.http.post("/query-stream", json=body).text.splitlines()[1:] == ["[10]"]


def test_refused_queries(server, stream):
    query = "/query-stream"
    refused(server.http.post(query, json={"sql": "SELECT nothing FROM nowhere;"}), 400, 40001)
    refused(server.http.post(query, json={"sql": "SHOW STREAMS;"}), 400, 40000)
    refused(server.http.post(query, json={"sql": f"SELECT * FROM {stream};SELECT * FROM {stream};"}), 400, 40000)
    refused(server.http.post(query, json={"ksql": "SELECT 1;"}), 400, 40000)
    refused(server.http.post(query, json={"sql": "SELECT"}), 400, 40001)
    for path in ("/query", "/query-stream", "/ksql", "/inserts-stream"):
        refused(server.http.post(path, json={}, headers={"Accept": "text/html"}), 406, 40600)


def test_print(server, stream):
    server.made(f"INSERT INTO {stream} VALUES (7, 8);")
    body = {"ksql": f"PRINT {stream} FROM BEGINNING LIMIT 1;"}
    response = server.http.post("/query", json=body)
    assert response.headers["content-type"].startswith("text/plain")
    *_, row = response.text.splitlines()
    assert 'value: {"N":8}, partition: 0' in row
    assert server.query(body["ksql"]).headers["content-type"] == DELIMITED
    refused(server.query("PRINT nowhere;"), 400, 40001)


def test_queries_can_be_closed_and_terminated(server, stream):
    def end(how):
        sql = f"SELECT * FROM {stream} EMIT CHANGES;"
        with server.http.stream("POST", "/query", json={"ksql": sql}) as response:
            chunks = response.iter_text()
            text = next(chunks)
            id = json.loads(text.rstrip().removeprefix("[").removesuffix(","))["header"]["queryId"]
            answer = how(id)
            assert (text + "".join(chunks)).endswith('{"finalMessage":"Query Completed"}]\n')
            return id, answer

    id, answer = end(lambda id: server.http.post("/close-query", json={"queryId": id}))
    assert (answer.status_code, answer.content) == (200, b"")
    body = refused(server.http.post("/close-query", json={"queryId": id}), 400, 40000)
    assert body["message"].startswith(f"No query with id {id}")
    id, (entity,) = end(lambda id: server.made(f"TERMINATE {id};"))
    assert (entity["@type"], entity["queryId"], entity["wasTerminated"]) == ("terminate_query", id, True)


# ---- Rows in


def test_inserts_are_acknowledged_one_by_one(server, stream):
    lines = [json.dumps({"target": stream.lower()}), '{"id": 1, "N": 2}', '{"`ID`": 3}', '{"id": "x"}', '{"id": 9}']
    response = server.http.post("/inserts-stream", content="\n".join(lines))
    assert response.headers["content-type"] == DELIMITED
    *acknowledged, error = response.text.splitlines()
    assert acknowledged == ['{"status":"ok","seq":0}', '{"status":"ok","seq":1}']
    assert json.loads(error) == {**json.loads(error), "@type": "generic_error", "status": "error", "seq": 2}
    assert json.loads(error)["error_code"] == 40000
    response = server.http.post("/inserts-stream", content="\n".join(lines[:2]), headers={"Accept": "application/json"})
    assert response.text == '[{"status":"ok","seq":0}]'
    rows = server.query(f"SELECT * FROM {stream};").text.splitlines()[1:]
    assert rows == ["[1,2]", "[3,null]", "[1,2]"]
    refused(server.http.post("/inserts-stream", content='{"target":"nowhere"}\n'), 400, 40000)
    refused(server.http.post("/inserts-stream", content="{}"), 400, 40000)


def test_an_acknowledgement_comes_while_rows_are_still_sent(server, stream):
    acknowledged = threading.Event()

    def lines():
        yield json.dumps({"target": stream}).encode() + b"\n"
        yield b'{"id": 1, "n": 1}\n'
        assert acknowledged.wait(20)
        yield b'{"id": 2, "n": 2}\n'

    with httpx.Client(base_url=server.url, http1=False, http2=True, timeout=30) as http:
        thread = threading.Thread(target=lambda: _acknowledge(server, stream, acknowledged))
        thread.start()
        response = http.post("/inserts-stream", content=lines())
        thread.join()
    assert response.http_version == "HTTP/2"
    assert [json.loads(line)["seq"] for line in response.text.splitlines()] == [0, 1]


def _acknowledge(server, stream, acknowledged):
    """The first row is in its topic before the second is sent."""
    eventually(lambda: server.query(f"SELECT n FROM {stream};").text.splitlines()[1:], ["[1]"])
    acknowledged.set()


def test_http_2_without_encryption(server, stream):
    server.made(f"INSERT INTO {stream} VALUES (1, 10);")
    with httpx.Client(base_url=server.url, http1=False, http2=True, timeout=30) as http:
        response = http.post("/query-stream", json={"sql": f"SELECT n FROM {stream} EMIT CHANGES LIMIT 1;"})
        assert (response.http_version, response.text.splitlines()[1:]) == ("HTTP/2", ["[10]"])
        assert http.get("/info").status_code == 200
