"""Runs a REST case of ksqlDB's tests against a server, as any client would, and says what is not as expected."""

import json
import re
import threading
import time
from dataclasses import replace
from decimal import Decimal
from functools import cache

from confluent_kafka.admin import AdminClient, NewTopic

from helpers.ksql.backends.wire import Wire
from helpers.ksql.engine import Engine
from helpers.ksql.rows.cases import exact_json, received, sent
from tests.ksql.comparison import same, same_record

KSQL = "application/vnd.ksql.v1+json"
SECONDS = 20
_TOPIC = re.compile(r"kafka_topic\s*=\s*'([^']+)'", re.IGNORECASE)
_PARTITIONS = re.compile(r"partitions\s*=\s*(\d+)", re.IGNORECASE)


class Unlike(Exception):
    """Something is not as the case has it."""


class Runner:
    """Runs cases one after the other; each leaves nothing behind.

    partitions: of topics of which a case says nothing. The cases were made with 4, and pass with 4; each is a task
    of Kafka Streams with a store of its own, which takes its time to open.
    """

    def __init__(self, server, kafka, partitions=1):
        self.server, self.kafka, self.partitions = server, kafka, partitions
        self.wire = Wire(kafka, SECONDS)
        self.admin = AdminClient({"bootstrap.servers": kafka})
        self.topics = set()

    def fault(self, case):
        """Why the case does not pass, None when it does."""
        try:
            return self._run(case)
        except Unlike as unlike:
            return str(unlike)
        finally:
            self._clean_up()

    def _run(self, case):
        queries = [text for text in case["statements"] if text.startswith("SELECT ")]
        others = [text for text in case["statements"] if not text.startswith("SELECT ")]
        self._make_topics(case)
        properties = case["properties"] or {}
        answer = self.server.http.post(
            "/ksql", content=exact_json({"ksql": "\n".join(others), "streamsProperties": properties})
        )
        if case["error"] and not queries:
            return _refused(answer, case["error"], others[-1])
        if answer.status_code != 200:
            raise Unlike(f"/ksql: {answer.text}")
        responses = list(case["responses"] or [])
        entities = json.loads(answer.text, parse_float=Decimal)
        wanted = [each["admin"] for each in responses if "admin" in each]
        for number, each in enumerate(wanted):
            _compare(each, entities[number] if number < len(entities) else None, f"entity {number}")
        if case["error"]:
            return self._refused_query(queries, properties, case)
        named = {each["topic"] for each in [*(case["inputs"] or []), *(case["outputs"] or [])]}
        formats = _sources("\n".join(text for text in others if _tells_formats(text, named)))
        self._rows(case, queries, [each["query"] for each in responses if "query" in each], formats, properties)
        self._outputs(case, formats)
        return None

    # ---- Steps

    def _make_topics(self, case):
        """Every topic that the case names, with records as old as they like."""
        topics = {each["name"]: each.get("partitions") or self.partitions for each in case["topics"] or []}
        for text in case["statements"]:
            if text.upper().startswith("CREATE") and (named := _TOPIC.search(text)):
                number = _PARTITIONS.search(text)
                topics.setdefault(named[1], int(number[1]) if number else self.partitions)
        for each in case["inputs"] or []:
            topics.setdefault(each["topic"], self.partitions)
        new = [NewTopic(name, count, 1, config={"retention.ms": "-1"}) for name, count in topics.items()]
        self._done(self.admin.create_topics(new) if new else {})
        self.topics = set(topics)
        self._until(lambda there: self.topics <= there)

    def _feed(self, case, formats):
        for record in case["inputs"] or []:
            source = next((each for each in formats if each.topic == record["topic"]), None)
            made = sent(record, source)
            now = made.timestamp if record["timestamp"] is not None else time.time_ns() // 1_000_000
            self.wire.write(record["topic"], [replace(made, timestamp=now)])

    def _rows(self, case, queries, wanted, formats, properties):
        if (case["input_conditions"] or {}).get("waitForActivePushQuery"):
            (query,) = queries
            with _Streamed(self.server, query, properties) as streamed:
                self._feed(case, formats)
                _compare_rows(wanted[0], streamed.elements(), query, ordered=_ordered(case))
            return
        self._feed(case, formats)
        for query, expected in zip(queries, wanted, strict=False):
            self._until_like(query, expected, properties, _ordered(case))

    def _until_like(self, query, expected, properties, ordered):
        deadline = time.monotonic() + SECONDS
        while True:
            answer = self.server.http.post(
                "/query", content=exact_json({"ksql": query, "streamsProperties": properties})
            )
            if answer.status_code != 200:
                raise Unlike(f"{query}: {answer.text}")
            try:
                return _compare_rows(expected, json.loads(answer.text, parse_float=Decimal), query, ordered=ordered)
            except Unlike:
                if "EMIT CHANGES" in query or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def _refused_query(self, queries, properties, case):
        for query in queries[:-1]:
            self.server.http.post("/query", content=exact_json({"ksql": query, "streamsProperties": properties}))
        answer = self.server.http.post(
            "/query", content=exact_json({"ksql": queries[-1], "streamsProperties": properties})
        )
        return _refused(answer, case["error"], queries[-1])

    def _outputs(self, case, formats):
        for topic in dict.fromkeys(each["topic"] for each in case["outputs"] or []):
            expected = [each for each in case["outputs"] if each["topic"] == topic]
            source = next((each for each in formats if each.topic == topic), None)
            deadline = time.monotonic() + SECONDS
            while True:
                partitions = len(self.admin.list_topics(topic).topics[topic].partitions)
                got = [received(record, source) for record in self.wire.read(topic, partitions)]
                if len(got) >= len(expected) or time.monotonic() > deadline:
                    break
                time.sleep(0.05)
            got = json.loads(exact_json(got), parse_float=Decimal)
            if len(got) != len(expected) or not all(map(same_record, expected, got)):
                raise Unlike(f"{topic}: wanted {expected}, got {got}")

    def _clean_up(self):
        (listed,) = self.server.made("SHOW QUERIES;")
        persistent = [each["id"] for each in listed["queries"] if each["queryType"] == "PERSISTENT"]
        kinds = self.server.made("SHOW STREAMS; SHOW TABLES;")
        sources = [each for entity, kind in zip(kinds, ("streams", "tables"), strict=True) for each in entity[kind]]
        dropped = [each for each in sources if each["name"] != "KSQL_PROCESSING_LOG"]
        topics = self.topics | {each["topic"] for each in dropped}
        order = {f"`{each['name']}`": each["type"] for each in dropped}
        if persistent:
            self.server.made("TERMINATE ALL;")
        while order:  # what was made of others first
            before = len(order)
            for name, kind in list(order.items()):
                if self.server.ksql(f"DROP {kind} {name};").status_code == 200:
                    del order[name]
            assert len(order) < before, order
        there = self.admin.list_topics().topics
        self._done(self.admin.delete_topics([name for name in topics if name in there]) if topics & set(there) else {})
        self._until(lambda there: not there & topics)

    def _until(self, condition):
        deadline = time.monotonic() + SECONDS
        while not condition(set(self.admin.list_topics().topics)):
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def _done(self, futures):
        for each in futures.values():
            each.result(SECONDS)


