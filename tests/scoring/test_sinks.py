"""However often and in whatever batches results arrive, Redis counts each once."""

import json
from collections import Counter

import fakeredis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import ConnectionError, OutOfMemoryError, Redis, TimeoutError

from helpers.scoring import ScoringError, connections
from helpers.scoring.outage import Outage
from helpers.scoring.sinks import MOST_RECORDS, RedisSink, Results

Row = tuple[int, str, str]
"""Offset, id, label."""


def row(offset: int, id: str = "", label: str = "Bag") -> Row:
    return offset, id or str(offset), label


def prediction(offset: int, label: str = "Bag") -> bytes:
    return json.dumps({"label": label, "source_offset": offset}).encode()


def results(rows: list[Row]) -> Results:
    images = [part for offset, id, label in rows for part in (id.encode(), prediction(offset, label))]
    return Results(rows[0][0], rows[-1][0], Counter(label for _, _, label in rows), images)


class Emulated:
    """A sink on an emulated Redis; with `url`, on a real one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, url: str | None = None) -> None:
        self.said: list[str] = []
        self.redis = Redis.from_url(url) if url else fakeredis.FakeRedis()
        if not url:
            monkeypatch.setattr(connections, "connect", lambda _: self.redis)
        self.sink = RedisSink(url or "redis://emulated", "test", Outage("Redis", 1, self.said.append))
        self.redis.delete("test:latest", "test:counts", "test:marks")

    def write(self, rows: dict[str, list[Row]]) -> int:
        self.sink.begin({partition: results(of_partition) for partition, of_partition in rows.items()})
        return self.sink.finish()

    @property
    def counts(self) -> dict[str, int]:
        return {label.decode(): int(count) for label, count in self.redis.hgetall("test:counts").items()}

    @property
    def latest(self) -> dict[bytes, bytes]:
        return dict(self.redis.hgetall("test:latest"))

    @property
    def marks(self) -> dict[bytes, bytes]:
        return dict(self.redis.hgetall("test:marks"))


@pytest.fixture(params=["emulated", pytest.param("real", marks=pytest.mark.services)])
def kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Emulated:
    url = request.getfixturevalue("redis_url") if request.param == "real" else None
    return Emulated(monkeypatch, url)


def test_results_are_kept_and_counted(kept: Emulated) -> None:
    assert kept.write({"p0": [row(5, "a"), row(7, "b", "Coat")], "p1": [row(0, "c")]}) == 3
    assert kept.latest == {b"a": prediction(5), b"b": prediction(7, "Coat"), b"c": prediction(0)}
    assert kept.counts == {"Bag": 2, "Coat": 1}
    assert kept.marks == {b"p0": b"8", b"p1": b"1"}


def test_what_was_seen_is_ignored(kept: Emulated) -> None:
    kept.write({"p0": [row(0, "a"), row(1, "b")]})
    assert kept.write({"p0": [row(0, "a"), row(1, "b"), row(2, "a", "Coat")]}) == 1
    assert kept.write({"p0": [row(0, "a", "Dress")]}) == 0
    assert kept.counts == {"Bag": 2, "Coat": 1}
    assert kept.latest == {b"a": prediction(2, "Coat"), b"b": prediction(1)}


def test_large_offsets_stay_exact(kept: Emulated) -> None:
    kept.write({"p0": [row(2**52)]})
    assert kept.marks == {b"p0": str(2**52 + 1).encode()}
    assert kept.write({"p0": [row(2**52), row(2**52 + 1)]}) == 1


def test_the_largest_batch_fits(kept: Emulated) -> None:
    assert kept.write({"p0": [row(offset) for offset in range(MOST_RECORDS)]}) == MOST_RECORDS
    assert kept.counts == {"Bag": MOST_RECORDS}


def test_several_are_begun_before_they_are_waited_for(kept: Emulated) -> None:
    for first in (0, 2, 2, 4):
        kept.sink.begin({"p0": results([row(first), row(first + 1)])})
    assert kept.sink.finish() == 6
    assert kept.sink.finish() == 0
    assert kept.counts == {"Bag": 6}


def test_ids_and_labels_of_any_text_come_through_a_repetition(kept: Emulated) -> None:
    rows = [row(3, 'a "b" \\ \n', "T-shirt/top"), row(4, "é 日本", "Ankle boot")]
    kept.write({"p0": rows[:1]})
    assert kept.write({"p0": rows}) == 1
    assert kept.counts == {"T-shirt/top": 1, "Ankle boot": 1}
    assert set(kept.latest) == {b'a "b" \\ \n', "é 日本".encode()}


@given(
    st.lists(st.sampled_from(["Bag", "Coat", "Dress"]), min_size=1, max_size=40),
    st.lists(st.tuples(st.integers(0, 39), st.integers(1, 12), st.integers(0, 1)), max_size=25),
)
def test_any_repetition_counts_each_result_once(labels: list[str], rereads: list[tuple[int, int, int]]) -> None:
    """Two partitions are read in any batches, going back as often as a crashed group would, never skipping ahead."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        kept = Emulated(monkeypatch)
        reached = [0, 0]
        for start, size, partition in rereads:
            first = min(start, reached[partition])
            last = min(first + size, len(labels))
            rows = [row(offset, f"{partition}.{offset}", labels[offset]) for offset in range(first, last)]
            new = kept.write({f"p{partition}": rows}) if rows else 0
            assert new == max(0, last - max(first, reached[partition]))
            reached[partition] = max(reached[partition], last)
        expected = Counter(label for end in reached for label in labels[:end])
        assert kept.counts == dict(expected)
        assert len(kept.latest) == sum(reached)


@pytest.mark.parametrize("error", [ConnectionError("refused"), TimeoutError("no answer")])
def test_an_absent_redis_is_waited_for(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    kept = Emulated(monkeypatch)
    answers = [error, error]
    write = kept.sink._script

    def failing(**arguments: object) -> object:
        if answers:
            raise answers.pop()
        return write(**arguments)

    monkeypatch.setattr(kept.sink, "_script", failing)
    assert kept.write({"p0": [row(0)]}) == 1
    assert kept.said[0].startswith("Redis does not answer")
    assert kept.said[1].startswith("Redis answers again")


def test_a_write_that_arrived_but_was_not_answered_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Emulated(monkeypatch)
    write = kept.sink._script
    answers = [TimeoutError("no answer")]

    def written_but_silent(**arguments: object) -> object:
        new = write(**arguments)
        if answers:
            raise answers.pop()
        return new

    monkeypatch.setattr(kept.sink, "_script", written_but_silent)
    assert kept.write({"p0": [row(0), row(1)]}) == 0
    assert kept.counts == {"Bag": 2}


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Emulated(monkeypatch)

    def refusing(**arguments: object) -> object:
        raise ConnectionError("refused")

    monkeypatch.setattr(kept.sink, "_script", refusing)
    with pytest.raises(ScoringError, match="Redis has not answered"):
        kept.write({"p0": [row(0)]})


def test_what_waiting_does_not_mend_is_raised_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Emulated(monkeypatch)

    def full(**arguments: object) -> object:
        raise OutOfMemoryError("command not allowed when used memory > 'maxmemory'.")

    monkeypatch.setattr(kept.sink, "_script", full)
    with pytest.raises(ScoringError, match="free its memory"):
        kept.write({"p0": [row(0)]})


def test_a_missing_redis_is_told_in_one_sentence() -> None:
    with pytest.raises(ScoringError, match=r"Redis at redis://127\.0\.0\.1:1/0 did not do what was asked"):
        RedisSink("redis://127.0.0.1:1/0", "test", Outage("Redis", 1, print))
