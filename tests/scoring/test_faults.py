"""What breaks while the scorer works: Redis, the broker, the scorer. Nothing is lost and nothing counts twice."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from redis import Redis

from helpers import messaging, services
from helpers.config import ROOT
from helpers.messaging import Message
from helpers.scoring import Ledger, Scorer, ScoringError, registry
from helpers.scoring.confluent import Confluent
from helpers.scoring.kafka_python import KafkaPython
from helpers.scoring.model import Model
from helpers.scoring.pipeline import Pipeline
from helpers.scoring.preprocessing import encode
from helpers.scoring.sinks import RedisSink
from helpers.scoring.transports import Batch
from tests.scoring.conftest import SECONDS, PrivateRedis, Stream

pytestmark = pytest.mark.services
both_clients = pytest.mark.parametrize("transport", ["kafka-python", "confluent-kafka"])

CHILD = """
import argparse, sys
from helpers.scoring import command
parser = argparse.ArgumentParser()
command.add_arguments(parser)
sys.exit(command.run(parser.parse_args()))
"""


class Running:
    """A scorer at work in a thread."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._ledgers: list[Ledger] = []
        self._thread = threading.Thread(target=lambda: self._ledgers.append(scorer.run(seconds=3 * SECONDS)))
        self._thread.start()

    def stop(self) -> Ledger:
        """End it after its batch; its account."""
        self._scorer.stop()
        self._thread.join(2 * SECONDS)
        assert self._ledgers, "the scorer ended with an error"
        return self._ledgers[0]


def until(condition: Callable[[], bool], seconds: float = 2 * SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.01)


def kept(stream: Stream) -> int:
    return sum(stream.counts().values())


def test_redis_is_gone_for_ten_seconds(
    topic_name: str,
    model: Model,
    kafka: str,
    private_redis: PrivateRedis,
    images: np.ndarray,
    reference: list[str],
) -> None:
    stream = Stream(topic_name, model, kafka, private_redis.url)
    stream.send_images(images)
    running = Running(stream.scorer(batch=5))
    until(lambda: kept(stream) >= 200)
    private_redis.kill()
    gone = time.monotonic()
    until(lambda: bool(stream.said))
    time.sleep(max(0.0, gone + 10 - time.monotonic()))
    private_redis.start()
    until(lambda: kept(stream) == 2000)
    ledger = running.stop()
    assert (ledger.scored, ledger.lost) == (2000, 0)
    assert stream.said[0].startswith(f"Redis at {private_redis.url} does not answer")
    assert "nothing was lost" in stream.said[1]
    assert float(stream.said[1].split("after ")[1].split(" s")[0]) >= 9
    stream.check_account(reference)
    messaging.delete_topics(stream.name, stream.target, stream.rejects, bootstrap=kafka)


def test_redis_that_stays_away_is_given_up_and_nothing_of_the_batch_is_committed(
    topic_name: str,
    model: Model,
    kafka: str,
    private_redis: PrivateRedis,
    images: np.ndarray,
    reference: list[str],
) -> None:
    stream = Stream(topic_name, model, kafka, private_redis.url)
    stream.send_images(images[:100])
    scorer = stream.scorer(patience=1)
    with pytest.MonkeyPatch.context() as patch:
        begin = RedisSink.begin

        def begin_without_redis(sink: RedisSink, results: object) -> None:
            private_redis.kill()
            begin(sink, results)  # type: ignore[arg-type]

        patch.setattr(RedisSink, "begin", begin_without_redis)
        with pytest.raises(ScoringError, match=r"has not answered for .* nothing is lost"):
            scorer.run(limit=100, seconds=SECONDS)
    private_redis.start()
    assert scorer.run(limit=100, seconds=SECONDS).scored == 100
    stream.check_account(reference)
    messaging.delete_topics(stream.name, stream.target, stream.rejects, bootstrap=kafka)


@pytest.fixture(scope="module")
def cluster() -> Iterator[services.Cluster]:
    """One broker of this module's own."""
    with services.cluster(1) as cluster:
        yield cluster


@both_clients
def test_the_broker_is_killed_and_started_again(
    cluster: services.Cluster,
    topic_name: str,
    model: Model,
    redis_url: str,
    images: np.ndarray,
    reference: list[str],
    transport: str,
) -> None:
    stream = Stream(f"{topic_name}-{transport}", model, cluster.bootstrap, redis_url)
    stream.send_images(images)
    running = Running(stream.scorer(transport=transport, batch=5))
    until(lambda: kept(stream) >= 200)
    cluster.kill(1)
    until(lambda: bool(stream.said))
    cluster.start(1)
    until(lambda: kept(stream) == 2000)
    ledger = running.stop()
    assert (ledger.scored - ledger.repeated, ledger.lost) == (2000, 0)
    said = " ".join(stream.said)
    assert f"Kafka at {cluster.bootstrap} does not answer" in said or "A commit failed" in said
    assert "othing was lost" in said or "othing is lost" in said
    stream.check_account(reference)


