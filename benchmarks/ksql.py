"""`python -m benchmarks.ksql`: SQL beside the same topologies in helpers.streams and in Quix Streams.

One broker, one run, interleaved, a fresh process for each engine, case and round, one thread each; all results are
compared with what plain Python makes of the same records. Then the server: how long until it answers, and how long
until the row of a push query comes after its record.
"""

import json
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import psutil

from benchmarks import streams
from benchmarks.ksql_tasks import ENGINES, command
from benchmarks.streams_bench import Design, Suite, as_json, canonical, chosen, measure, parser, times
from benchmarks.streams_tasks import priced, selected
from helpers import messaging, services
from helpers.config import ROOT
from helpers.ksql.client import Client, NoServer, Refused
from helpers.messaging import Message

TITLES = {
    "project": "filter and project",
    "group": "GROUP BY count, every update",
    "count": "tumbling count, every update",
    "join": "stream–table join",
}
RECORDS = {"project": 400_000, "group": 200_000, "count": 100_000, "join": 200_000}  # enough for Java to warm up
GOALS = {"project": 20_000}
WINDOW_START = 8  # bytes behind the key of a windowed table
START_UP, FIRST_ROW = 5.0, 1.0  # goals, seconds
ROWS = 20
SECONDS = 60


def expected(case: str, count: int) -> Counter[tuple[str, str]]:
    """Keys and values of all results, by plain Python."""
    if case in ("count", "join"):
        return streams.expected(case, count)
    results: Counter[tuple[str, str]] = Counter()
    counts: Counter[str] = Counter()
    for key, value, _ in streams.given(case, count):
        order = json.loads(value)
        counts[key] += 1
        if case == "group":
            results[key, canonical({"count": counts[key]})] += 1
        elif selected(order):
            results[key, canonical(priced(order))] += 1
    return results


def result(design: Design, key: bytes, value: bytes) -> tuple[str, str]:
    """A result as text, the key without its window."""
    windowed = (design.engine, design.case) == ("sql", "count")
    return (key[:-WINDOW_START] if windowed else key).decode(), canonical(json.loads(value))


SUITE = Suite(tuple(ENGINES), streams.given, streams.rows, expected, result, command)


@dataclass
class Server:
    """start_up: seconds until it answers; first_rows: from a record to its row; memory: MB with one push query."""

    start_up: float
    first_rows: list[float]
    memory: float


def serve() -> Server:
    """Measure a server in a process of its own."""
    bootstrap = services.ensure("kafka").bootstrap
    topic = f"bench-ksql-{secrets.token_hex(3)}"
    messaging.create_topic(topic, bootstrap=bootstrap)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with tempfile.TemporaryDirectory(prefix="bench-ksql-", ignore_cleanup_errors=True) as state:
        options = ["--listen", address, "--bootstrap", bootstrap, "--service-id", f"{topic}_", "--state-dir", state]
        started = time.perf_counter()
        child = subprocess.Popen([sys.executable, "-m", "helpers.ksql.server", *options], cwd=ROOT, stdout=sys.stderr)
        try:
            with Client(f"http://{address}") as client:
                _until_it_answers(client, child)
                start_up = time.perf_counter() - started
                rows = list(_first_rows(client, topic, bootstrap))
                memory = psutil.Process(child.pid).memory_info().rss / 1e6
        finally:
            child.terminate()
            child.wait(30)
            made = [each for each in messaging.list_topics(bootstrap=bootstrap) if topic in each]
            messaging.delete_topics(*made, bootstrap=bootstrap)
    return Server(start_up, rows, memory)


def _until_it_answers(client: Client, child: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            if client.info().get("serverStatus") == "RUNNING":
                return
        except (NoServer, Refused):  # nobody there yet, or not ready yet
            if child.poll() is not None or time.monotonic() > deadline:
                raise
        time.sleep(0.02)


def _first_rows(client: Client, topic: str, bootstrap: str) -> Iterator[float]:
    """Seconds from each record to its row, of a push query that runs."""
    client.execute(f"CREATE STREAM given (n BIGINT) WITH (KAFKA_TOPIC='{topic}', VALUE_FORMAT='JSON');")
    earliest = {"auto.offset.reset": "earliest"}
    messaging.write(topic, [Message(value=b'{"N":-1}')], bootstrap=bootstrap, seconds=10)
    statement = "SELECT n FROM given EMIT CHANGES;"
    with client.query(statement, properties=earliest, seconds=SECONDS) as rows:
        coming = iter(rows)
        next(coming)
        for number in range(ROWS):
            written = time.perf_counter()
            messaging.write(topic, [Message(value=b'{"N":%d}' % number)], bootstrap=bootstrap, seconds=10)
            next(coming)
            yield time.perf_counter() - written


def table(designs: Sequence[Design], server: Server | None) -> str:
    """The figures as a person reads them."""
    engines = SUITE.engines
    names = " / ".join(engines)
    lines = [
        f"{'median of ' + str(len(designs[0].rates)):32}{'records/s ' + names:>36}{'goal':>9}{'× ours':>8}{'× quix':>8}"
    ]
    lines[0] += f"{'CPU µs/record':>18}{'memory MB':>18}{'wrong':>7}"
    for case in dict.fromkeys(design.case for design in designs):
        those = [next(d for d in designs if (d.engine, d.case) == (engine, case)) for engine in engines]
        rates = " / ".join(f"{design.rate:,.0f}" for design in those)
        cpu = " / ".join(f"{statistics.median(design.cpu):.0f}" for design in those)
        memory = " / ".join(f"{max(design.memory):.0f}" for design in those)
        ratios = "".join(f"{times(designs, case, 'sql', peer):>8.1f}" for peer in engines[1:])
        goal = f"{GOALS[case]:,}" if case in GOALS else ""
        wrong = sum(design.wrong for design in those)
        lines.append(f"{TITLES[case]:32}{rates:>36}{goal:>9}{ratios}{cpu:>18}{memory:>18}{wrong:>7}")
    if server is not None:
        lines.append(
            f"server: answers after {server.start_up:.1f} s (goal {START_UP:.0f}), a push query's row "
            f"{statistics.median(server.first_rows) * 1000:.0f} ms after its record, at most "
            f"{max(server.first_rows) * 1000:.0f} (goal {FIRST_ROW * 1000:.0f}), {server.memory:.0f} MB"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; exit status 1 when any result was unlike the reference."""
    known = parser("ksql", __doc__ or "", RECORDS)
    known.add_argument("--no-server", action="store_true", help="leave the server out")
    options = known.parse_args(arguments)
    designs = measure(SUITE, chosen(options, RECORDS), options.rounds)
    server = None if options.no_server else serve()
    measured = None if server is None else asdict(server)
    print(as_json(SUITE, designs, server=measured) if options.json else table(designs, server))
    return int(any(design.wrong for design in designs))


if __name__ == "__main__":
    sys.exit(main())
