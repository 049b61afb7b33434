"""What benchmarks of topologies share: one broker, a fresh process for each engine, case and round, results compared.

A rate is taken from the first result in the target topic to the last, so that neither start-up counts.
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
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version

import psutil
from confluent_kafka import Consumer, Producer, TopicPartition

from benchmarks.streams_tasks import Task
from helpers import messaging, services
from helpers.config import ROOT

SECONDS = 180
PACKAGES = ("jpype1", "quixstreams", "confluent-kafka")
Record = tuple[str, str, int]  # key, value, timestamp


@dataclass
class Design:
    """One engine on one case, and what its rounds gave.

    rates: records/s; cpu: µs of its own per record; memory: MB that the process held at most.
    """

    engine: str
    case: str
    records: int
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    wrong: int = 0

    @property
    def rate(self) -> float:
        """Median of the rounds."""
        return statistics.median(self.rates)


@dataclass(frozen=True)
class Suite:
    """What is measured. given, expected: the records and the results of a case with so many of them.

    result: key and value of a result, from its bytes; command: what runs a task in a fresh process.
    """

    engines: tuple[str, ...]
    given: Callable[[str, int], Iterator[Record]]
    rows: Callable[[], Iterator[Record]]
    expected: Callable[[str, int], Counter[tuple[str, str]]]
    result: Callable[[Design, bytes, bytes], tuple[str, str]]
    command: Callable[[Task], list[str]]


def canonical(value: object) -> str:
    """JSON whose text depends on the value alone."""
    return json.dumps(value, sort_keys=True)


class Bench:
    """The topics all designs read."""

    def __init__(self, suite: Suite, records: dict[str, int]) -> None:
        """Write the records of every case."""
        self.suite = suite
        self.bootstrap = services.ensure("kafka").bootstrap
        self.made: list[str] = []
        self.expected = {case: suite.expected(case, count) for case, count in records.items()}
        self.sources = {case: self._write(suite.given(case, count)) for case, count in records.items()}
        self.rows = self._write(suite.rows())

    def run(self, design: Design) -> None:
        """One round of one design, in a fresh process; its results are compared."""
        target = self._topic()
        group = f"bench-{design.engine}-{design.case}-{secrets.token_hex(3)}"
        task = Task(design.engine, design.case, self.sources[design.case], self.rows, target, group, self.bootstrap)
        child = subprocess.Popen(
            self.suite.command(task), cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            self._watch(child, target, design)
        finally:
            _end(child)
            self.made += [each for each in messaging.list_topics(bootstrap=self.bootstrap) if group in each]
        design.wrong += self._wrong(design, target)

    def close(self) -> None:
        """Delete the topics of this run."""
        messaging.delete_topics(*self.made, bootstrap=self.bootstrap)

    def _watch(self, child: "subprocess.Popen[str]", target: str, design: Design) -> None:
        """Note records/s from the first result to the last, the time of processors spent on one, and the memory."""
        total = self.expected[design.case].total()
        consumer = self._consumer()
        process, deadline = psutil.Process(child.pid), time.monotonic() + SECONDS
        first: tuple[int, float, float] | None = None
        memory = 0
        while True:
            _, end = consumer.get_watermark_offsets(TopicPartition(target, 0), timeout=5)
            if child.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{design.engine} {design.case}: {end:,} of {total:,} results.\n{_errors(child)}")
            memory = max(memory, process.memory_info().rss)
            now = end, time.perf_counter(), sum(process.cpu_times()[:2])
            if first is None and end:
                first = now
            if first is not None and end >= total:
                break
            time.sleep(0.02)
        consumer.close()
        records = design.records * (total - first[0]) / total
        design.rates.append(records / (now[1] - first[1]))
        design.cpu.append((now[2] - first[2]) / records * 1e6)
        design.memory.append(memory / 1e6)

    def _wrong(self, design: Design, target: str) -> int:
        """Results that are missing, or that should not be there."""
        consumer, found = self._consumer(), Counter[tuple[str, str]]()
        _, end = consumer.get_watermark_offsets(TopicPartition(target, 0), timeout=5)
        consumer.assign([TopicPartition(target, 0, 0)])
        deadline = time.monotonic() + 60
        while found.total() < end and time.monotonic() < deadline:
            for message in consumer.consume(5_000, 0.2):
                found[self.suite.result(design, message.key(), message.value())] += 1
        consumer.close()
        wanted = self.expected[design.case]
        return (found - wanted).total() + (wanted - found).total()

    def _write(self, records: Iterator[Record]) -> str:
        topic = self._topic()
        options = {"linger.ms": 100, "queue.buffering.max.messages": 0}  # 0: no bound
        producer = Producer({"bootstrap.servers": self.bootstrap} | options)
        for key, value, at in records:
            producer.produce(topic, value.encode(), key.encode(), timestamp=at)
            producer.poll(0)
        if producer.flush(60):
            raise SystemExit("Kafka did not take the records within 60 s: see `lab status`.")
        return topic

    def _topic(self) -> str:
        topic = f"bench-topology-{secrets.token_hex(3)}"
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


def measure(suite: Suite, records: dict[str, int], rounds: int) -> list[Design]:
    """All designs, interleaved; each round begins with another engine."""
    designs = [Design(engine, case, count) for case, count in records.items() for engine in suite.engines]
    bench = Bench(suite, records)
    try:
        for turn in range(rounds):
            for case in records:
                together = [design for design in designs if design.case == case]
                first = turn % len(together)
                for design in [*together[first:], *together[:first]]:
                    bench.run(design)
                    print(f"round {turn + 1}: {case} {design.engine}: {design.rates[-1]:,.0f}/s", file=sys.stderr)
    finally:
        bench.close()
    return designs


def times(designs: Sequence[Design], case: str, mine: str, peer: str) -> float:
    """How many times as fast as the peer, round by round; the median."""
    one, other = (next(d for d in designs if (d.engine, d.case) == (engine, case)) for engine in (mine, peer))
    return statistics.median(a / b for a, b in zip(one.rates, other.rates, strict=True))


def as_json(suite: Suite, designs: Sequence[Design], **more: object) -> str:
    """The figures, how many times as fast as its peers the first engine is, and the machine they were taken on."""
    mine, *peers = suite.engines
    figures = {
        "designs": [asdict(design) | {"rate": design.rate} for design in designs],
        "times": {
            case: {peer: times(designs, case, mine, peer) for peer in peers}
            for case in dict.fromkeys(design.case for design in designs)
        },
        **more,
        "machine": {"cores": os.cpu_count(), "machine": platform.machine(), "python": platform.python_version()},
        "packages": {name: version(name) for name in PACKAGES},
    }
    return json.dumps(figures, indent=2)


def parser(name: str, about: str, cases: Iterable[str]) -> argparse.ArgumentParser:
    """The options of a benchmark: which cases, how often, of how many records."""
    made = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=about.split("\n")[0])
    made.add_argument("--case", action="append", choices=list(cases), help="only this one, may be repeated")
    made.add_argument("--rounds", type=int, default=3, help="of every design (3)")
    made.add_argument("--scale", type=float, default=1.0, help="of the number of records (1), to try it quickly")
    made.add_argument("--json", action="store_true", help="print the figures as JSON")
    return made


def chosen(options: argparse.Namespace, records: dict[str, int]) -> dict[str, int]:
    """The cases that the options ask for, with how many records each gets."""
    return {case: int(records[case] * options.scale) for case in options.case or records}
