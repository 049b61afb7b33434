"""The order of the steps: nothing is committed before it is stored, whatever step a batch dies in."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from helpers.messaging import MessagingError, UnreachableError
from helpers.scoring import Ledger, ScoringError
from helpers.scoring.model import Model
from helpers.scoring.outage import Outage
from helpers.scoring.pipeline import Pipeline
from helpers.scoring.preprocessing import encode
from helpers.scoring.sinks import Results
from helpers.scoring.transports import Batch, Positions


class Recorder:
    """Stands in for transport, sink and letters: notes what is called, fails where it is told to."""

    def __init__(self, fail_at: str = "") -> None:
        self.steps: list[str] = []
        self.fail_at = fail_at
        self.committed: Mapping[int, int] = {}
        self.results: dict[str, Results] = {}
        self.letters: list[tuple[Any, str]] = []
        self.acknowledged = [True]

    def _note(self, step: str) -> None:
        self.steps.append(step)
        if step == self.fail_at:
            raise ScoringError(f"no {step}")

    # the transport
    def send(self, keys: Sequence[bytes], values: Sequence[bytes], partitions: Sequence[int]) -> None:
        self._note("predictions")

    def flush(self, seconds: float) -> bool:
        self._note("flush")
        return self.acknowledged.pop()

    def commit(self, positions: Mapping[int, int]) -> None:
        self._note("commit")
        self.committed = positions

    # the sink
    def begin(self, results: dict[str, Results]) -> None:
        self._note("results")
        self.results = results

    def finish(self) -> int:
        self._note("kept")
        return sum(len(rows.images) // 2 for rows in self.results.values())


class Letters:
    """Stands in for the dead letters."""

    def __init__(self, recorder: Recorder, failures: int = 0) -> None:
        self.recorder, self.failures = recorder, failures
        self.error = MessagingError("Only 0 of 2 dead letters were acknowledged in 5 s: commit nothing.")

    def send(self, rejected: list[tuple[Any, str]]) -> int:
        if self.failures:
            self.failures -= 1
            raise self.error
        self.recorder._note("letters")
        self.recorder.letters = rejected
        return len(rejected)


class Names:
    """Stands in for the source's names."""

    def names(self, firsts: Mapping[int, int], positions: Mapping[int, int]) -> dict[int, str]:
        return {partition: f"p{partition}" for partition in positions}


@pytest.fixture
def batch(images: np.ndarray) -> Batch:
    """Two partitions, interleaved; records 1 and 4 cannot be scored."""
    values: list[bytes | None] = [encode(image) for image in images[:6]]
    values[1], values[4] = None, b"short"
    keys = [str(index).encode() for index in range(6)]
    return Batch([0, 0, 1, 0, 1, 1], [7, 8, 3, 9, 4, 5], keys, values, lambda index: f"record {index}")  # type: ignore[arg-type,return-value]


def batched(images: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
    """Pairs of id and prediction."""
    return list(zip(images[::2], images[1::2], strict=True))


def pipeline(
    model: Model, recorder: Recorder, failures: int = 0, said: list[str] | None = None, size: int = 10
) -> Pipeline:
    say = (said if said is not None else []).append
    letters, kafka = Letters(recorder, failures), Outage("Kafka", 10, say)
    return Pipeline(model, recorder, recorder, letters, Names(), kafka, Ledger(), size)  # type: ignore[arg-type]


def test_the_steps_come_in_order(model: Model, batch: Batch, reference: list[str]) -> None:
    recorder = Recorder()
    pipeline(model, recorder).process(batch)
    assert recorder.steps == ["predictions", "results", "letters", "flush", "kept", "commit"]
    assert recorder.committed == {0: 10, 1: 6}
    assert [reason.split(";")[0] for _, reason in recorder.letters] == [
        "the value is null",
        "the value has 5 bytes",
    ]
    assert [record for record, _ in recorder.letters] == ["record 1", "record 4"]
    assert {name: (rows.first, rows.last, rows.counts) for name, rows in recorder.results.items()} == {
        "p0": (7, 9, Counter([reference[0], reference[3]])),
        "p1": (3, 5, Counter([reference[2], reference[5]])),
    }
    kept = [[id, json.loads(value)] for rows in recorder.results.values() for id, value in batched(rows.images)]
    assert [(id, value["label"], value["source_offset"]) for id, value in kept] == [
        (b"0", reference[0], 7),
        (b"3", reference[3], 9),
        (b"2", reference[2], 3),
        (b"5", reference[5], 5),
    ]


@pytest.mark.parametrize("step", ["predictions", "results", "letters", "flush", "kept"])
def test_a_batch_that_dies_is_not_committed(model: Model, batch: Batch, step: str) -> None:
    recorder = Recorder(fail_at=step)
    with pytest.raises(ScoringError, match=step):
        pipeline(model, recorder).process(batch)
    assert recorder.steps[-1] == step
    assert not recorder.committed


def test_a_batch_of_rejects_only_is_put_aside_and_committed(model: Model, batch: Batch) -> None:
    recorder = Recorder()
    made = pipeline(model, recorder)
    made.process(batch.without({0, 2, 3, 5}))
    assert "1 batches of 2" in str(made._ledger)
    assert recorder.steps == ["letters", "commit"]
    assert [record for record, _ in recorder.letters] == ["record 1", "record 4"]
    assert recorder.committed == {0: 9, 1: 5}


def test_a_batch_without_rejects_writes_no_letters(model: Model, batch: Batch) -> None:
    recorder = Recorder()
    pipeline(model, recorder).process(batch.without({1, 4}))
    assert recorder.steps == ["predictions", "results", "flush", "kept", "commit"]


def test_an_absent_kafka_is_waited_for(model: Model, batch: Batch) -> None:
    recorder, said = Recorder(), list[str]()
    recorder.acknowledged = [True, False, False]
    pipeline(model, recorder, failures=2, said=said).process(batch)
    assert recorder.steps == ["predictions", "results", "letters", "flush", "flush", "flush", "kept", "commit"]
    assert [sentence.split(" (")[0].split(" after")[0] for sentence in said] == [
        "Kafka does not answer",
        "Kafka answers again",
        "Kafka does not answer",
        "Kafka answers again",
    ]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            MessagingError("Only 1 was acknowledged (Broker: no room): commit nothing."),
            "Only 1 was acknowledged (Broker: no room)",
        ),
        (UnreachableError("No Kafka answers: x:1 refuses. Start it with `lab up`."), "no broker can be reached"),
    ],
)
def test_of_an_outage_the_reason_is_told_and_no_second_remedy(
    model: Model, batch: Batch, error: MessagingError, reason: str
) -> None:
    said: list[str] = []
    made = pipeline(model, Recorder(), failures=1, said=said)
    made._letters.error = error  # type: ignore[attr-defined]
    made.process(batch)
    assert said[0] == (
        f"Kafka does not answer ({reason}): trying again for up to 10 s, nothing is committed meanwhile."
    )


