"""What people answer in lesson 07."""

import functools
import itertools
import math
import struct
import time
import zlib

import numpy as np
from kafka import KafkaProducer
from kafka.errors import KafkaError
from kafka.serializer import DefaultSerializer, Serializer

from helpers import messaging, shop


class IntegerSerializer(Serializer):
    def serialize(self, topic, headers, data):
        return data.to_bytes(4, "big")


product = shop.catalogue().loc["product-1296"]
if "lab" in globals():  # where the exercise needs Kafka
    messaging.create_topic("orders", partitions=3, fresh=True, bootstrap=lab.bootstrap)
    producer = KafkaProducer(
        bootstrap_servers=lab.bootstrap,
        key_serializer=DefaultSerializer(),
        value_serializer=IntegerSerializer(),
    )

# %% to_bytes: right
def to_bytes(amount):
    return amount.to_bytes(4, "big")

# %% to_bytes: right
def to_bytes(amount):
    return struct.pack(">i", amount)

# %% to_bytes: right
def to_bytes(amount):
    return bytes([amount >> 24 & 255, amount >> 16 & 255, amount >> 8 & 255, amount & 255])

# %% to_bytes: wrong: zeros
def to_bytes(amount):
    return bytes(amount)

# %% to_bytes: wrong: digits
def to_bytes(amount):
    return str(amount).encode()

# %% to_bytes: wrong: digits
def to_bytes(amount):
    return str(amount)

# %% to_bytes: wrong: hex text
def to_bytes(amount):
    return hex(amount)

# %% to_bytes: wrong: hex text
def to_bytes(amount):
    return amount.to_bytes(4, "big").hex(" ")

# %% to_bytes: wrong: little end first
def to_bytes(amount):
    return amount.to_bytes(4, "little")

# %% to_bytes: wrong: little end first
def to_bytes(amount):
    return struct.pack("<i", amount)

# %% to_bytes: wrong: another length
def to_bytes(amount):
    return amount.to_bytes(8, "big")

# %% to_bytes: wrong: another length
def to_bytes(amount):
    return amount.to_bytes()

# %% to_bytes: wrong: not bytes
def to_bytes(amount):
    return [0, 0, 0, amount]

# %% to_bytes: wrong: another number
def to_bytes(amount):
    return struct.pack(">f", amount)

# %% to_bytes: raised: OverflowError
def to_bytes(amount):
    return amount.to_bytes(1, "big") if amount < 100 else amount.to_bytes(0, "big")

# %% to_bytes: wrong: nothing returned
def to_bytes(amount):
    print(amount.to_bytes(4, "big"))

# %% to_bytes: wrong: always the same
def to_bytes(amount):
    return b"\x00\x00\x00\x64"

# %% to_bytes: wrong: digits
def to_bytes(amount):
    return str(amount).zfill(4).encode()

# %% to_bytes: raised: ValueError
def to_bytes(amount):
    return bytes([0, 0, 0, amount])

# %% to_bytes: wrong: not bytes
def to_bytes(amount):
    return amount.to_bytes(4, "big").decode("latin1")

# %% to_bytes: wrong: not bytes
def to_bytes(amount):
    return np.frombuffer(amount.to_bytes(4, "big"), "uint8")

# %% to_bytes: wrong: another length
to_bytes = int.to_bytes

# %% to_bytes: wrong: another length
def to_bytes(amount):
    return b""

# %% receipt: right
receipt = producer.send(
    "orders", key=product["state"], value=round(product["price"]), headers=[("order", b"order-1296")]
).get(timeout=10)

# %% receipt: right
promise = producer.send("orders", 30, "CA", [("order", b"order-1296")])
producer.flush(timeout=10)
receipt = promise.get(timeout=1)

# %% receipt: wrong: promise
receipt = producer.send("orders", key="CA", value=30, headers=[("order", b"order-1296")])

# %% receipt: wrong: not a receipt
receipt = producer.send("orders", key="CA", value=30, headers=[("order", b"order-1296")]).get(timeout=10).offset

# %% receipt: wrong: another topic
messaging.create_topic("orders-in-two", partitions=2, fresh=True, bootstrap=lab.bootstrap)
receipt = producer.send("orders-in-two", key="CA", value=30, headers=[("order", b"order-1296")]).get(timeout=10)

