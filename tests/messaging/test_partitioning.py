"""Keys go where Java's client puts them: stored answers of Java for every run, live ones when there is a Java."""

import json
import random
from pathlib import Path

import pytest

from helpers.messaging import MessagingError, create_topic, murmur2, partition_for, write
from tests.messaging import java

VECTORS = [
    (bytes.fromhex(key), hashed, partition)
    for key, hashed, partition in json.loads(Path(__file__).with_name("murmur2_vectors.json").read_text())["vectors"]
]


@pytest.mark.parametrize(("key", "hashed", "partition"), VECTORS, ids=[key[:12].hex() for key, *_ in VECTORS])
def test_as_java_answered(key: bytes, hashed: int, partition: int) -> None:
    assert murmur2(key) == hashed
    assert partition_for(key, 3) == partition


def test_the_vectors_hold_the_key_that_has_no_positive_hash() -> None:
    assert min(hashed for _, hashed, _ in VECTORS) == -(2**31)


def test_ny_and_oh_share_one_of_two_partitions_and_none_of_three() -> None:
    assert [partition_for(state, 2) for state in (b"NY", b"OH")] == [1, 1]
    assert [partition_for(state, 3) for state in (b"NY", b"OH")] == [0, 2]


def test_a_key_is_bytes() -> None:
    with pytest.raises(MessagingError, match="b'NY'"):
        murmur2("NY")  # type: ignore[arg-type]


def test_a_topic_has_partitions() -> None:
    with pytest.raises(MessagingError, match="not 0"):
        partition_for(b"NY", 0)


@pytest.mark.services
def test_as_java_answers_now() -> None:
    rng = random.Random(20)
    keys = [key for key, *_ in VECTORS] + [rng.randbytes(rng.randrange(40)) for _ in range(500)]
    assert [murmur2(key) for key in keys] == java.murmur2(keys)
    assert [partition_for(key, 7) for key in keys] == java.partitions(keys, 7)


@pytest.mark.services
def test_as_the_broker_was_told(kafka: str, topic_name: str) -> None:
    create_topic(topic_name, 5, bootstrap=kafka)
    keys = [str(number).encode() for number in range(100)]
    receipt = write(topic_name, [(key, b"") for key in keys], seconds=10, bootstrap=kafka)
    assert [record.partition for record in receipt.records] == [partition_for(key, 5) for key in keys]
