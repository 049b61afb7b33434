"""However often and in whatever batches results arrive, Redis counts each once."""

from collections import Counter

import fakeredis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import ConnectionError, OutOfMemoryError, Redis, TimeoutError

from helpers.scoring import ScoringError, connections
from helpers.scoring.outage import Outage
from helpers.scoring.sinks import MOST_RECORDS, RedisSink, Result


def result(offset: int, id: str = "", label: str = "Bag") -> Result:
    return offset, (id or str(offset)).encode(), label, f"prediction of {offset}".encode()


class Emulated:
    """A sink on an emulated Redis; with `url`, on a real one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, url: str | None = None) -> None:
        self.said: list[str] = []
        self.redis = Redis.from_url(url) if url else fakeredis.FakeRedis()
        if not url:
            monkeypatch.setattr(connections, "connect", lambda _: self.redis)
        self.sink = RedisSink(url or "redis://emulated", "test", Outage("Redis", 1, self.said.append))
        self.redis.delete("test:latest", "test:counts", "test:marks")

    def write(self, results: dict[str, list[Result]]) -> int:
        self.sink.begin(results)
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
    assert kept.write({"p0": [result(5, "a"), result(7, "b", "Coat")], "p1": [result(0, "c")]}) == 3
    assert kept.latest == {b"a": b"prediction of 5", b"b": b"prediction of 7", b"c": b"prediction of 0"}
    assert kept.counts == {"Bag": 2, "Coat": 1}
    assert kept.marks == {b"p0": b"8", b"p1": b"1"}


def test_what_was_seen_is_ignored(kept: Emulated) -> None:
    kept.write({"p0": [result(0, "a"), result(1, "b")]})
    assert kept.write({"p0": [result(0, "a"), result(1, "b"), result(2, "a", "Coat")]}) == 1
    assert kept.write({"p0": [result(0, "a", "Dress")]}) == 0
    assert kept.counts == {"Bag": 2, "Coat": 1}
    assert kept.latest == {b"a": b"prediction of 2", b"b": b"prediction of 1"}


def test_large_offsets_stay_exact(kept: Emulated) -> None:
    kept.write({"p0": [result(2**52)]})
    assert kept.marks == {b"p0": str(2**52 + 1).encode()}
    assert kept.write({"p0": [result(2**52), result(2**52 + 1)]}) == 1


def test_the_largest_batch_fits(kept: Emulated) -> None:
    assert kept.write({"p0": [result(offset) for offset in range(MOST_RECORDS)]}) == MOST_RECORDS
    assert kept.counts == {"Bag": MOST_RECORDS}


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
            rows = [result(offset, f"{partition}.{offset}", labels[offset]) for offset in range(first, last)]
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
    assert kept.write({"p0": [result(0)]}) == 1
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
    assert kept.write({"p0": [result(0), result(1)]}) == 0
    assert kept.counts == {"Bag": 2}


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Emulated(monkeypatch)

    def refusing(**arguments: object) -> object:
        raise ConnectionError("refused")

    monkeypatch.setattr(kept.sink, "_script", refusing)
    with pytest.raises(ScoringError, match="Redis has not answered"):
        kept.write({"p0": [result(0)]})


def test_what_waiting_does_not_mend_is_raised_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Emulated(monkeypatch)

    def full(**arguments: object) -> object:
        raise OutOfMemoryError("command not allowed when used memory > 'maxmemory'.")

    monkeypatch.setattr(kept.sink, "_script", full)
    with pytest.raises(ScoringError, match="free its memory"):
        kept.write({"p0": [result(0)]})


def test_a_missing_redis_is_told_in_one_sentence() -> None:
    with pytest.raises(ScoringError, match=r"Redis at redis://127\.0\.0\.1:1/0 did not do what was asked"):
        RedisSink("redis://127.0.0.1:1/0", "test", Outage("Redis", 1, print))