# %% receipt: wrong: no records
receipt = producer.send("orders", key="CA", value=30, headers=[("order", b"order-1296")]).get(timeout=10)
messaging.create_topic("orders", partitions=3, fresh=True, bootstrap=lab.bootstrap)

# %% receipt: wrong: not there
for _ in range(2):
    receipt = producer.send("orders", key="CA", value=30, headers=[("order", b"order-1296")]).get(timeout=10)
messaging.create_topic("orders", partitions=3, fresh=True, bootstrap=lab.bootstrap)
messaging.write("orders", [b"another"], seconds=10, bootstrap=lab.bootstrap)

# %% receipt: wrong: no key
receipt = producer.send("orders", value=30, headers=[("order", b"order-1296")]).get(timeout=10)

# %% receipt: wrong: another key
receipt = producer.send("orders", key="product-1296", value=30, headers=[("order", b"order-1296")]).get(timeout=10)

# %% receipt: wrong: cut off
receipt = producer.send(
    "orders", key=product["state"], value=int(product["price"]), headers=[("order", b"order-1296")]
).get(timeout=10)

# %% receipt: wrong: another value
receipt = producer.send("orders", key="CA", value=2979, headers=[("order", b"order-1296")]).get(timeout=10)

# %% receipt: wrong: no header
receipt = producer.send("orders", key="CA", value=30).get(timeout=10)

# %% receipt: wrong: no header
receipt = producer.send("orders", key="CA", value=30, headers=[("id", b"order-1296")]).get(timeout=10)

# %% receipt: wrong: nothing
receipt = producer.flush()

# %% receipt: wrong: not a receipt
metadata = producer.send("orders", key="CA", value=30, headers=[("order", b"order-1296")]).get(timeout=10)
receipt = (metadata.topic, metadata.partition, metadata.offset)

# %% receipt: wrong: not a receipt
receipt = producer.send("orders", key="CA", value=30, headers=[("order", b"order-1296")]).get

# %% receipt: wrong: no header
receipt = producer.send("orders", key="CA", value=30, headers=[("order", b"1296")]).get(timeout=10)

# %% receipt: right
from confluent_kafka import Producer

told = []
confluent = Producer({"bootstrap.servers": lab.bootstrap})
confluent.produce(
    "orders",
    key=b"CA",
    value=struct.pack(">i", 30),
    headers=[("order", b"order-1296")],
    on_delivery=lambda error, message: told.append(message),
)
confluent.flush(10)
(receipt,) = told

# %% send_all: right
def send_all(producer, orders):
    failed = []

    def note(key, error):
        failed.append(key)

    for key, value in orders:
        producer.send("notes", key=key, value=value).add_errback(note, key)
    producer.flush(timeout=10)
    return failed

# %% send_all: right
def send_all(producer, orders):
    promises = [(key, producer.send("notes", key=key, value=value)) for key, value in orders]
    producer.flush()
    return [key for key, promise in promises if promise.failed()]

# %% send_all: right
def send_all(producer, orders):
    failed = []
    for key, value in orders:
        producer.send("notes", value, key).add_errback(lambda error, key=key: failed.append(key))
    producer.flush()
    return failed

# %% send_all: right
def send_all(producer, orders):
    failed = []
    for key, value in orders:
        promise = producer.send("notes", key=key, value=value)
        promise.add_errback(functools.partial(lambda key, error: failed.append(key), key))
    producer.close()
    return failed

# %% send_all: right
def send_all(producer, orders):
    promises = [(key, producer.send("notes", key=key, value=value)) for key, value in orders]
    failed = []
    for key, promise in promises:
        try:
            promise.get(timeout=10)
        except Exception:
            failed.append(key)
    return failed

# %% send_all: wrong: late binding
def send_all(producer, orders):
    failed = []
    for key, value in orders:
        producer.send("notes", key=key, value=value).add_errback(lambda error: failed.append(key))
    producer.flush()
    return failed

# %% send_all: wrong: too early
def send_all(producer, orders):
    failed = []
    for key, value in orders:
        producer.send("notes", key=key, value=value).add_errback(lambda error, key=key: failed.append(key))
    return failed

