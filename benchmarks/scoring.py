"""`python -m benchmarks.scoring`: the workbook's scorer beside the loop everybody writes and beside Quix Streams.

Same topic, same run, interleaved, a fresh process for each design and round; what each wrote, to Kafka and to Redis, is
compared with labels worked out in NumPy. Rates are for the design as it stands, with broker, Redis and scorer on the
same cores. The naive loop gets few records, as it would take half an hour for all.
"""

import argparse
import contextlib
import importlib.util
import json
import os
import platform
import secrets
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version

import numpy as np
from confluent_kafka import Consumer, Producer, TopicPartition
from redis import Redis

from benchmarks.scoring_designs import REGISTRY, Task, Timing
from helpers import messaging, services
from helpers.config import ROOT
from helpers.datasets import CLOTHES, fashion_mnist
from helpers.scoring import registry, weights
from helpers.scoring.preprocessing import encode

PARTITIONS = 4
SECONDS = 180
PACKAGES = ("tensorflow", "tensorflow-cpu", "kafka-python", "confluent-kafka", "redis", "quixstreams")


@dataclass
class Design:
    """One way to score, and what its rounds gave. rates: records/s; wrong: labels or counts unlike the reference."""

    name: str
    title: str
    records: int
    rates: list[float] = field(default_factory=list)
    wrong: int = 0

    @property
    def rate(self) -> float:
        """Median of the rounds."""
        return statistics.median(self.rates)

    def times(self, other: "Design") -> float:
        """How many times as fast as another, round by round; the median."""
        return statistics.median(mine / theirs for mine, theirs in zip(self.rates, other.rates, strict=True))


class Bench:
    """The topic all designs read, and the reference they are held to."""

    def __init__(self, records: int) -> None:
        """Write `records` test images, over and over, under the ids 0, 1, 2, …"""
        lab = services.ensure("kafka", "redis")
        self.bootstrap, self.redis_url = lab.bootstrap, lab.redis_url
        registry.ensure_shipped(name=REGISTRY, bootstrap=self.bootstrap, redis_url=self.redis_url)
        images = fashion_mnist().test_images
        self.labels = _reference(images)
        self.source = f"bench-images-{secrets.token_hex(3)}"
        messaging.create_topic(self.source, PARTITIONS, bootstrap=self.bootstrap)
        self.made = [self.source]
        # records in large batches, as a busy producer writes them
        options = {"linger.ms": 100, "partitioner": "murmur2_random", "queue.buffering.max.messages": 0}  # 0: no bound
        producer = Producer({"bootstrap.servers": self.bootstrap} | options)
        values = [encode(image) for image in images]
        for id in range(records):
            producer.produce(self.source, values[id % len(values)], str(id).encode())
            producer.poll(0)
        if producer.flush(60):
            raise SystemExit("Kafka did not take the images within 60 s: see `lab status`.")

    def run(self, design: Design) -> None:
        """One round of one design, in a fresh process; its answers are compared."""
        name = f"bench-{design.name}-{secrets.token_hex(3)}"
        messaging.create_topic(name, PARTITIONS, bootstrap=self.bootstrap)
        self.made += [name, f"{name}.dlq"]
        task = Task(design.name, self.source, name, name, design.records, self.bootstrap, self.redis_url)
        command = [sys.executable, "-m", "benchmarks.scoring_designs", json.dumps(asdict(task))]
        child = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, timeout=SECONDS, check=False)
        if child.returncode:
            raise SystemExit(f"{design.title} ended with an error:\n{child.stderr[-2000:]}")
        timing = Timing(**json.loads(child.stdout.splitlines()[-1]))
        design.rates.append(timing.records / timing.seconds)
        design.wrong += self._wrong(task)

    def _wrong(self, task: Task) -> int:
        """Predictions that are missing, too many or unlike the reference, and counts in Redis that are not theirs."""
        found = _predictions(task)
        wrong = sum(label != self.labels[int(id) % len(self.labels)] for id, label in found)
        expected = Counter(label for _, label in found)
        with Redis.from_url(task.redis_url) as redis:
            kept = {label.decode(): int(count) for label, count in redis.hgetall(f"{task.prefix}:counts").items()}
        differing = sum(abs(expected[label] - kept.get(label, 0)) for label in CLOTHES)
        return wrong + differing + abs(task.records - len(found))

    def close(self) -> None:
        """Delete the topics and keys of this run."""
        messaging.delete_topics(*self.made, bootstrap=self.bootstrap)
        with Redis.from_url(self.redis_url) as redis:
            for name in self.made:
                keys = list(redis.scan_iter(f"{name}:*", count=10_000))
                if keys:
                    redis.unlink(*keys)


