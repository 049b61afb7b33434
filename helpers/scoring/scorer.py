"""The scorer: images in, predictions out, in micro-batches; what was read is scored or put aside, never lost.

A poll takes what is there, up to 1,024 records (with confluent-kafka four times as many): single ones under light load,
full batches under heavy load; nothing waits for one to be full. Results are stored before offsets are committed, and
Redis ignores what it has seen, so that a scorer may die at any moment.
"""

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from types import FrameType

from helpers.messaging import UnreachableError
from helpers.messaging.clients import bootstrap_or_default
from helpers.messaging.deadletters import DeadLetters
from helpers.messaging.reachability import reach
from helpers.scoring.connections import redis_or_default
from helpers.scoring.errors import ScoringError
from helpers.scoring.ledger import Ledger
from helpers.scoring.model import Model
from helpers.scoring.outage import NO_BROKER, Outage
from helpers.scoring.pipeline import Pipeline
from helpers.scoring.sinks import MOST_RECORDS, RedisSink
from helpers.scoring.topics import Source, prepare
from helpers.scoring.transports import Say, Transport, open_transport
from helpers.services.reachability import masked

BATCH = 1_024
"""Records. On 2 cores confluent-kafka scored a quarter more a second than with 512, and with 2,048 no more."""
POLL_SECONDS = 0.2
"""A poll returns as soon as there is a record; without any, so long until a signal is noticed."""
IDLE_SECONDS = 2.0
"""Without records for so long, Kafka is asked whether it is there: an empty poll does not tell."""
LETTER_SECONDS = 5.0


class Scorer:
    """A member of a consumer group that scores images; more of them, in other processes, share the partitions.

    model: from `registry.load`. source, target, rejects: topics; the last two are made if missing. group: the consumer
    group. prefix: of the keys in Redis, see `sinks`. transport: "kafka-python" or "confluent-kafka". batch: the most
    records per call of the model. patience: seconds a service may be away. say: told, in sentences, what does not go as
    usual. Raises ScoringError.
    """

    def __init__(
        self,
        model: Model,
        *,
        source: str = "images",
        target: str = "predictions",
        rejects: str = "images.dlq",
        group: str = "scorer",
        prefix: str = "scores",
        transport: str = "kafka-python",
        batch: int = BATCH,
        patience: float = 60.0,
        redis_url: str | None = None,
        bootstrap: str | None = None,
        say: Say = print,
    ) -> None:
        if not 1 <= batch <= MOST_RECORDS:
            raise ScoringError(f"A batch has 1 to {MOST_RECORDS:,} records: {batch} is none of these sizes.")
        self._model = model
        self._source, self._target, self._rejects = source, target, rejects
        self._group, self._prefix, self._transport = group, prefix, transport
        self._batch, self._patience = batch, patience
        self._redis_url = redis_or_default(redis_url)
        self._bootstrap = bootstrap_or_default(bootstrap)
        self._say = say
        self._stop = threading.Event()

    def run(
        self,
        *,
        limit: int | None = None,
        seconds: float | None = None,
        watch: Callable[[Ledger], object] | None = None,
    ) -> Ledger:
        """Score until `limit` records are read, `seconds` have passed, or a signal or `stop` ends it after its batch.

        The seconds count from the first poll, when everything is connected. One of the two bounds must be given. watch:
        called with the account so far after each poll, also after one that found nothing. Raises ScoringError and
        MessagingError when a service is missing, or away for longer than the scorer is patient; nothing of the batch in
        hand is then committed.
        """
        if limit is None and seconds is None:
            raise ScoringError("A run needs an end: give limit= or seconds=; `lab score` runs until it is stopped.")
        check_bounds(limit, seconds)
        most = math.inf if limit is None else limit
        ledger, signals = Ledger(rejects=self._rejects), list[str]()

        def say(sentence: str) -> None:
            ledger.events.append(sentence)
            self._say(sentence)

        try:
            with self._open(ledger, say, signals) as (transport, pipeline, kafka), self._stopped_by_signals(signals):
                started = None
                heard = time.monotonic()
                deadline = heard + (math.inf if seconds is None else seconds)
                while ledger.read < most and time.monotonic() < deadline and not self._stop.is_set():
                    batch = transport.poll(int(min(self._batch * transport.at_once, most - ledger.read)), POLL_SECONDS)
                    if batch:
                        started = started or time.perf_counter()
                        pipeline.process(batch)
                        ledger.seconds = time.perf_counter() - started
                        heard = time.monotonic()
                    elif time.monotonic() - heard > IDLE_SECONDS:
                        self._look_after(transport, kafka)
                        heard = time.monotonic()
                    if watch:
                        watch(ledger)
        finally:
            self._stop.clear()
        return ledger

    def stop(self) -> None:
        """End the run, from any thread, once what is in hand is done."""
        self._stop.set()

    @contextmanager
    def _open(self, ledger: Ledger, say: Say, signals: list[str]) -> Iterator[tuple[Transport, Pipeline, Outage]]:
        """Connect everything, and refuse before the first record is read; disconnect whatever happens.

        signals: those that ended the run; what became of the last batch is known when the transport is closed.
        """
        kafka = Outage(f"Kafka at {self._bootstrap}", self._patience, say)
        redis = Outage(f"Redis at {masked(self._redis_url)}", self._patience, say)
        with closing(RedisSink(self._redis_url, self._prefix, redis)) as sink:
            route = prepare(self._source, self._target, self._rejects, bootstrap=self._bootstrap)
            source = Source(self._source, bootstrap=self._bootstrap)
            letters = DeadLetters(self._rejects, bootstrap=self._bootstrap, seconds=LETTER_SECONDS)
            transport = open_transport(
                self._transport,
                route,
                self._group,
                bootstrap=self._bootstrap,
                patience=self._patience,
                say=say,
            )
            try:
                pipeline = Pipeline(self._model, transport, sink, letters, source, kafka, ledger, self._batch)
                yield transport, pipeline, kafka
            finally:
                committed = transport.close()
            for name in signals:
                say(f"{name}: the batch in hand was finished{' and committed' if committed else ''}.")

    def _look_after(self, transport: Transport, kafka: Outage) -> None:
        """Nothing came for a while: is Kafka away, and is a commit still open?"""
        try:
            reach(self._bootstrap)
        except UnreachableError:
            kafka.persists(NO_BROKER)
        else:
            kafka.ended()
            transport.commit({})

    @contextmanager
    def _stopped_by_signals(self, heard: list[str]) -> Iterator[None]:
        """SIGTERM and Ctrl+C end the run after the batch in hand; a second one ends it at once."""
        if threading.current_thread() is not threading.main_thread():
            yield  # only the main thread hears signals; others are ended with `stop`
            return
        before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}

        def end_after_batch(number: int, frame: FrameType | None) -> None:
            received = signal.Signals(number)
            heard.append(received.name)  # not said here: printing could meet a print that was interrupted
            self._stop.set()
            signal.signal(received, before[received])

        for each in before:
            signal.signal(each, end_after_batch)
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)


def check_bounds(limit: int | None, seconds: float | None) -> None:
    """Raise ScoringError unless a run with these bounds can score something."""
    if limit is not None and limit < 1:
        raise ScoringError(f"A limit of {limit} records scores nothing: give 1 or more.")
    if seconds is not None and not seconds > 0:  # nor is nan
        raise ScoringError(f"A time of {seconds:g} s scores nothing: give more than 0.")
