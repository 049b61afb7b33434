"""The files in which a broker keeps a partition, read as they lie on the disk.

A partition is a directory of segments, each named after its first offset; a segment is a row of record
batches (org.apache.kafka.common.record.internal.DefaultRecordBatch). Only the last segment is written to.
Nothing here writes or locks; a batch that the broker is in the middle of writing is not there yet.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kafka.errors import UnsupportedCodecError
from kafka.record.default_records import DefaultRecord, DefaultRecordBatch

from helpers.messaging.clients import admin, bootstrap_or_default
from helpers.messaging.errors import MessagingError
from helpers.messaging.topics import describe

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
# How a batch begins: base offset, length of what follows, leader epoch, format ("magic").
START = struct.Struct(">qiib")
LENGTH_FROM = 12  # the length counts from here
SMALLEST = DefaultRecordBatch.HEADER_STRUCT.size - LENGTH_FROM
FORMAT = 2  # the only one that Kafka 4 writes
SHOWN = 60  # bytes of a key or value in plain text


@dataclass(frozen=True)
class Segment:
    """A segment file. active: the broker still writes to it; size in bytes, when it was looked at."""

    path: Path
    base_offset: int
    size: int
    active: bool


@dataclass(frozen=True)
class Batch:
    """A record batch in a segment. position and size in bytes, max_timestamp in milliseconds since 1970.

    count: the records left in it; compaction takes some out and keeps the offsets. control: a transaction's
    marker, not data. intact: the checksum is right. records: as kafka-python decodes them (offset,
    timestamp, key, value, headers); None when the library for the compression is not installed or the batch
    is not intact.
    """

    position: int
    size: int
    base_offset: int
    last_offset: int
    count: int
    compression: str
    max_timestamp: int
    transactional: bool
    control: bool
    producer_id: int
    intact: bool
    records: Sequence[DefaultRecord] | None


def segments_of(topic: str, partition: int = 0, *, bootstrap: str | None = None) -> list[Segment]:
    """The segment files of a partition, oldest first, in its leader's log directory.

    Raises MessagingError when there is no such partition, and when the leader's disk is not this machine's.
    """
    bootstrap = bootstrap_or_default(bootstrap)
    table = describe(topic, bootstrap=bootstrap).set_index("partition")
    if partition not in table.index:
        raise MessagingError(f"Topic {topic!r} has no partition {partition}: it has {len(table)}, from 0.")
    leader = int(table.loc[partition, "leader"])  # type: ignore[arg-type]
    with admin(bootstrap) as client:
        (answer,) = client.describe_log_dirs({topic: [partition]}, brokers=[leader])
    for entry in answer["log_dirs"]:
        if any(found["name"] == topic and found["partitions"] for found in entry["topics"]):
            return segment_files(Path(entry["log_dir"]) / f"{topic}-{partition}")
    raise MessagingError(f"Broker {leader} has no directory for {topic}-{partition}: see whether it is being deleted.")


def segment_files(directory: Path) -> list[Segment]:
    """The segments in a partition's directory, oldest first.

    Raises MessagingError when there are none: then the directory is another machine's.
    """
    files = sorted(directory.glob("*.log"))
    if not files:
        raise MessagingError(
            f"{directory} is not on this machine: only the files of a broker that runs here can be read, such as "
            "those of the embedded one."
        )
    return [Segment(file, int(file.stem), file.stat().st_size, file is files[-1]) for file in files]


def batches(path: Path) -> Iterator[Batch]:
    """The complete record batches of a segment file, in order. Raises MessagingError when it is no such file."""
    try:
        with path.open("rb") as file:
            position = 0
            while data := _next_batch(file):
                yield _batch(position, data)
                position += len(data)
    except FileNotFoundError as error:
        raise MessagingError(f"{path} is gone: retention or a deletion took it; list the segments again.") from error


def dump(segment: Segment, *, limit: int = 20) -> str:
    """A segment in plain text: each batch with its facts, and at most `limit` records in all.

    Keys and values are shown as Python shows bytes, so that nothing in them can act on a terminal or a page.
    """
    role = "active: still written to" if segment.active else "closed"
    lines = [f"{segment.path.name} · {segment.size:,} bytes · {role}"]
    left = limit
    for batch in batches(segment.path):
        lines.append(_batch_line(batch))
        if batch.records is None:
            lines.append("    (records not decoded)")
            continue
        shown = batch.records[: max(left, 0)]
        lines.extend(_record_line(record) for record in shown)
        if len(shown) < batch.count:
            lines.append(f"    … {batch.count - len(shown):,} more")
        left -= len(shown)
    return "\n".join(lines)


def _next_batch(file: BinaryIO) -> bytes | None:
    """The bytes of a whole batch; None at the end, and where the broker has not finished writing."""
    start = file.read(START.size)
    if len(start) < START.size:
        return None
    _, length, _, magic = START.unpack(start)
    if length < SMALLEST:  # a file set aside in full (preallocate=true) ends in zeros
        return None
    if magic != FORMAT:
        raise MessagingError(f"{file.name} is no segment of Kafka 4: format {magic} where {FORMAT} is expected.")
    rest = file.read(LENGTH_FROM + length - START.size)
    return start + rest if len(rest) == LENGTH_FROM + length - START.size else None


def _batch(position: int, data: bytes) -> Batch:
    batch = DefaultRecordBatch(data)
    intact = bool(batch.validate_crc())  # before decoding: kafka-python decompresses in place
    try:
        records = list(batch) if intact else None
    except UnsupportedCodecError:
        records = None
    return Batch(
        position=position,
        size=len(data),
        base_offset=batch.base_offset,
        last_offset=batch.last_offset,
        count=batch.records_count,
        compression=CODECS[batch.compression_type],
        max_timestamp=batch.max_timestamp,
        transactional=batch.is_transactional,
        control=batch.is_control_batch,
        producer_id=batch.producer_id,
        intact=intact,
        records=records,
    )


def _batch_line(batch: Batch) -> str:
    marks = [
        f"compressed with {batch.compression}" if batch.compression != "none" else "",
        "transactional" if batch.transactional else "",
        "control" if batch.control else "",
        "" if batch.intact else "CHECKSUM WRONG",
    ]
    facts = [f"offsets {batch.base_offset}–{batch.last_offset}", f"{batch.count:,} records", f"{batch.size:,} bytes"]
    return f"batch at byte {batch.position:,}: " + ", ".join(facts + [mark for mark in marks if mark])


def _record_line(record: DefaultRecord) -> str:
    headers = "".join(f" {name!a}={_shown(value)}" for name, value in record.headers)
    return f"    {record.offset}: {_shown(record.key)} → {_shown(record.value)}{headers}"


def _shown(data: bytes | None) -> str:
    if data is None or len(data) <= SHOWN:
        return repr(data)
    return f"{data[:SHOWN]!r}… ({len(data):,} bytes)"
