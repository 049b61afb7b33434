"""Segment files are read as Kafka's own classes read them, also while the broker writes."""

from dataclasses import asdict
from pathlib import Path

import crc32c
import pytest
from confluent_kafka import Producer
from kafka import KafkaProducer
from kafka.record.default_records import DefaultRecordBatchBuilder

from helpers.messaging import Message, MessagingError, create_topic, write
from helpers.messaging.segments import Batch, Segment, batches, dump, segment_files, segments_of
from tests.messaging import java


def batch_bytes(base_offset: int, values: list[bytes], compression: int = 0) -> bytes:
    """A batch as a broker stores it."""
    builder = DefaultRecordBatchBuilder(2, compression, False, -1, -1, -1, 2**20)
    for number, value in enumerate(values):
        builder.append(number, 1_500_000_000_000 + number, b"k", value, [])
    return base_offset.to_bytes(8, "big") + bytes(builder.build())[8:]


@pytest.fixture
def segment(tmp_path: Path) -> Path:
    """Two batches with offsets 5 to 6 and 9."""
    path = tmp_path / "00000000000000000005.log"
    path.write_bytes(batch_bytes(5, [b"a", b"b"]) + batch_bytes(9, [b"c"]))
    return path


def test_batches_and_records_have_their_facts(segment: Path) -> None:
    first, second = batches(segment)
    assert (first.base_offset, first.last_offset, first.count, first.compression) == (5, 6, 2, "none")
    assert (first.position, first.size, second.position) == (0, first.size, first.size)
    assert (first.intact, first.control, first.transactional) == (True, False, False)
    assert first.records is not None
    assert [(each.offset, each.key, each.value) for each in first.records] == [(5, b"k", b"a"), (6, b"k", b"b")]


@pytest.mark.parametrize("cut", [1, 12, 30, 60])
def test_a_batch_still_being_written_is_not_there_yet(segment: Path, cut: int) -> None:
    whole = batch_bytes(10, [b"later"])
    segment.write_bytes(segment.read_bytes() + whole[:cut])
    assert [batch.last_offset for batch in batches(segment)] == [6, 9]


def test_a_file_set_aside_in_full_ends_where_its_batches_do(segment: Path) -> None:
    segment.write_bytes(segment.read_bytes() + bytes(4096))
    assert [batch.last_offset for batch in batches(segment)] == [6, 9]


def test_an_empty_segment_has_no_batches(tmp_path: Path) -> None:
    path = tmp_path / "00000000000000000000.log"
    path.touch()
    assert list(batches(path)) == []


def test_a_damaged_batch_is_marked_and_not_decoded(segment: Path) -> None:
    data = bytearray(segment.read_bytes())
    data[-1] ^= 0xFF
    segment.write_bytes(data)
    whole, damaged = batches(segment)
    assert (whole.intact, damaged.intact, damaged.records) == (True, False, None)
    assert "CHECKSUM WRONG" in dump(Segment(segment, 5, len(data), False))


def test_a_compression_without_its_library_leaves_the_facts(segment: Path) -> None:
    data = bytearray(batch_bytes(0, [b"v" * 100]))
    data[22] |= 4  # the low bits of the attributes: zstd
    data[17:21] = _checksum(data)
    segment.write_bytes(data)
    (batch,) = batches(segment)
    assert (batch.compression, batch.count, batch.records) == ("zstd", 1, None)


def test_another_file_is_no_segment(tmp_path: Path) -> None:
    path = tmp_path / "1.log"
    path.write_bytes(b"2026-01-01 12:00:00 INFO Kafka started and more of the same")
    with pytest.raises(MessagingError, match="no segment of Kafka 4"):
        list(batches(path))


def test_a_segment_that_retention_took_is_said(segment: Path) -> None:
    segment.unlink()
    with pytest.raises(MessagingError, match="retention or a deletion took it"):
        list(batches(segment))


def test_a_broker_on_another_machine_is_said(tmp_path: Path) -> None:
    with pytest.raises(MessagingError, match="not on this machine"):
        segment_files(tmp_path / "images-0")


