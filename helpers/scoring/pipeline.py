"""The way of one batch, in the order that makes a crash at any point harmless."""

from collections.abc import Mapping, Sequence
from typing import cast

from helpers.messaging import MessagingError, UnreachableError
from helpers.messaging.deadletters import DeadLetters
from helpers.scoring.ledger import Ledger
from helpers.scoring.model import Model
from helpers.scoring.outage import NO_BROKER, Outage
from helpers.scoring.predictions import Encoder
from helpers.scoring.preprocessing import decode, fault
from helpers.scoring.sinks import RedisSink, Result
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
    ) -> None:
        self._model, self._encoder = model, Encoder(model)
        self._transport, self._sink, self._letters = transport, sink, letters
        self._source, self._kafka, self._ledger = source, kafka, ledger

    def process(self, batch: Batch) -> None:
        """Score a batch and commit it.

        1. Sort out what cannot be scored.
        2. Score the rest, in one call of the model.
        3. Hand the predictions to the producer, and the results to Redis, which works while Kafka does.
        4. Put the dead letters aside.
        5. Wait until all of it is acknowledged.
        6. Commit the offsets of this batch, and of no other.

        Before 6 nothing is committed, so whatever interrupts, the batch is read again; predictions and dead letters
        may then stand twice on their topics, with the same source offset, and Redis ignores what it has.
        """
        # 1. sort out
        faults = {
            index: reason
            for index, (key, value) in enumerate(zip(batch.keys, batch.values, strict=True))
            if (reason := fault(key, value))
        }
        good = batch.without(faults) if faults else batch
        if good:
            self._score(good)  # 2 and 3
        if faults:
            self._put_aside(batch, faults)  # 4
        new = self._acknowledged() if good else 0  # 5
        # 6. commit
        self._transport.commit(batch.positions)
        self._ledger.add(scored=len(good), new=new, rejected=faults.values())

    def _score(self, batch: Batch) -> None:
        """Steps 2 and 3. batch: images with ids only."""
        ids, values = cast(Sequence[bytes], batch.keys), cast(Sequence[bytes], batch.values)
        labels, confidences = self._model.score(decode(values))
        predictions = self._encoder.encode(ids, labels, confidences, batch.partitions, batch.offsets)
        self._transport.send(ids, predictions, batch.partitions)
        names = self._source.names(batch.firsts, batch.positions)
        results: dict[str, list[Result]] = {name: [] for name in names.values()}
        texts = self._model.labels
        for partition, offset, id, label, prediction in zip(
            batch.partitions, batch.offsets, ids, labels, predictions, strict=True
        ):
            results[names[partition]].append((offset, id, texts[label], prediction))
        self._sink.begin(results)

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