def _reference(images: np.ndarray) -> list[str]:
    """The label of each image by plain matrix arithmetic on the shipped weights (784-128-10, relu, softmax)."""
    content = (registry.SHIPPED / f"{registry.NAME}.npz").read_bytes()
    first, bias, second, last = (array.astype(np.float64) for array in weights.unpack(content))
    hidden = np.maximum(images.reshape(-1, 784) / 255 @ first + bias, 0)
    return [CLOTHES[label] for label in (hidden @ second + last).argmax(axis=1)]


def _predictions(task: Task) -> list[tuple[str, str]]:
    """Id and label of every record of the target topic."""
    consumer = Consumer({"bootstrap.servers": task.bootstrap, "group.id": "bench", "enable.auto.commit": False})
    ends = [consumer.get_watermark_offsets(TopicPartition(task.target, at)) for at in range(PARTITIONS)]
    consumer.assign([TopicPartition(task.target, at, 0) for at in range(PARTITIONS)])
    expected, found = sum(end for _, end in ends), []
    deadline = time.monotonic() + 30
    while len(found) < expected and time.monotonic() < deadline:
        values = [json.loads(message.value()) for message in consumer.consume(5_000, 0.1)]
        found += [(value["id"], value["label"]) for value in values]
    consumer.close()
    return found


def measure(rounds: int, scale: float) -> list[Design]:
    """All designs, interleaved; each round begins with another one."""
    designs = [
        Design("naive", "naive loop: predict, send().get(), SET + HINCRBY", 60),
        Design("quix", "Quix Streams a record, compiled model", int(1_500 * scale)),
        Design("kafka-python", "our scorer, kafka-python", int(20_000 * scale)),
        Design("confluent-kafka", "our scorer, confluent-kafka", int(120_000 * scale)),
    ]
    if importlib.util.find_spec("quixstreams") is None:
        print("quixstreams is not installed here, so that peer is left out: run `make bench`.", file=sys.stderr)
        del designs[1]
    bench = Bench(max(design.records for design in designs))
    try:
        for turn in range(rounds):
            for design in designs[turn % len(designs) :] + designs[: turn % len(designs)]:
                bench.run(design)
                print(f"round {turn + 1}: {design.title}: {design.rates[-1]:,.0f}/s", file=sys.stderr)
    finally:
        bench.close()
    return designs


def table(designs: Sequence[Design]) -> str:
    """The figures as a person reads them."""
    peers = [design for design in designs if design.name in ("naive", "quix")]
    head = f"{'records/s, median of ' + str(len(designs[0].rates)):48}{'rate':>9}"
    lines = [head + "".join(f"{'× ' + peer.name:>10}" for peer in peers) + f"{'unlike reference':>18}   rounds"]
    for design in designs:
        ratios = "".join(f"{design.times(peer):>10,.1f}" for peer in peers)
        rounds = ", ".join(f"{rate:,.0f}" for rate in design.rates)
        lines.append(f"{design.title:48}{design.rate:>9,.0f}{ratios}{design.wrong:>18}   {rounds}")
    return "\n".join(lines)


def as_json(designs: Sequence[Design]) -> str:
    """The figures and the machine they were taken on."""
    figures = {
        design.name: asdict(design)
        | {"rate": design.rate, "times": {peer.name: design.times(peer) for peer in designs if peer is not design}}
        for design in designs
    }
    machine = {"cores": os.cpu_count(), "machine": platform.machine(), "python": platform.python_version()}
    packages = {}
    for name in PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            packages[name] = version(name)
    return json.dumps({"designs": figures, "machine": machine, "packages": packages}, indent=2)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; exit status 1 when any answer was unlike the reference."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scoring", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="of every design (3)")
    parser.add_argument("--scale", type=float, default=1.0, help="of the number of records (1), to try it quickly")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args(arguments)
    designs = measure(options.rounds, options.scale)
    print(as_json(designs) if options.json else table(designs))
    return int(any(design.wrong for design in designs))


if __name__ == "__main__":
    sys.exit(main())
