"""`python -m benchmarks.streams`: helpers.streams beside Quix Streams, the same topologies on the same topics.

One broker, one run, interleaved, a fresh process for each engine, case and round, one thread each. A rate is taken from
the first result in the target topic to the last, so that neither start-up counts; all results are compared with what
plain Python makes of the same records.
"""

import argparse
import json
import os
import platform
import secrets
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version

import psutil
from confluent_kafka import Consumer, Producer, TopicPartition

from benchmarks.streams_tasks import WINDOW, Task, command, enriched, keeps, priced
from helpers import messaging, services
from helpers.config import ROOT

ENGINES = ("ours", "quix")
TITLES = {
    "filter": "one Python filter on text",
    "map": "JSON map",
    "count": "count by key and minute, every update",
    "join": "stream–table join",
}
RECORDS = {"filter": 400_000, "map": 400_000, "count": 100_000, "join": 200_000}  # enough for Java to warm up
GOALS = {"filter": 40_000, "map": 20_000}
SECONDS = 180
KEYS = 1_000
START = 1_700_000_000_000 // 60_000 * 60_000  # of the records' time; rows are older
PACKAGES = ("jpype1", "quixstreams", "confluent-kafka")

Record = tuple[str, str, int]  # key, value, timestamp


@dataclass
class Design:
    """One engine on one case, and what its rounds gave. rates: records/s; cpu: µs of its own per record."""

    engine: str
    case: str
    records: int
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    wrong: int = 0

    @property
    def rate(self) -> float:
        """Median of the rounds."""
        return statistics.median(self.rates)


def given(case: str, count: int) -> Iterator[Record]:
    """The records of a case: orders 10 ms apart."""
    for id in range(count):
        order = {"id": id, "item": f"item-{id % 97}", "amount": id % 20_000}
        value = f"{id % 10} {json.dumps(order)}" if case == "filter" else json.dumps(order)
        yield f"k{id % KEYS}", value, START + 10 * id


def rows() -> Iterator[Record]:
    """The table of the join, older than every order."""
    for key in range(KEYS):
        yield f"k{key}", json.dumps({"city": f"city-{key % 50}"}), START - 60_000


