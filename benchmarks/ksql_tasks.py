"""The topologies of benchmarks.ksql as SQL, beside those of streams_tasks.py; one runs in a process of its own."""

import threading
from functools import partial
from pathlib import Path

from benchmarks import streams_tasks
from benchmarks.streams_tasks import Task

SOURCES = """
CREATE STREAM orders (k VARCHAR KEY, id BIGINT, item VARCHAR, amount BIGINT)
  WITH (KAFKA_TOPIC='{source}', VALUE_FORMAT='JSON');
CREATE TABLE customers (k VARCHAR PRIMARY KEY, city VARCHAR) WITH (KAFKA_TOPIC='{rows}', VALUE_FORMAT='JSON');
"""
QUERIES = {
    "project": "CREATE STREAM target WITH (KAFKA_TOPIC='{target}') AS "
    "SELECT k, id AS `id`, UCASE(item) AS `item`, amount * 3 AS `total` FROM orders WHERE amount % 10 > 0;",
    "group": "CREATE TABLE target WITH (KAFKA_TOPIC='{target}') AS "
    "SELECT k, COUNT(*) AS `count` FROM orders GROUP BY k;",
    "count": "CREATE TABLE target WITH (KAFKA_TOPIC='{target}') AS "
    "SELECT k, WINDOWSTART AS `start`, COUNT(*) AS `count` FROM orders WINDOW TUMBLING (SIZE 1 MINUTE) GROUP BY k;",
    "join": "CREATE STREAM target WITH (KAFKA_TOPIC='{target}') AS "
    "SELECT o.k AS k, o.id AS `id`, o.amount AS `amount`, c.city AS `city` "
    "FROM orders o JOIN customers c ON o.k = c.k;",
}


def sql(task: Task, state: Path, ended: threading.Event) -> None:
    """helpers.ksql."""
    from helpers.ksql.backends.broker import Broker
    from helpers.ksql.engine import Engine

    text = (SOURCES + QUERIES[task.case]).format(source=task.source, rows=task.rows, target=task.target)
    with Engine(Broker(task.bootstrap, service_id=task.group, state_dir=state)) as engine:
        engine.execute(text)
        ended.wait()


ENGINES = {"sql": sql, **streams_tasks.ENGINES}
command = partial(streams_tasks.command, module="benchmarks.ksql_tasks")

if __name__ == "__main__":
    streams_tasks.main(ENGINES)