def test_the_last_segment_is_the_active_one_and_files_of_the_cleaner_are_none(tmp_path: Path) -> None:
    for name in ("0" * 20, "0" * 17 + "120"):
        (tmp_path / f"{name}.log").write_bytes(b"12345")
    (tmp_path / f"{'0' * 20}.log.deleted").touch()
    found = [(each.base_offset, each.size, each.active) for each in segment_files(tmp_path)]
    assert found == [(0, 5, False), (120, 5, True)]


def test_plain_text_shows_bytes_that_can_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "00000000000000000000.log"
    path.write_bytes(batch_bytes(0, [b"\x1b[2J<b>", b"v" * 784, b"third"]))
    assert dump(Segment(path, 0, path.stat().st_size, True), limit=2).splitlines() == [
        f"00000000000000000000.log · {path.stat().st_size} bytes · active: still written to",
        f"batch at byte 0: offsets 0–2, 3 records, {path.stat().st_size} bytes",
        "    0: b'k' → b'\\x1b[2J<b>'",
        f"    1: b'k' → {b'v' * 60!r}… (784 bytes)",
        "    … 1 more",
    ]


@pytest.mark.services
def test_as_kafkas_own_classes_read_them(kafka: str, topic: str) -> None:
    write(topic, [Message(b"\xff", b"k", [("h", b"1")]), Message(None, b"gone")], seconds=10, bootstrap=kafka)
    for codec in ("gzip", "snappy", "lz4", "zstd"):
        producer = Producer({"bootstrap.servers": kafka, "compression.type": codec, "linger.ms": 10_000})  # until flush
        for number in range(20):
            producer.produce(topic, b"again " * 50, str(number), headers=[("empty", None)])
        producer.flush(10)
    transactional = KafkaProducer(bootstrap_servers=kafka, transactional_id=topic)
    transactional.init_transactions()
    transactional.begin_transaction()
    transactional.send(topic, b"aborted").get(timeout=10)
    transactional.abort_transaction()
    transactional.close()

    (segment,) = segments_of(topic, bootstrap=kafka)
    ours, java_s = list(batches(segment.path)), java.batches(segment.path)
    assert [batch.compression for batch in ours] == ["none", "gzip", "snappy", "lz4", "zstd", "none", "none"]
    assert ours[-1].control
    for mine, theirs in zip(ours, java_s, strict=True):
        records = theirs.pop("records")
        facts = asdict(mine)
        assert facts.pop("records") is None or _plain(mine) == records
        assert facts == theirs
    assert sum(batch.records is not None for batch in ours) >= 4  # gzip needs no library


@pytest.mark.services
def test_each_partition_has_its_own_files(kafka: str, topic_name: str) -> None:
    create_topic(topic_name, 2, bootstrap=kafka)
    write(topic_name, [Message(b"v", partition=1)], seconds=10, bootstrap=kafka)
    assert [segment.size > 0 for at in (0, 1) for segment in segments_of(topic_name, at, bootstrap=kafka)] == [
        False,
        True,
    ]
    with pytest.raises(MessagingError, match="no partition 2: it has 2, from 0"):
        segments_of(topic_name, 2, bootstrap=kafka)


@pytest.mark.services
def test_reading_along_while_the_broker_writes_sees_only_whole_batches(kafka: str, topic: str) -> None:
    producer = KafkaProducer(bootstrap_servers=kafka)
    seen = 0
    for number in range(200):
        producer.send(topic, bytes(700), key=str(number).encode())
        if number % 20 == 0:
            found = [each for segment in segments_of(topic, bootstrap=kafka) for each in batches(segment.path)]
            offsets = [each.offset for batch in found for each in batch.records or ()]
            assert offsets == list(range(len(offsets)))
            assert all(batch.intact for batch in found)
            assert len(offsets) >= seen
            seen = len(offsets)
    producer.close()
    assert seen


def _plain(batch: Batch) -> list[list[object]]:
    def hexed(data: bytes | None) -> str | None:
        return None if data is None else data.hex()

    return [
        [
            each.offset,
            each.timestamp,
            hexed(each.key),
            hexed(each.value),
            [[name, hexed(value)] for name, value in each.headers],
        ]
        for each in batch.records or ()
    ]


def _checksum(data: bytes) -> bytes:
    """Over all that follows the checksum's own place."""
    return int(crc32c.crc32c(data[21:])).to_bytes(4, "big")