# %% send_all: wrong: one at a time
def send_all(producer, orders):
    failed = []
    for key, value in orders:
        try:
            producer.send("notes", key=key, value=value).get(timeout=10)
        except Exception:
            failed.append(key)
    return failed

# %% send_all: wrong: one at a time
def send_all(producer, orders):
    failed = []
    for key, value in orders:
        producer.send("notes", key=key, value=value).add_errback(lambda error, key=key: failed.append(key))
        producer.flush()
    return failed

# %% send_all: wrong: nothing heard
def send_all(producer, orders):
    failed = []
    for key, value in orders:
        try:
            producer.send("notes", key=key, value=value)
        except Exception:
            failed.append(key)
    producer.flush()
    return failed

# %% send_all: wrong: errors
def send_all(producer, orders):
    failed = []
    for key, value in orders:
        producer.send("notes", key=key, value=value).add_errback(failed.append)
    producer.flush()
    return failed

# %% send_all: wrong: those that arrived
def send_all(producer, orders):
    done = []
    for key, value in orders:
        producer.send("notes", key=key, value=value).add_callback(lambda metadata, key=key: done.append(key))
    producer.flush()
    return done

# %% send_all: wrong: others
def send_all(producer, orders):
    promises = [(key, producer.send("notes", key=key, value=value)) for key, value in orders]
    producer.flush()
    return [key for key, promise in promises if promise.is_done]

# %% send_all: wrong: not sent
def send_all(producer, orders):
    failed = []
    for order in orders:
        producer.send("notes", order).add_errback(lambda error, order=order: failed.append(order[0]))
    producer.flush()
    return failed

# %% send_all: wrong: not a list
def send_all(producer, orders):
    failed = []
    for key, value in orders:
        producer.send("notes", key=key, value=value).add_errback(lambda error, key=key: failed.append(key))
    producer.flush()
    return len(failed)

# %% send_all: raised: TypeError
def send_all(producer, orders):
    failed = []
    for key, value in orders:
        producer.send("notes", key=key, value=value).add_errback(failed.append, key)
    producer.flush()
    return failed

# %% send_all: wrong: not a list
def send_all(producer, orders):
    promises = {key: producer.send("notes", key=key, value=value) for key, value in orders}
    producer.flush()
    return {key for key, promise in promises.items() if promise.failed()}

# %% send_all: wrong: decoded
def send_all(producer, orders):
    promises = [(key, producer.send("notes", key=key, value=value)) for key, value in orders]
    producer.flush()
    return [key.decode() for key, promise in promises if promise.failed()]

# %% send_all: wrong: too early
def send_all(producer, orders):
    promises = [(key, producer.send("notes", key=key, value=value)) for key, value in orders]
    failed = []
    for key, promise in promises:
        try:
            promise.get(timeout=0)
        except Exception:
            failed.append(key)
    return failed

# %% send_all: raised: KafkaTimeoutError
def send_all(producer, orders):
    promises = [(key, producer.send("notes", key=key, value=value)) for key, value in orders]
    producer.flush(timeout=0)
    return [key for key, promise in promises if promise.failed()]

# %% send_all: wrong: too early
def send_all(producer, orders):
    promises = [(key, producer.send("notes", key=key, value=value)) for key, value in orders]
    return [key for key, promise in promises if promise.failed()]

# %% send_all: wrong: changed places
def send_all(producer, orders):
    promises = [(key, producer.send("notes", key, value)) for key, value in orders]
    producer.flush()
    return [key for key, promise in promises if promise.failed()]

# %% send_all: wrong: another topic
def send_all(producer, orders):
    promises = [(key, producer.send("orders", key=key, value=value)) for key, value in orders]
    producer.flush()
    return [key for key, promise in promises if promise.failed()]

# %% send_all: wrong: of before
def send_all(producer, orders, failed=[]):
    for key, value in orders:
        producer.send("notes", key=key, value=value).add_errback(lambda e, key=key: failed.append(key))
    producer.flush()
    return failed

# %% send_all: wrong: same key
def send_all(producer, orders):
    promises = {key: producer.send("notes", key=key, value=value) for key, value in orders}
    producer.flush()
    return [key for key, promise in promises.items() if promise.failed()]

