"""Four ways to score the same topic, each run by `benchmarks.scoring` in a process of its own.

`python -m benchmarks.scoring_designs '<Task as JSON>'` prints `{"records": n, "seconds": s}`: from the first record in
hand to the last one stored and committed. Model, clients and compiled functions are made and warmed before.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from helpers.datasets import CLOTHES

REGISTRY = "bench"
"""A registry of the benchmark's own: whatever a lesson has published, the shipped model is measured."""


@dataclass(frozen=True)
class Task:
    """What one process does: `design` with `records` of `source`; all names are its own but the source's."""

    design: str
    source: str
    target: str
    prefix: str
    records: int
    bootstrap: str
    redis_url: str


@dataclass(frozen=True)
class Timing:
    """What came of it."""

    records: int
    seconds: float


def naive(task: Task) -> Timing:
    """The loop that everybody writes: predict each record, wait for each send, two Redis commands each."""
    from kafka import KafkaConsumer, KafkaProducer
    from redis import Redis

    from helpers.scoring import registry

    model = registry.load(name=REGISTRY).keras
    model.predict(np.zeros((1, 28, 28)), verbose=0)
    redis, producer = Redis.from_url(task.redis_url), KafkaProducer(bootstrap_servers=task.bootstrap)
    consumer = KafkaConsumer(
        task.source, bootstrap_servers=task.bootstrap, group_id=task.prefix, auto_offset_reset="earliest"
    )
    started, done = 0.0, 0
    for record in consumer:
        started = started or time.perf_counter()
        image = np.frombuffer(record.value, np.uint8).reshape(1, 28, 28)
        probabilities = model.predict(image, verbose=0)[0]
        label = CLOTHES[probabilities.argmax()]
        prediction = {"id": record.key.decode(), "label": label, "confidence": float(probabilities.max())}
        producer.send(task.target, key=record.key, value=json.dumps(prediction).encode()).get(timeout=10)
        redis.set(f"{task.prefix}:latest:{prediction['id']}", json.dumps(prediction))
        redis.hincrby(f"{task.prefix}:counts", label, 1)
        done += 1
        if done == task.records:
            break
    seconds = time.perf_counter() - started
    consumer.close()
    return Timing(done, seconds)


def quix(task: Task) -> Timing:
    """A good scorer a record: Quix Streams (librdkafka), the compiled model, one round trip to Redis each."""
    from quixstreams import Application
    from redis import Redis

    from helpers.scoring import registry
    from helpers.scoring.preprocessing import decode

    model = registry.load(name=REGISTRY)
    pipeline = Redis.from_url(task.redis_url).pipeline(transaction=False)
    clock: list[float] = []

    def score(value: bytes, key: bytes, timestamp: int, headers: Any) -> dict[str, Any]:
        if not clock:
            clock.append(time.perf_counter())
        labels, confidences = model.score(decode([value]))
        prediction = {"id": key.decode(), "label": CLOTHES[labels[0]], "confidence": confidences[0]}
        pipeline.set(f"{task.prefix}:latest:{prediction['id']}", json.dumps(prediction))
        pipeline.hincrby(f"{task.prefix}:counts", str(prediction["label"]), 1)
        pipeline.execute()
        return prediction

    with tempfile.TemporaryDirectory(prefix="bench-scoring-", ignore_cleanup_errors=True) as state:
        application = Application(
            broker_address=task.bootstrap,
            consumer_group=task.prefix,
            auto_offset_reset="earliest",
            loglevel="ERROR",
            auto_create_topics=False,
            state_dir=state,
        )
        source = application.topic(task.source, value_deserializer="bytes", key_deserializer="bytes")
        target = application.topic(task.target, value_serializer="json", key_serializer="bytes")
        application.dataframe(source).apply(score, metadata=True).to_topic(target)
        application.run(count=task.records, timeout=120)  # returns when the last one is flushed and committed
    return Timing(task.records, time.perf_counter() - clock[0])


def ours(transport: str) -> Callable[[Task], Timing]:
    """The workbook's scorer on one of its transports."""

    def run(task: Task) -> Timing:
        from helpers.scoring import BATCH, Scorer, registry

        model = registry.load(name=REGISTRY)
        model.score(np.zeros((BATCH, 28, 28), np.uint8))
        scorer = Scorer(
            model,
            source=task.source,
            target=task.target,
            rejects=f"{task.target}.dlq",
            group=task.prefix,
            prefix=task.prefix,
            transport=transport,
            bootstrap=task.bootstrap,
            redis_url=task.redis_url,
            say=lambda sentence: print(sentence, file=sys.stderr),
        )
        ledger = scorer.run(limit=task.records, seconds=120)
        return Timing(ledger.scored, ledger.seconds)

    return run


DESIGNS: dict[str, Callable[[Task], Timing]] = {
    "naive": naive,
    "quix": quix,
    "kafka-python": ours("kafka-python"),
    "confluent-kafka": ours("confluent-kafka"),
}


def main() -> None:
    """Run the task in the first argument; the registry of the model is found through the environment."""
    task = Task(**json.loads(sys.argv[1]))
    os.environ |= {"KAFKA_BOOTSTRAP_SERVERS": task.bootstrap, "REDIS_URL": task.redis_url}
    print(json.dumps(asdict(DESIGNS[task.design](task))))


if __name__ == "__main__":
    main()
