"""The topologies of benchmarks.streams and benchmarks.ksql, in helpers.streams and in Quix Streams.

One runs in a process of its own.
"""

import json
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

WINDOW = timedelta(minutes=1)


@dataclass(frozen=True)
class Task:
    """What to run. engine: "ours" or "quix"; case: a name of CASES; group: of the consumers, and of the state."""

    engine: str
    case: str
    source: str
    rows: str
    target: str
    group: str
    bootstrap: str


def keeps(value: str) -> bool:
    """The filter: nine of ten."""
    return not value.startswith("0")


def selected(order: dict[str, Any]) -> bool:
    """The filter of SQL: nine of ten."""
    return int(order["amount"]) % 10 > 0


def counted(key: Any, order: Any, count: Any) -> int:
    """One more."""
    return int(count) + 1


def priced(order: dict[str, Any]) -> dict[str, Any]:
    """The map: JSON to JSON."""
    return {"id": order["id"], "item": order["item"].upper(), "total": order["amount"] * 3}


def enriched(order: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """The join: an order with the row of its customer."""
    return {"id": order["id"], "amount": order["amount"], "city": row["city"]}


def ours(task: Task, state: Path, ended: threading.Event) -> None:
    """Kafka Streams through helpers.streams."""
    from helpers.streams import STRING, Application, StreamsBuilder, TimeWindows

    builder = StreamsBuilder()
    stream = builder.stream(task.source, value=STRING if task.case == "filter" else None)
    if task.case == "filter":
        out = stream.filter(lambda key, value: keeps(value))
    elif task.case == "map":
        out = stream.map_values(priced)
    elif task.case == "project":
        out = stream.filter(lambda key, order: selected(order)).map_values(priced)
    elif task.case == "group":
        out = stream.group_by_key().aggregate(lambda: 0, counted, store="counts").to_stream()
        out = out.map_values(lambda count: {"count": count})
    elif task.case == "count":
        counts = stream.group_by_key().windowed_by(TimeWindows(WINDOW)).count(store="counts")
        out = counts.to_stream().map(lambda window, count: (window.key, {"start": window.start, "count": count}))
    else:
        out = stream.join(builder.table(task.rows), enriched)
    out.to(task.target)
    # every update goes on, as with the peer; the rest as Kafka has it
    settings = {"statestore.cache.max.bytes": 0}
    with Application(builder.build(), task.group, bootstrap=task.bootstrap, state_dir=state, config=settings) as app:
        while not ended.is_set():
            app.wait(0.2)


def quix(task: Task, state: Path, ended: threading.Event) -> None:
    """Quix Streams."""
    from quixstreams import Application

    application = Application(
        broker_address=task.bootstrap,
        consumer_group=task.group,
        auto_offset_reset="earliest",
        loglevel="ERROR",
        auto_create_topics=True,  # its changelogs
        state_dir=state,
    )
    kind = "str" if task.case == "filter" else "json"
    source = application.topic(task.source, key_deserializer="str", value_deserializer=kind)
    target = application.topic(task.target, key_serializer="str", value_serializer=kind)
    frame = application.dataframe(source)
    if task.case == "filter":
        frame = frame.filter(keeps)
    elif task.case == "map":
        frame = frame.apply(priced)
    elif task.case == "project":
        frame = frame.filter(selected).apply(priced)
    elif task.case == "group":

        def count(order: Any, state: Any) -> dict[str, int]:
            state.set("count", state.get("count", 0) + 1)
            return {"count": state.get("count")}

        frame = frame.apply(count, stateful=True)
    elif task.case == "count":
        frame = frame.tumbling_window(WINDOW).count().current()
        frame = frame.apply(lambda window: {"start": window["start"], "count": window["value"]})
    else:
        rows = application.dataframe(application.topic(task.rows, key_deserializer="str"))
        frame = frame.join_asof(rows, on_merge=enriched)
    frame.to_topic(target)
    threading.Thread(target=lambda: (ended.wait(), application.stop()), daemon=True).start()
    application.run()


ENGINES: dict[str, Callable[[Task, Path, threading.Event], None]] = {"ours": ours, "quix": quix}


def main(engines: dict[str, Callable[[Task, Path, threading.Event], None]]) -> None:
    """Run the task in the first argument until standard input is closed."""
    task = Task(**json.loads(sys.argv[1]))
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="bench-streams-", ignore_cleanup_errors=True) as state:
        engines[task.engine](task, Path(state), ended)


def command(task: Task, module: str = "benchmarks.streams_tasks") -> list[str]:
    """What runs a task in a fresh process."""
    return [sys.executable, "-m", module, json.dumps(asdict(task))]


if __name__ == "__main__":
    main(ENGINES)