class _Streamed:
    """A push query on its way: its rows are collected by a thread."""

    def __init__(self, server, query, properties):
        body = exact_json({"ksql": query, "streamsProperties": properties})
        self.stream = server.http.stream("POST", "/query", content=body)
        self.begun = threading.Event()
        self.text = ""
        self.thread = threading.Thread(target=self._collect)

    def __enter__(self):
        self.thread.start()
        assert self.begun.wait(SECONDS)
        return self

    def __exit__(self, *error):
        self.thread.join(SECONDS)

    def _collect(self):
        with self.stream as response:
            for chunk in response.iter_text():
                self.text += chunk
                self.begun.set()

    def elements(self):
        self.thread.join(SECONDS)
        return json.loads(self.text, parse_float=Decimal)


@cache
def _sources(script):
    """The streams and tables that a script makes: they tell the formats of topics."""
    with Engine() as engine:
        engine.execute(script)
        return list(engine.sources)


def _tells_formats(statement, topics):
    """Whether a statement makes something on topics that are written or read here; queries take their time to plan."""
    makes_query = re.match(r"\s*(CREATE .*? AS\s+SELECT|INSERT)", statement, re.IGNORECASE | re.DOTALL)
    return not makes_query or any(topic.lower() in statement.lower() for topic in topics)


def _ordered(case):
    return bool((case["output_conditions"] or {}).get("verifyOrder"))


def _refused(answer, error, statement):
    if answer.status_code == 200:
        return f"accepted: {statement}"
    body = answer.json()
    if error.get("status") and answer.status_code != error["status"]:
        return f"refused with {answer.status_code}: {body}"
    said = "".join(body.get("statementText", statement).split()).rstrip(";")
    if said != "".join(statement.split()).rstrip(";"):
        return f"refused at {body.get('statementText')}: {body['message']}"
    return None


def _compare(wanted, got, where):
    """Expected objects are subsets of the actual ones; a key may carry an operator."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        for key, value in wanted.items():
            name, _, operator = key.partition("|")
            found = got.get(name)
            if operator in ("starts_with", "ends_with", "contains"):
                test = {"starts_with": str.startswith, "ends_with": str.endswith, "contains": str.__contains__}[
                    operator
                ]
                if not isinstance(found, str) or not test(found, value):
                    raise Unlike(f"{where}.{name}: wanted {operator} {value}, got {found}")
            else:
                _compare(value, found, f"{where}.{name}")
    elif isinstance(wanted, list) and isinstance(got, list):
        if len(wanted) != len(got):
            raise Unlike(f"{where}: wanted {wanted}, got {got}")
        for number, (one, other) in enumerate(zip(wanted, got, strict=True)):
            _compare(one, other, f"{where}[{number}]")
    elif not same(wanted, got):
        raise Unlike(f"{where}: wanted {wanted}, got {got}")


def _compare_rows(wanted, got, query, *, ordered):
    if len(wanted) != len(got):
        raise Unlike(f"{query}: wanted {wanted}, got {got}")
    _compare(wanted[0], got[0], f"{query}: header")
    rows = [each for each in got if "row" in each]
    for each in wanted[1:]:
        if "row" not in each:
            _compare(each, got[wanted.index(each)], query)
            continue
        place = next((n for n, row in enumerate(rows[:1] if ordered else rows) if _is_like(each, row)), None)
        if place is None:
            raise Unlike(f"{query}: wanted {each} among {rows}")
        rows.pop(place)


def _is_like(wanted, row):
    try:
        _compare(wanted, row, "")
    except Unlike:
        return False
    return bool(wanted["row"].get("tombstone")) == bool(row["row"].get("tombstone"))
