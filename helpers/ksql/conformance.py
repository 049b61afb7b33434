"""Runs cases of ksqlDB's behaviour on the engine without a broker and writes what happened; judging is a test's work.

    python -m helpers.ksql.conformance CASES.jsonl ... --out ACTUAL.jsonl

A case is a JSON object a line with `id`, `statements`, `properties`, `topics`, `inputs` and `outputs`. An answer is
one, too: `id`, `outputs` (of the topics that the case names there), `error`, `sources`, `created_topics`, `seconds`.
Numbers with a point keep their digits.
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

from helpers.ksql.engine import Engine
from helpers.ksql.errors import StatementError
from helpers.ksql.language.schema import Kind
from helpers.ksql.rows.cases import exact_json, received, sent
from helpers.ksql.service.configuration import check_service_setting
from helpers.ksql.service.session import settings
from helpers.ksql.sources.metastore import DataSource

Case = dict[str, Any]
PARTITIONS = 4  # of a topic of which nothing is said
_QUERY = re.compile(r"\bAS\s+SELECT\b", re.IGNORECASE)
_TOPIC = re.compile(r"\bKAFKA_TOPIC\s*=\s*'([^']+)'", re.IGNORECASE)


def run(case: Case) -> Case:
    """What happens when the case's statements are carried out and its inputs written; an exception is part of it."""
    begin = time.perf_counter()
    answer: Case = {"id": case["id"], "outputs": {}, "error": None, "sources": [], "created_topics": []}
    answer["statement"] = None  # the one being carried out
    with Engine(properties=_properties(case), clock=lambda: 0) as engine:
        try:
            _carry_out(case, engine, answer)
        except Exception as error:  # a crash is an answer too: the run goes on
            answer["error"] = {"message": str(error), "type": type(error).__name__}
        answer["sources"] = [_described(source) for source in engine.sources]
    answer["seconds"] = round(time.perf_counter() - begin, 3)
    return answer


def _properties(case: Case) -> dict[str, str]:
    """The case's settings, without those that only ksqlDB has, such as which of its planners is asked."""
    taken = {}
    for name, value in settings(case.get("properties") or {}).items():
        with suppress(StatementError):
            check_service_setting(name, value)
            taken[name] = value
    return taken


def _carry_out(case: Case, engine: Engine, answer: Case) -> None:
    before = _topics(case)
    for name, partitions in before.items():
        engine.backend.create_topic(name, partitions, None)
    for number, text in enumerate(case["statements"]):
        answer["statement"] = number
        engine.execute(text if text.rstrip().endswith(";") else f"{text};")
    answer["statement"] = None
    for record in case.get("inputs") or []:
        engine.write(record["topic"], sent(record, _source(engine, record["topic"])))
    for topic in dict.fromkeys(record["topic"] for record in case.get("outputs") or []):
        source = _source(engine, topic)
        answer["outputs"][topic] = [received(record, source) for record in engine.records(topic)]
    engine.backend.settle()
    running = [query.running for query in engine.catalog.queries.values() if query.running]
    created = set(engine.backend.topics()).union(*(each.topics() for each in running))
    answer["created_topics"] = sorted(created - set(before))
    failed = next((each.failure for each in running if each.failure), None)
    if failed is not None:
        raise failed


def _topics(case: Case) -> dict[str, int]:
    """The topics that are there before, with their partitions: those that are listed, written to or read."""
    written = [record["topic"] for record in case.get("inputs") or []]
    read = [name for text in case["statements"] if not _QUERY.search(text) for name in _TOPIC.findall(text)]
    listed = {each["name"]: each.get("partitions") or PARTITIONS for each in case.get("topics") or []}
    return dict.fromkeys([*written, *read], PARTITIONS) | listed


def _source(engine: Engine, topic: str) -> DataSource | None:
    """A stream or table over the topic: it knows the formats."""
    return next((source for source in engine.sources if source.topic == topic), None)


def _described(source: DataSource) -> Case:
    key = "PRIMARY KEY" if source.is_table else "KEY"
    columns = [
        f"`{column.name}` {column.type}{f' {key}' if column.kind is Kind.KEY else ''}"
        for column in (*source.schema.keys, *source.schema.values)
    ]
    return {
        "name": source.name,
        "type": source.kind.lower(),
        "schema": ", ".join(columns),
        "keyFormat": source.serialization.key_format,
        "valueFormat": source.serialization.value_format,
        "windowType": source.window.kind if source.window else None,
    }


def cases(files: Sequence[Path]) -> Iterator[Case]:
    """The cases of files, in order."""
    for file in files:
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line, parse_float=Decimal)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m helpers.ksql.conformance", description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="CASES.jsonl")
    parser.add_argument("--out", type=Path, required=True, metavar="ACTUAL.jsonl")
    given = parser.parse_args(arguments)
    total = refused = 0
    with given.out.open("w", encoding="utf-8") as out:
        for case in cases(given.files):
            answer = run(case)
            total, refused = total + 1, refused + (answer["error"] is not None)
            out.write(exact_json(answer) + "\n")
    print(f"{total} cases run, {refused} of them ended with an error; the answers are in {given.out}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
