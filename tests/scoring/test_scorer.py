"""The scorer on real Kafka and Redis: everything is scored or put aside, with either client."""

import threading
import time
from typing import Any

import numpy as np
import pytest
from redis import Redis

from helpers import messaging
from helpers.messaging import Message
from helpers.scoring import ScoringError
from helpers.scoring.preprocessing import encode
from helpers.scoring.transports import open_transport
from tests.scoring.conftest import SECONDS, Stream

pytestmark = pytest.mark.services
both_clients = pytest.mark.parametrize("transport", ["kafka-python", "confluent-kafka"])


@both_clients
def test_every_image_is_scored_as_the_reference_does(
    wide_stream: Stream, images: np.ndarray, reference: list[str], transport: str
) -> None:
    wide_stream.send_images(images)
    ledger = wide_stream.scorer(transport=transport).run(limit=2000, seconds=SECONDS)
    assert (ledger.read, ledger.scored, ledger.repeated, ledger.lost) == (2000, 2000, 0, 0)
    assert 2 <= ledger.batches < 200
    assert not wide_stream.said
    wide_stream.check_account(reference)
    one = wide_stream.latest()["17"]
    assert one == wide_stream.predictions()[one["source_partition"], one["source_offset"]]
    assert one["model"] == wide_stream.model.short_version


