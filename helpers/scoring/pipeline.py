"""The way of what a poll brings, in the order that makes a crash at any point harmless."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import cast

from helpers.messaging import MessagingError, UnreachableError
from helpers.messaging.deadletters import DeadLetters
from helpers.scoring.ledger import Ledger
from helpers.scoring.model import Model
from helpers.scoring.outage import NO_BROKER, Outage
from helpers.scoring.predictions import Encoder
from helpers.scoring.preprocessing import decode, fault
from helpers.scoring.sinks import RedisSink, Results
from helpers.scoring.topics import Source
from helpers.scoring.transports import Batch, Transport

FLUSH_SECONDS = 2.0
"""After it Kafka counts as not answering; an acknowledgement takes milliseconds."""


class Pipeline:
    """Takes batches from the transport to the predictions, to Redis, to the dead letters and to the commit."""

    def __init__(
        self,
        model: Model,
        transport: Transport,
        sink: RedisSink,
        letters: DeadLetters,
        source: Source,
        kafka: Outage,
        ledger: Ledger,
        size: int,
    ) -> None:
        """size: the most records per call of the model."""
        self._model, self._encoder = model, Encoder(model)
        self._size = size
        self._transport, self._sink, self._letters = transport, sink, letters
        self._source, self._kafka, self._ledger = source, kafka, ledger

    def process(self, polled: Batch) -> None:
        """Score what a poll brought and commit it.

        1. Sort out what cannot be scored.
        2. Score the rest, in one call of the model for each batch.
        3. Hand the predictions to the producer and the results to Redis, which both work while the next is scored.
        4. Put the dead letters aside.
        5. Wait until all of it is acknowledged.
        6. Commit the offsets of what was polled, and no others.

        Before 6 nothing is committed, so whatever interrupts, it is read again; predictions and dead letters may then
        stand twice on their topics, with the same source offset, and Redis ignores what it has.
        """
        # 1. sort out
        faults = {
            index: reason
            for index, (key, value) in enumerate(zip(polled.keys, polled.values, strict=True))
            if (reason := fault(key, value))
        }
        good = polled.without(faults) if faults else polled
        for batch in good.parts(self._size):
            self._score(batch)  # 2 and 3
        if faults:
            self._put_aside(polled, faults)  # 4
        new = self._acknowledged() if good else 0  # 5
        # 6. commit
        self._transport.commit(polled.positions)
        batches = max(1, math.ceil(len(good) / self._size))  # dead letters alone are one, too
        self._ledger.add(scored=len(good), new=new, rejected=faults.values(), batches=batches)

    def _score(self, batch: Batch) -> None:
        """Steps 2 and 3. batch: images with ids only."""
        ids, values = cast(Sequence[bytes], batch.keys), cast(Sequence[bytes], batch.values)
        labels, confidences = self._model.score(decode(values))
        predictions = self._encoder.encode(ids, labels, confidences, batch.partitions, batch.offsets)
        self._transport.send(ids, predictions, batch.partitions)
        self._sink.begin(self._results(batch, labels, predictions))

    def _results(self, batch: Batch, labels: Sequence[int], predictions: Sequence[bytes]) -> dict[str, Results]:
        """What goes to Redis, by the names of the partitions."""
        firsts, positions, texts = batch.firsts, batch.positions, self._model.labels
        images: dict[int, list[bytes]] = {partition: [] for partition in positions}
        for partition, id, prediction in zip(batch.partitions, batch.keys, predictions, strict=True):
            images[partition] += (cast(bytes, id), prediction)
        counts: dict[int, dict[str, int]] = {partition: {} for partition in positions}
        for (partition, label), count in Counter(zip(batch.partitions, labels, strict=True)).items():
            counts[partition][texts[label]] = count
        return {
            name: Results(firsts[partition], positions[partition] - 1, counts[partition], images[partition])
            for partition, name in self._source.names(firsts, positions).items()
        }

    def _put_aside(self, batch: Batch, faults: Mapping[int, str]) -> None:
        """Step 4; returns when every letter is acknowledged."""
        letters = [(batch.record(index), reason) for index, reason in faults.items()]
        while True:
            try:
                self._letters.send(letters)
            except UnreachableError:
                self._kafka.persists(NO_BROKER)
            except MessagingError as error:
                self._kafka.persists(str(error).rpartition(": ")[0])  # what to do is said by the outage
            else:
                self._kafka.ended()
                return

    def _acknowledged(self) -> int:
        """Step 5; how many results were new to Redis."""
        while not self._transport.flush(FLUSH_SECONDS):
            self._kafka.persists("predictions are not acknowledged")
        self._kafka.ended()
        return self._sink.finish()