def test_the_account_has_everything(model: Model, batch: Batch) -> None:
    recorder = Recorder()
    made = pipeline(model, recorder)
    made.process(batch)
    assert (made._ledger.read, made._ledger.scored, made._ledger.rejected.total()) == (6, 4, 2)
    assert made._ledger.lost == 0


@pytest.mark.parametrize(("size", "calls"), [(1, 4), (2, 2), (3, 2), (4, 1)])
def test_what_a_poll_brought_is_scored_in_batches_and_committed_once(
    model: Model, batch: Batch, size: int, calls: int
) -> None:
    recorder = Recorder()
    made = pipeline(model, recorder, size=size)
    made.process(batch)
    assert recorder.steps == ["predictions", "results"] * calls + ["letters", "flush", "kept", "commit"]
    assert recorder.committed == {0: 10, 1: 6}
    assert (made._ledger.read, made._ledger.scored, made._ledger.batches) == (6, 4, calls)


def test_a_part_still_finds_its_records(batch: Batch) -> None:
    parts = list(batch.parts(4))
    assert [part.offsets for part in parts] == [[7, 8, 3, 9], [4, 5]]
    assert [part.record(len(part) - 1) for part in parts] == ["record 3", "record 5"]
    assert not list(batch.without(range(6)).parts(4))


def test_a_batch_knows_where_it_begins_and_ends(batch: Batch) -> None:
    assert batch.firsts == {0: 7, 1: 3}
    assert batch.positions == {0: 10, 1: 6}


class TestPositions:
    """Commits that failed are repeated, those of partitions taken away are not."""

    def test_a_failed_commit_goes_along_with_the_next(self) -> None:
        positions = Positions(lambda _: None)
        assert positions.add({0: 5, 1: 2}) == {0: 5, 1: 2}
        positions.refused("no coordinator")
        assert positions.add({1: 4}) == {0: 5, 1: 4}

    def test_one_request_is_under_way_at_a_time(self) -> None:
        positions = Positions(lambda _: None)
        assert positions.add({0: 5}) == {0: 5}
        assert positions.add({0: 9}) == {}
        positions.confirm({0: 5})
        assert positions.left() == {0: 9}
        assert positions.add({}) == {0: 9}
        positions.confirm({0: 9})
        assert positions.add({}) == {}

    def test_what_was_taken_away_is_not_committed_later(self) -> None:
        positions = Positions(lambda _: None)
        positions.add({0: 5, 1: 7})
        positions.keep({1})
        assert positions.add({}) == {1: 7}

    def test_after_the_last_commit_nothing_is_repeated_here(self) -> None:
        said: list[str] = []
        Positions(said.append).given_up("no coordinator")
        (sentence,) = said
        assert sentence.startswith("The last commit failed (no coordinator): the next run reads its records again")

    def test_failures_are_told_once(self) -> None:
        said: list[str] = []
        positions = Positions(said.append)
        for _ in range(3):
            positions.refused("no coordinator")
        assert len(said) == 1
        assert "Nothing is lost" in said[0]
        positions.confirm({})
        positions.refused("again")
        assert len(said) == 2