# %% send_all: raised: TypeError
def send_all(producer, orders):
    failed = []
    for key, value in orders:
        producer.send("notes", key=key, value=value).add_errback(failed.append(key))
    producer.flush()
    return failed

# %% send_all: right
def send_all(producer, orders):
    promises = [(key, producer.send("notes", key=key, value=value)) for key, value in orders]
    failed = []
    for key, promise in promises:
        try:
            promise.get(timeout=10)
        except KafkaError:
            failed.append(key)
    return failed

# %% send_all: right
def send_all(producer, orders):
    failed = []

    def note(error, key):
        failed.append(key)

    for key, value in orders:
        producer.send("notes", key=key, value=value).add_errback(note, key=key)
    producer.flush()
    return failed

# %% send_all: right
def send_all(producer, orders):
    promises = [(key, producer.send("notes", key=key, value=value)) for key, value in orders]
    while not all(promise.is_done for _, promise in promises):
        time.sleep(0.01)
    return [key for key, promise in promises if promise.exception]

# %% send_all: right
def send_all(producer, orders):
    producer.flush()
    promises = [(key, producer.send("notes", key=key, value=value)) for key, value in orders]
    producer.flush()
    return tuple(key for key, promise in promises if promise.exception is not None)

# %% send_all: right
def send_all(producer, orders):
    promises = [(key, producer.send("notes", key=key, value=value)) for key, value in orders]
    producer.flush()
    return np.array([key for key, promise in promises if promise.failed()])

# %% partition_of: right
def partition_of(key, partitions):
    return (messaging.murmur2(key) & 0x7FFFFFFF) % partitions

# %% partition_of: right
def partition_of(key, partitions):
    return messaging.murmur2(key) % 2**31 % partitions

# %% partition_of: right
def partition_of(key, partitions):
    hashed = messaging.murmur2(key)
    if hashed < 0:
        hashed += 2**31
    return hashed % partitions

# %% partition_of: wrong: sign bit
def partition_of(key, partitions):
    return messaging.murmur2(key) % partitions

# %% partition_of: wrong: sign bit
def partition_of(key, partitions):
    return messaging.murmur2(key) % partitions & 0x7FFFFFFF

# %% partition_of: wrong: brackets
def partition_of(key, partitions):
    return messaging.murmur2(key) & 0x7FFFFFFF % partitions

# %% partition_of: wrong: abs
def partition_of(key, partitions):
    return abs(messaging.murmur2(key)) % partitions

# %% partition_of: wrong: not divided
def partition_of(key, partitions):
    return messaging.murmur2(key) & 0x7FFFFFFF

# %% partition_of: wrong: Python's hash
def partition_of(key, partitions):
    return hash(key) % partitions

# %% partition_of: wrong: another hash
def partition_of(key, partitions):
    return zlib.crc32(key) % partitions

# %% partition_of: wrong: another partition
def partition_of(key, partitions):
    return len(key) % partitions

# %% partition_of: wrong: from one
def partition_of(key, partitions):
    return 1 + (messaging.murmur2(key) & 0x7FFFFFFF) % partitions

# %% partition_of: raised: AttributeError
def partition_of(key, partitions):
    return (messaging.murmur2(key.encode()) & 0x7FFFFFFF) % partitions

# %% partition_of: wrong: sign bit
def partition_of(key, partitions):
    return (messaging.murmur2(key) & 0xFFFFFFFF) % partitions

# %% partition_of: wrong: sign bit
def partition_of(key, partitions):
    return int(math.fmod(messaging.murmur2(key), partitions))

# %% partition_of: wrong: always three
def partition_of(key, partitions):
    return (messaging.murmur2(key) & 0x7FFFFFFF) % 3

# %% partition_of: wrong: not divided
def partition_of(key, partitions):
    return (messaging.murmur2(key) & 0x7FFFFFFF) / partitions

# %% partition_of: wrong: not a number
def partition_of(key, partitions):
    return str((messaging.murmur2(key) & 0x7FFFFFFF) % partitions)

# %% certain: right
certain = [("placed", "packed"), ("paid", "shipped")]

# %% certain: right
certain = {("paid", "shipped"), ("placed", "packed")}