@both_clients
@pytest.mark.parametrize(
    ("owner", "step"),
    [
        (Pipeline, "_score"),
        (RedisSink, "begin"),
        (Pipeline, "_acknowledged"),
        (RedisSink, "finish"),
        ("transport", "commit"),
    ],
)
def test_a_scorer_that_dies_at_any_step_loses_and_doubles_nothing(
    stream: Stream, images: np.ndarray, reference: list[str], transport: str, owner: object, step: str
) -> None:
    """The third time, the run dies just before the step; the next one begins where the last commit was."""
    stream.send_images(images[:500])
    clients = {"kafka-python": KafkaPython, "confluent-kafka": Confluent}
    target = clients[transport] if owner == "transport" else owner
    original, calls, finished = getattr(target, step), [], list[Ledger]()

    def die(*arguments: object, **named: object) -> object:
        calls.append(step)
        if len(calls) == 3:
            raise MemoryError("killed")
        return original(*arguments, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(target, step, die)
        with pytest.raises(MemoryError, match="killed"):
            stream.scorer(transport=transport, batch=12).run(limit=500, seconds=SECONDS, watch=finished.append)
    done = finished[-1].read if finished else 0
    again = stream.scorer(transport=transport, batch=50).run(limit=500 - done, seconds=SECONDS)
    assert again.read == 500 - done
    stream.check_account(reference)


@both_clients
def test_the_topic_is_made_anew_under_a_scorer_at_work(
    stream: Stream, images: np.ndarray, reference: list[str], transport: str
) -> None:
    """Its offsets begin at 0 again; the scorer notices that it goes back, and Redis counts the new records."""
    stream.send_images(images[:100])
    running = Running(stream.scorer(transport=transport))
    until(lambda: kept(stream) == 100)
    messaging.create_topic(stream.name, bootstrap=stream.kafka, fresh=True)
    stream.send([Message(encode(image), str(1000 + id).encode()) for id, image in enumerate(images[1000:1050])])
    until(lambda: kept(stream) == 150)
    ledger = running.stop()
    assert (ledger.scored, ledger.repeated) == (150, 0)
    assert stream.latest()["1049"]["label"] == reference[1049]


@pytest.fixture
def child(kafka: str, redis_url: str) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts `lab score` for a stream, as a process of its own."""
    registry.ensure_shipped(redis_url=redis_url, bootstrap=kafka)
    children: list[subprocess.Popen[str]] = []
    environment = os.environ | {"KAFKA_BOOTSTRAP_SERVERS": kafka, "REDIS_URL": redis_url}

    def start(stream: Stream, *options: str) -> subprocess.Popen[str]:
        names = {"--source": stream.name, "--target": stream.target, "--rejects": stream.rejects}
        names |= {"--group": stream.name, "--prefix": stream.name}
        arguments = [each for pair in names.items() for each in pair]
        children.append(
            subprocess.Popen(
                [sys.executable, "-c", CHILD, *arguments, *options],
                cwd=ROOT,
                env=environment,
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        )
        return children[-1]

    yield start
    for process in children:
        process.kill()
        process.communicate()


def test_scorers_killed_at_several_moments(
    wide_stream: Stream,
    child: Callable[..., subprocess.Popen[str]],
    images: np.ndarray,
    reference: list[str],
) -> None:
    for _ in range(3):
        wide_stream.send_images(images)
    processes = [
        child(wide_stream, "--batch", "8", "--transport", transport)
        for transport in ("kafka-python", "confluent-kafka", "kafka-python")
    ]
    for process, at in zip(processes, (200, 900, 1700), strict=True):
        until(lambda at=at: kept(wide_stream) >= at)  # type: ignore[misc]
        process.kill()
    before = kept(wide_stream)
    assert before < 6000, "they were faster than their killer: send more images"
    running = Running(wide_stream.scorer())
    until(lambda: kept(wide_stream) >= 6000)
    ledger = running.stop()
    assert ledger.lost == 0
    assert kept(wide_stream) == 6000
    wide_stream.check_account(reference)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send these signals to another process")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_finishes_the_batch(
    stream: Stream,
    child: Callable[..., subprocess.Popen[str]],
    images: np.ndarray,
    reference: list[str],
    number: signal.Signals,
) -> None:
    stream.send_images(images)
    process = child(stream, "--batch", "8")
    until(lambda: kept(stream) >= 50)
    process.send_signal(number)
    output, errors = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, errors
    assert f"{number.name}: the batch in hand was finished and committed." in output
    done = kept(stream)
    assert f"read {done:,}: {done:,} scored, 0 dead letters, 0 lost" in output
    rest = stream.scorer().run(limit=2000 - done, seconds=SECONDS)
    assert (rest.read, rest.repeated) == (2000 - done, 0)
    assert len(stream.predictions()) == 2000
    stream.check_account(reference)


@both_clients
@pytest.mark.parametrize(("through", "end"), [(True, " and committed."), (False, ".")])
def test_how_a_signal_ended_the_run_is_said_after_the_last_commit(
    stream: Stream, images: np.ndarray, transport: str, through: bool, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = KafkaPython if transport == "kafka-python" else Confluent
    process, close = Pipeline.process, client.close

    def process_and_hear(pipeline: Pipeline, batch: Batch) -> None:
        process(pipeline, batch)
        signal.raise_signal(signal.SIGTERM)

    def close_and_note(opened: KafkaPython | Confluent) -> bool:
        assert close(opened)  # type: ignore[arg-type]
        stream.said.append("closed")
        return through

    monkeypatch.setattr(Pipeline, "process", process_and_hear)
    monkeypatch.setattr(client, "close", close_and_note)
    stream.send_images(images[:10])
    assert stream.scorer(transport=transport).run(seconds=SECONDS).read
    assert stream.said == ["closed", f"SIGTERM: the batch in hand was finished{end}"]


def test_a_refused_model_reads_no_record(
    stream: Stream,
    child: Callable[..., subprocess.Popen[str]],
    images: np.ndarray,
    redis_url: str,
    tmp_path: Path,
) -> None:
    stream.send_images(images[:10])
    process = child(stream, "--model", "0123456789ab")
    _, errors = process.communicate(timeout=SECONDS)
    assert process.returncode != 0
    assert "There is no model version '0123456789ab'" in errors
    with Redis.from_url(redis_url) as redis:
        assert not redis.exists(f"{stream.name}:marks")
    assert stream.target not in messaging.list_topics(bootstrap=stream.kafka)