def expected(case: str, count: int) -> Counter[tuple[str, str]]:
    """Keys and values of all results, by plain Python."""
    cities = {key: json.loads(value) for key, value, _ in rows()}
    size = int(WINDOW.total_seconds() * 1000)
    counts: Counter[tuple[str, int]] = Counter()
    results: Counter[tuple[str, str]] = Counter()
    for key, value, at in given(case, count):
        if case == "filter":
            results[key, value] += keeps(value)
        elif case == "map":
            results[key, canonical(priced(json.loads(value)))] += 1
        elif case == "join":
            results[key, canonical(enriched(json.loads(value), cities[key]))] += 1
        else:
            counts[key, start := at // size * size] += 1
            results[key, canonical({"start": start, "count": counts[key, start]})] += 1
    return +results


def canonical(value: object) -> str:
    """JSON whose text depends on the value alone."""
    return json.dumps(value, sort_keys=True)


class Bench:
    """The topics all designs read."""

    def __init__(self, records: dict[str, int]) -> None:
        """Write the records of every case."""
        self.bootstrap = services.ensure("kafka").bootstrap
        self.made: list[str] = []
        self.expected = {case: expected(case, count) for case, count in records.items()}
        self.sources = {case: self._write(given(case, count)) for case, count in records.items()}
        self.rows = self._write(rows())

    def run(self, design: Design) -> None:
        """One round of one design, in a fresh process; its results are compared."""
        target = self._topic()
        group = f"bench-{design.engine}-{design.case}-{secrets.token_hex(3)}"
        task = Task(design.engine, design.case, self.sources[design.case], self.rows, target, group, self.bootstrap)
        child = subprocess.Popen(command(task), cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            rate, cpu = self._watch(child, target, design)
        finally:
            _end(child)
            self.made += [each for each in messaging.list_topics(bootstrap=self.bootstrap) if group in each]
        design.rates.append(rate)
        design.cpu.append(cpu)
        design.wrong += self._wrong(design, target)

    def close(self) -> None:
        """Delete the topics of this run."""
        messaging.delete_topics(*self.made, bootstrap=self.bootstrap)

    def _watch(self, child: "subprocess.Popen[str]", target: str, design: Design) -> tuple[float, float]:
        """Records/s from the first result to the last, and the µs of processor time the child spent on one."""
        total = self.expected[design.case].total()
        consumer = self._consumer()
        process, deadline = psutil.Process(child.pid), time.monotonic() + SECONDS
        first: tuple[int, float, float] | None = None
        while True:
            _, end = consumer.get_watermark_offsets(TopicPartition(target, 0), timeout=5)
            if child.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{design.engine} {design.case}: {end:,} of {total:,} results.\n{_errors(child)}")
            now = end, time.perf_counter(), sum(process.cpu_times()[:2])
            if first is None and end:
                first = now
            if first is not None and end >= total:
                break
            time.sleep(0.02)
        consumer.close()
        records = design.records * (total - first[0]) / total
        return records / (now[1] - first[1]), (now[2] - first[2]) / records * 1e6

    def _wrong(self, design: Design, target: str) -> int:
        """Results that are missing, or that should not be there."""
        consumer, found = self._consumer(), Counter[tuple[str, str]]()
        _, end = consumer.get_watermark_offsets(TopicPartition(target, 0), timeout=5)
        consumer.assign([TopicPartition(target, 0, 0)])
        deadline = time.monotonic() + 60
        while found.total() < end and time.monotonic() < deadline:
            for message in consumer.consume(5_000, 0.2):
                value = message.value().decode()
                found[message.key().decode(), value if design.case == "filter" else canonical(json.loads(value))] += 1
        consumer.close()
        wanted = self.expected[design.case]
        return (found - wanted).total() + (wanted - found).total()

    def _write(self, records: Iterator[Record]) -> str:
        topic = self._topic()
        producer = Producer({"bootstrap.servers": self.bootstrap, "linger.ms": 100})
        for key, value, at in records:
            producer.produce(topic, value.encode(), key.encode(), timestamp=at)
            producer.poll(0)
        if producer.flush(60):
            raise SystemExit("Kafka did not take the records within 60 s: see `lab status`.")
        return topic

    def _topic(self) -> str:
        topic = f"bench-streams-{secrets.token_hex(3)}"
        messaging.create_topic(topic, config={"retention.ms": -1}, bootstrap=self.bootstrap)
        self.made.append(topic)
        return topic

    def _consumer(self) -> Consumer:
        return Consumer({"bootstrap.servers": self.bootstrap, "group.id": "bench", "enable.auto.commit": False})


def _end(child: "subprocess.Popen[str]") -> None:
    assert child.stdin is not None
    child.stdin.close()
    try:
        child.wait(30)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _errors(child: "subprocess.Popen[str]") -> str:
    assert child.stderr is not None
    return child.stderr.read()[-2_000:] if child.poll() is not None else "It still runs."


def measure(rounds: int, scale: float, cases: Sequence[str]) -> list[Design]:
    """All designs, interleaved; each round begins with another engine."""
    records = {case: int(RECORDS[case] * scale) for case in cases}
    designs = [Design(engine, case, records[case]) for case in cases for engine in ENGINES]
    bench = Bench(records)
    try:
        for turn in range(rounds):
            for case in cases:
                pair = [design for design in designs if design.case == case]
                for design in pair if turn % 2 == 0 else reversed(pair):
                    bench.run(design)
                    print(
                        f"round {turn + 1}: {design.case} {design.engine}: {design.rates[-1]:,.0f}/s", file=sys.stderr
                    )
    finally:
        bench.close()
    return designs


def times(designs: Sequence[Design], case: str) -> float:
    """How many times as fast as the peer, round by round; the median."""
    mine, peer = (next(d for d in designs if (d.engine, d.case) == (engine, case)) for engine in ENGINES)
    return statistics.median(a / b for a, b in zip(mine.rates, peer.rates, strict=True))


def table(designs: Sequence[Design]) -> str:
    """The figures as a person reads them."""
    head = f"{'records/s, median of ' + str(len(designs[0].rates)):40}{'ours':>9}{'quix':>9}{'×':>6}{'goal':>9}"
    lines = [head + f"{'CPU µs/record':>18}{'wrong':>7}   rounds"]
    for case in dict.fromkeys(design.case for design in designs):
        mine, peer = (design for design in designs if design.case == case)
        goal = f"{GOALS[case]:,}" if case in GOALS else ""
        cpu = " / ".join(f"{statistics.median(design.cpu):.0f}" for design in (mine, peer))
        rates = " | ".join(", ".join(f"{rate:,.0f}" for rate in design.rates) for design in (mine, peer))
        lines.append(
            f"{TITLES[case]:40}{mine.rate:>9,.0f}{peer.rate:>9,.0f}{times(designs, case):>6.1f}{goal:>9}"
            f"{cpu:>18}{mine.wrong + peer.wrong:>7}   {rates}"
        )
    return "\n".join(lines)


def as_json(designs: Sequence[Design]) -> str:
    """The figures and the machine they were taken on."""
    figures = [asdict(design) | {"rate": design.rate} for design in designs]
    ratios = {case: times(designs, case) for case in dict.fromkeys(design.case for design in designs)}
    machine = {"cores": os.cpu_count(), "machine": platform.machine(), "python": platform.python_version()}
    packages = {name: version(name) for name in PACKAGES}
    return json.dumps({"designs": figures, "times": ratios, "machine": machine, "packages": packages}, indent=2)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; exit status 1 when any result was unlike the reference."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.streams", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--case", action="append", choices=list(RECORDS), help="only this one, may be repeated")
    parser.add_argument("--rounds", type=int, default=3, help="of every design (3)")
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of records (1), to try it quickly")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args(arguments)
    designs = measure(options.rounds, options.scale, options.case or list(RECORDS))
    print(as_json(designs) if options.json else table(designs))
    return int(any(design.wrong for design in designs))


if __name__ == "__main__":
    sys.exit(main())
