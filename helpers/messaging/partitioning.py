"""Where a key goes: murmur2, and the partition that Kafka's own clients choose with it."""

from kafka.partitioner.default import murmur2 as unsigned_murmur2

from helpers.messaging.errors import MessagingError

# What Java's Utils.toPositive keeps. abs() would not do: the smallest int has no positive counterpart.
ALL_BUT_SIGN = 0x7FFFFFFF


def murmur2(key: bytes) -> int:
    """The hash of a key as Java has it, a signed 32-bit integer (org.apache.kafka.common.utils.Utils.murmur2)."""
    if not isinstance(key, bytes):
        raise MessagingError(f"{key!r} is no key: a key is bytes, such as {str(key).encode()!r}.")
    hashed: int = unsigned_murmur2(key)
    return hashed - 2**32 if hashed >= 2**31 else hashed


def partition_for(key: bytes, partitions: int) -> int:
    """The partition of a key in a topic with so many: the hash without its sign bit, modulo their number.

    As Java's producer and kafka-python do it (BuiltInPartitioner.partitionForKey); librdkafka by default
    does not.
    """
    if partitions < 1:
        raise MessagingError(f"A topic has at least one partition, not {partitions}.")
    return (murmur2(key) & ALL_BUT_SIGN) % partitions