# %% certain: right
certain = [["paid", "shipped"], ["placed", "packed"]]

# %% certain: wrong: order of sending
certain = [("placed", "paid"), ("paid", "packed"), ("packed", "shipped")]

# %% certain: wrong: order of sending
certain = [("placed", "packed"), ("paid", "shipped"), ("placed", "shipped")]

# %% certain: wrong: no key, no order
certain = []

# %% certain: wrong: backwards
certain = [("packed", "placed"), ("shipped", "paid")]

# %% certain: wrong: one missing
certain = [("placed", "packed")]

# %% certain: wrong: not pairs
certain = ["placed", "paid", "packed", "shipped"]

# %% certain: wrong: not pairs
certain = [("placed", "packed", "paid", "shipped")]

# %% certain: wrong: no such step
certain = [(0, 1)]

# %% certain: wrong: not a list
certain = {"placed": "packed", "paid": "shipped"}

# %% certain: wrong: order of sending
certain = list(itertools.combinations(["placed", "paid", "packed", "shipped"], 2))

# %% certain: wrong: itself
certain = [("placed", "placed"), ("paid", "paid")]

# %% certain: wrong: no such step
certain = [("Placed", "Packed"), ("Paid", "Shipped")]

# %% certain: wrong: no such step
certain = [(["placed"], ["packed"]), (["paid"], ["shipped"])]

# %% safe: right
safe = {"acks": "all", "enable_idempotence": True, "delivery_timeout_ms": 30_000}

# %% safe: right
safe = {"acks": -1, "enable_idempotence": True, "delivery_timeout_ms": 20_000, "request_timeout_ms": 5_000}

# %% safe: right
safe = {"delivery_timeout_ms": 30_000}

# %% safe: wrong: acks
safe = {"acks": 1, "enable_idempotence": False, "delivery_timeout_ms": 30_000}

# %% safe: wrong: no such acks
safe = {"acks": 2, "enable_idempotence": True, "delivery_timeout_ms": 30_000}

# %% safe: wrong: twice
safe = {"acks": "all", "enable_idempotence": False, "delivery_timeout_ms": 30_000}

# %% safe: wrong: twice
safe = {"acks": "all", "max_in_flight_requests_per_connection": 20, "delivery_timeout_ms": 30_000}

# %% safe: wrong: no retries
safe = {"acks": "all", "retries": 0, "delivery_timeout_ms": 30_000}

# %% safe: wrong: seconds
safe = {"acks": "all", "enable_idempotence": True, "delivery_timeout_ms": 30}

# %% safe: wrong: too patient
safe = {"acks": "all", "enable_idempotence": True}

# %% safe: wrong: contradiction
safe = {"acks": "all", "delivery_timeout_ms": 30_000, "request_timeout_ms": 30_000, "linger_ms": 50}

# %% safe: wrong: contradiction
safe = {"acks": "all", "enable_idempotence": True, "delivery_timeout_ms": 20_000}

# %% safe: wrong: the topic's
safe = {"acks": "all", "delivery_timeout_ms": 30_000, "min_insync_replicas": 2}

# %% safe: wrong: unknown
safe = {"acks": "all", "enable.idempotence": True, "delivery.timeout.ms": 30_000}

# %% safe: wrong: not settings
safe = "acks=all, enable_idempotence=True, delivery_timeout_ms=30000"

# %% safe: wrong: no such acks
safe = {"acks": "1", "enable_idempotence": True, "delivery_timeout_ms": 30_000}

# %% safe: wrong: no such acks
safe = {"acks": "ALL", "enable_idempotence": True, "delivery_timeout_ms": 30_000}

# %% safe: wrong: no switch
safe = {"acks": "all", "enable_idempotence": "True", "delivery_timeout_ms": 30_000}

# %% safe: wrong: no number
safe = {"acks": "all", "enable_idempotence": True, "delivery_timeout_ms": "30000"}

# %% safe: wrong: not settings
safe = [("acks", "all"), ("enable_idempotence", True), ("delivery_timeout_ms", 30_000)]

# %% safe: wrong: no number
safe = {"acks": "all", "enable_idempotence": True, "delivery_timeout_ms": 30_000, "retries": "many"}