def test_the_seconds_count_from_the_first_poll(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(*arguments: Any, **named: Any) -> Any:
        time.sleep(0.6)
        transport = open_transport(*arguments, **named)
        monkeypatch.setattr(transport, "poll", lambda most, seconds: polls.append(most))
        return transport

    polls: list[int] = []
    monkeypatch.setattr("helpers.scoring.scorer.open_transport", slowly)
    ledger = stream.scorer().run(seconds=0.5)
    assert polls
    assert str(ledger).startswith("Nothing was read")


def test_a_run_can_be_watched_as_it_happens(stream: Stream, images: np.ndarray) -> None:
    stream.send_images(images[:30])
    seen: list[int] = []
    stream.scorer(batch=10).run(limit=30, seconds=SECONDS, watch=lambda ledger: seen.append(ledger.scored))
    assert {10, 20, 30} <= set(seen)
    assert seen == sorted(seen)


@both_clients
def test_a_prediction_lies_in_the_partition_of_its_image(
    wide_stream: Stream, images: np.ndarray, transport: str
) -> None:
    wide_stream.send_images(images[:100])
    wide_stream.scorer(transport=transport).run(limit=100, seconds=SECONDS)
    records = messaging.read(wide_stream.target, limit=100, seconds=SECONDS, follow=False, bootstrap=wide_stream.kafka)
    places = {place for place, _ in wide_stream.predictions()}
    assert places == {0, 1, 2}
    assert all(f'"source_partition":{record.partition},'.encode() in record.value for record in records)


@both_clients
def test_keys_decide_where_partitions_differ(wide_stream: Stream, images: np.ndarray, transport: str) -> None:
    messaging.create_topic(wide_stream.target, 2, bootstrap=wide_stream.kafka)
    wide_stream.send_images(images[:50])
    wide_stream.scorer(transport=transport).run(limit=50, seconds=SECONDS)
    records = messaging.read(wide_stream.target, limit=50, seconds=SECONDS, follow=False, bootstrap=wide_stream.kafka)
    from kafka.partitioner.default import murmur2

    assert {record.key: record.partition for record in records} == {
        record.key: (murmur2(record.key) & 0x7FFFFFFF) % 2 for record in records
    }


def bad_records(image: bytes) -> dict[str, Message]:
    """Every way a record can be wrong, by the beginning of what is said about it."""
    return {
        "the value has 783 bytes": Message(image[:-1], b"short"),
        "the value has 785 bytes": Message(image + b"\0", b"long"),
        "the value has 0 bytes": Message(b"", b"empty"),
        "the value is null": Message(None, b"null"),
        "the value has 1,000,000 bytes": Message(bytes(1_000_000), b"large", headers=[("from", b"a camera")]),
        "the key is missing": Message(image),
        "the key is not UTF-8": Message(image, b"\xff\xfe"),
        "the key has 10,000 bytes": Message(image, b"i" * 10_000),
    }


@both_clients
def test_what_cannot_be_scored_is_put_aside_with_its_reason(
    stream: Stream, images: np.ndarray, reference: list[str], transport: str
) -> None:
    bad = bad_records(encode(images[0]))
    good = [Message(encode(image), str(id).encode()) for id, image in enumerate(images[:20])]
    stream.send([*good[:10], *bad.values(), *good[10:]])
    ledger = stream.scorer(transport=transport).run(limit=stream.sent, seconds=SECONDS)
    assert (ledger.scored, ledger.rejected.total(), ledger.lost) == (20, len(bad), 0)
    letters = stream.letters()
    assert [letter.reason.split(";")[0].split(" (")[0] for letter in letters] == [
        reason if "UTF" not in reason else "the key is not UTF-8 text" for reason in bad
    ]
    assert [(letter.key, letter.value) for letter in letters] == [(each.key, each.value) for each in bad.values()]
    assert [letter.source for letter in letters] == [(stream.name, 0, 10 + index) for index in range(len(bad))]
    assert letters[4].headers == (("from", b"a camera"),)
    assert f"dead letters in {stream.rejects}: 1 × the value is null" in str(ledger)
    stream.check_account(reference)


@both_clients
def test_a_stream_of_rejects_only_is_committed_too(stream: Stream, transport: str) -> None:
    stream.send([Message(b"no image", b"1")] * 3)
    assert stream.scorer(transport=transport).run(limit=3, seconds=SECONDS).rejected.total() == 3
    assert stream.scorer(transport=transport).run(seconds=3).read == 0


@both_clients
def test_the_next_run_goes_on_where_the_last_one_ended(
    wide_stream: Stream, images: np.ndarray, reference: list[str], transport: str
) -> None:
    wide_stream.send_images(images[:1000])
    read = [
        wide_stream.scorer(transport=transport, batch=100).run(limit=n, seconds=SECONDS).read for n in (250, 430, 320)
    ]
    assert read == [250, 430, 320]
    assert len(wide_stream.predictions()) == 1000
    wide_stream.check_account(reference)


def test_two_clients_share_a_group(wide_stream: Stream, images: np.ndarray, reference: list[str]) -> None:
    """Members with different clients, in threads, divide the partitions; each record is scored by one of them."""
    wide_stream.send_images(images)
    scorers = [wide_stream.scorer(transport=name, batch=50) for name in ("kafka-python", "confluent-kafka")]
    ledgers = []

    def run(scorer: object) -> None:
        ledgers.append(scorer.run(seconds=SECONDS))  # type: ignore[attr-defined]

    threads = [threading.Thread(target=run, args=(scorer,)) for scorer in scorers]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + SECONDS
    while sum(wide_stream.counts().values()) < 2000 and time.monotonic() < deadline:
        time.sleep(0.1)
    for scorer in scorers:
        scorer.stop()
    for thread in threads:
        thread.join(SECONDS)
    assert sum(ledger.scored - ledger.repeated for ledger in ledgers) == 2000
    wide_stream.check_account(reference)


def test_a_run_ends_in_time(stream: Stream) -> None:
    started = time.monotonic()
    ledger = stream.scorer().run(seconds=1)
    assert ledger.read == 0
    assert time.monotonic() - started < 30


def test_a_run_without_an_end_is_refused(stream: Stream) -> None:
    with pytest.raises(ScoringError, match="A run needs an end"):
        stream.scorer().run()


def test_settings_out_of_range_are_refused(stream: Stream) -> None:
    with pytest.raises(ScoringError, match="A batch has 1 to 2,048 records: 4096 is none"):
        stream.scorer(batch=4096)
    with pytest.raises(ScoringError, match="There is no transport 'pigeon'"):
        stream.scorer(transport="pigeon").run(seconds=1)


def test_a_missing_topic_is_told(stream: Stream) -> None:
    with pytest.raises(messaging.UnknownTopicError, match="There is no topic"):
        stream.scorer(source=stream.name + "x").run(seconds=5)


def test_missing_services_are_told_in_three_seconds(stream: Stream) -> None:
    for wrong, error in (
        ({"bootstrap": "127.0.0.1:1"}, messaging.UnreachableError),
        ({"redis_url": "redis://127.0.0.1:1/0"}, ScoringError),
    ):
        started = time.monotonic()
        with pytest.raises(error, match=r"127\.0\.0\.1:1"):
            stream.scorer(**wrong).run(seconds=5)
        assert time.monotonic() - started < 3


def test_a_dead_letter_topic_that_could_not_hold_every_record_is_refused(stream: Stream) -> None:
    messaging.create_topic(stream.rejects, bootstrap=stream.kafka)
    with pytest.raises(messaging.MessagingError, match=r"max\.message\.bytes"):
        stream.scorer().run(seconds=5)


@both_clients
def test_a_topic_made_anew_is_scored_anew(
    stream: Stream, images: np.ndarray, reference: list[str], transport: str
) -> None:
    """Its offsets begin at 0 again; Redis must not take its records for those it has seen."""
    stream.send_images(images[:100])
    stream.scorer(transport=transport).run(limit=100, seconds=SECONDS)
    messaging.create_topic(stream.name, bootstrap=stream.kafka, fresh=True)
    stream.send([Message(encode(image), str(1000 + id).encode()) for id, image in enumerate(images[1000:1050])])
    ledger = stream.scorer(transport=transport).run(limit=50, seconds=SECONDS)
    assert (ledger.scored, ledger.repeated) == (50, 0)
    assert stream.latest()["1049"]["label"] == reference[1049]
    assert sum(stream.counts().values()) == 150


def test_an_image_sent_again_under_its_id_counts_twice_and_is_kept_once(stream: Stream, images: np.ndarray) -> None:
    """What is ignored is a record read again, not an image sent again."""
    stream.send([Message(encode(images[0]), b"1"), Message(encode(images[1]), b"1")])
    stream.scorer().run(limit=2, seconds=SECONDS)
    with Redis.from_url(stream.redis_url) as redis:
        assert redis.hlen(f"{stream.name}:latest") == 1
    assert sum(stream.counts().values()) == 2
    assert stream.latest()["1"]["source_offset"] == 1
