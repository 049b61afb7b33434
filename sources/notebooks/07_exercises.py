"""Exercises of lesson 07."""

import math
import zlib

from collections.abc import Mapping, Set

from helpers.checks import Exercise, expect, function, items, number, records, same
from helpers.checks.producers import Producer
from helpers.checks.showing import brief


class ToBytes(Exercise):
    hints = (
        "`bytes(100)` is something else: a hundred zero bytes. Look at a whole number's methods: `(100).to_…`.",
        '`amount.to_bytes(length, byteorder)` makes them; the most significant byte first is called "big".',
    )
    solution = """def to_bytes(amount):
    return amount.to_bytes(4, "big")"""
    right = "The same four bytes that Java's IntegerSerializer writes, so a Java program can read your orders."
    misconceptions = {
        "zeros": "`bytes({amount})` is a sequence of {amount} zero bytes: it takes the number for a length.",
        "digits": "These are the digits as text, {got}: the number itself is asked for, in four bytes.",
        "hex text": "{got} only looks like it: hex is how we *write* bytes, here bytes themselves are asked for.",
        "little end first": "{got} has the least significant byte first: Java begins with the most significant.",
        "another length": "{got}, that is {length}: four bytes are asked for, however small the number is.",
        "not bytes": "{got} is no bytes: a record's value must be.",
        "always the same": "{got} came back for every amount: make it of the `amount` that the function is given.",
        "another number": "{got} came back for {amount}: four bytes, the most significant first, are {wanted}.",
    }

    def check(self, answer):
        to_bytes = function(answer)
        for amount in (100, 20, 70_000):
            self._one(to_bytes(amount), amount)

    def _one(self, got, amount):
        wanted = amount.to_bytes(4, "big")
        got = bytes(got) if isinstance(got, bytearray | memoryview) else got
        expect(isinstance(got, bytes | str), "not bytes", got=brief(got))
        if got == wanted:
            return
        shown = brief(got)
        expect(got != bytes(amount), "zeros", amount=amount)
        text = got.decode("latin-1") if isinstance(got, bytes) else got
        expect(text.strip("\0 ").lstrip("0") != str(amount), "digits", got=shown)
        expect(text.replace(" ", "").removeprefix("0x") not in (wanted.hex(), f"{amount:x}"), "hex text", got=shown)
        expect(isinstance(got, bytes), "not bytes", got=shown)
        expect(got != b"\0\0\0\x64", "always the same", got=got.hex(" "))
        length = "one byte" if len(got) == 1 else f"{len(got)} bytes"
        expect(len(got) == 4, "another length", got=got.hex(" ") or shown, length=length)
        expect(got != amount.to_bytes(4, "little"), "little end first", got=got.hex(" "))
        expect(False, "another number", got=got.hex(" "), amount=amount, wanted=wanted.hex(" "))


class Receipt(Exercise):
    services = ("kafka",)
    hints = (
        '`producer.send("orders", key=…, value=…, headers=[("order", …)])` as above; the id in the header is bytes.',
        "`send` returns a promise: `.get(timeout=10)` behind it waits for the answer, and that is the receipt.",
    )
    solution = """receipt = producer.send(
    "orders", key=product["state"], value=round(product["price"]), headers=[("order", b"order-1296")]
).get(timeout=10)"""
    right = "Topic, partition, offset: with these three anybody finds your order again, now or in a year."
    misconceptions = {
        "promise": "This is the promise. Has it been kept? `.get(timeout=10)` waits for the answer.",
        "not a receipt": "This is {got}: the answer that `.get(timeout=10)` gives is asked for.",
        "another topic": "This record went to the topic {got}: orders belong into `orders`.",
        "not there": "Partition {partition} has no record {offset} any more: the topic was made anew. Send it again.",
        "no key": "The record has no key, so it may be anywhere: hand over `key=`, the product's state.",
        "another key": "The key is {got}: it should be the state of the product's warehouse, {wanted}.",
        "cut off": "{got} dollars: `int` cuts the cents off, `round` goes to the nearest dollar.",
        "another value": "The value is {got}: {wanted} dollars, in four bytes, are asked for.",
        "no header": "The headers are {got}: `headers=` takes a list of pairs, here `order` with {wanted}.",
    }

    def check(self, answer):
        from helpers import shop

        expect(not hasattr(answer, "add_errback"), "promise")
        named = [getattr(answer, name, None) for name in ("topic", "partition", "offset")]
        expect(None not in named, "not a receipt", got=brief(answer))
        topic, *place = [value() if callable(value) else value for value in named]  # confluent-kafka has methods
        expect(topic == "orders", "another topic", got=topic)
        found = [record for record in records("orders", limit=100_000) if [record.partition, record.offset] == place]
        expect(found, "not there", partition=place[0], offset=place[1])
        product, record = shop.catalogue().loc["product-1296"], found[0]
        expect(record.key is not None, "no key")
        expect(record.key == product["state"].encode(), "another key", got=record.key, wanted=product["state"])
        dollars = round(product["price"])
        cut = int(product["price"])
        expect(record.value != cut.to_bytes(4, "big"), "cut off", got=cut)
        expect(record.value == dollars.to_bytes(4, "big"), "another value", got=self._read(record.value), wanted=dollars)
        expect(("order", b"order-1296") in record.headers, "no header", got=record.headers, wanted=b"order-1296")

    def _read(self, value):
        """A value as the lesson writes it, and as the number that its four bytes are."""
        if value is None or len(value) != 4:
            return value
        return f"{value.hex(' ')}, that is {int.from_bytes(value, 'big'):,}"


class SendAll(Exercise):
    hints = (
        "Begin with an empty list. Send in a loop, and give each promise an errback that appends the key to the list; "
        "`flush` before you return it.",
        "`promise.add_errback(f, key)` calls `f(key, error)`: the key is handed over now, not looked up later.",
    )
    solution = """def send_all(producer, orders):
    failed = []

    def note(key, error):
        failed.append(key)

    for key, value in orders:
        producer.send("notes", key=key, value=value).add_errback(note, key)
    producer.flush(timeout=10)
    return failed"""
    right = "It would send a million as well: all are on their way before the first answer is looked at."
    misconceptions = {
        "late binding": "It says {got}, the last key each time: your function looks `key` up when it is called, after "
        "the loop. Hand it over: `add_errback(f, key)`.",
        "too early": "It returned before the answers came: `producer.flush(timeout=10)` waits for all of them.",
        "one at a time": "It waited for an answer before it had sent everything: send all, then wait once.",
        "another topic": "They went to the topic {got}: these orders belong into `notes`.",
        "changed places": "Key and value have changed places: `send` takes the value first. Say `key=` and `value=`.",
        "not sent": "Of {wanted} orders {got} went to `notes`, once and with key and value, by the producer it was given.",
        "decoded": "It returned {got}: the keys are asked for as they came, bytes.",
        "errors": "It returned {got}: the keys are asked for, and nothing else.",
        "those that arrived": "{got} are those that arrived: those that failed are asked for.",
        "nothing heard": "It found no failure, although {wanted} failed: `send` does not raise, the answer tells.",
        "same key": "Two orders had the key NY, and the first of them failed: a dictionary by key keeps only the last one.",
        "of before": "It returned {got}, which holds the keys of an earlier call: begin each call with a new list.",
        "others": "It returned {got}, and {wanted} failed.",
    }

    def check(self, answer):
        send_all = function(answer)
        orders = [(key, f"note of {key.decode()}".encode()) for key in (b"OH", b"NY", b"CA", b"TX", b"WA")]
        of_one = [(b"NY", b"a long note"), (b"NY", b"a note"), (b"TX", b"a note")]
        earlier = []
        for given, bad in ((orders, orders[1:3]), (orders, []), (orders, orders[:1]), (of_one, of_one[:1])):
            self._one(send_all, given, bad, earlier)
            earlier += [key for key, _ in bad]

    def _one(self, send_all, orders, bad, earlier):
        producer = Producer(lambda key, value: (key, value) in bad)
        got = items(send_all(producer, orders))
        self._sent(producer.sent, orders)
        expect(producer.waited_after in (None, len(orders)), "one at a time")
        wanted, keys = [key for key, _ in bad], [key for key, _ in orders]
        expect(not all(isinstance(each, str) and each.encode() in keys for each in got) or not got, "decoded", got=got)
        expect(all(isinstance(each, bytes) and each in keys for each in got), "errors", got=got)
        if sorted(got) == sorted(wanted):
            return
        expect(producer.answered, "too early")
        expect(sorted(got) != sorted(earlier + wanted), "of before", got=got)
        expect(set(got) != {keys[-1]}, "late binding", got=got)
        expect(sorted(got) != sorted(set(keys) - set(wanted)), "those that arrived", got=got)
        expect(got or len(set(keys)) == len(keys), "same key")
        expect(got, "nothing heard", wanted=wanted)
        expect(False, "others", got=got, wanted=wanted)

    def _sent(self, sent, orders):
        elsewhere = [topic for topic, _, _ in sent if topic != "notes"]
        expect(not elsewhere, "another topic", got=brief(elsewhere and elsewhere[0]))
        records = [(key, value) for _, key, value in sent]
        expect(not records or records != [(value, key) for key, value in orders], "changed places")
        right = len([order for order in orders if records.count(order) == 1])
        expect(right == len(records) == len(orders), "not sent", got=right, wanted=len(orders))


class PartitionOf(Exercise):
    hints = (
        "`messaging.murmur2(key)` gives the number, `number & 0x7FFFFFFF` is that number without its sign bit.",
        "In this order: hash, drop the sign bit, and only then take `% partitions`.",
    )
    solution = """def partition_of(key, partitions):
    return (messaging.murmur2(key) & 0x7FFFFFFF) % partitions"""
    right = "Java's producer computes the same, so both agree on where a customer lives. Not every client does."
    misconceptions = {
        "sign bit": "For {key} it says {got} and Kafka {wanted}: the hash still has its sign bit, which is set here. "
        "First `& 0x7FFFFFFF`.",
        "brackets": "For {key} it says {got} and Kafka {wanted}: `%` binds more tightly than `&`. Put brackets around "
        "the hash without its sign bit.",
        "abs": "For {key} it says {got} and Kafka {wanted}: `abs` gives another number than dropping the sign bit.",
        "from one": "For {key} it says {got} and Kafka {wanted}: partitions are counted from 0.",
        "always three": "For {key} in {partitions} partitions it says {got}, as if they were 3: divide by `partitions`.",
        "not divided": "{got} is no partition of {partitions}: those begin with 0. Take the remainder, `% partitions`.",
        "Python's hash": "`hash` is Python's own, and different in every process: Kafka's is `messaging.murmur2`.",
        "another hash": "That is CRC32, which librdkafka takes by default: Java and kafka-python take murmur2.",
        "another partition": "For {key} in {partitions} partitions it says {got}, and Kafka {wanted}.",
    }

    def check(self, answer):
        from helpers.messaging import murmur2, partition_for

        partition_of = function(answer)
        keys = [b"OH", b"NY", b"WA", b"CA", b"TX", *(f"product-{place:04}".encode() for place in range(40))]
        asked = [(key, count) for count in (3, 5, 7) for key in keys]
        got = [number(partition_of(key, count)) for key, count in asked]
        wanted = [partition_for(key, count) for key, count in asked]
        if got == wanted:
            return
        differs = next(place for place in range(len(asked)) if got[place] != wanted[place])
        key, count = asked[differs]
        told = {"key": key, "partitions": count, "got": got[differs], "wanted": wanted[differs]}
        expect(got != [murmur2(key) % count for key, count in asked], "sign bit", **told)
        expect(got != [murmur2(key) % 2**32 % count for key, count in asked], "sign bit", **told)
        expect(got != [math.fmod(murmur2(key), count) for key, count in asked], "sign bit", **told)  # as C and Java
        expect(got != [place + 1 for place in wanted], "from one", **told)
        expect(got != [partition_for(key, 3) for key, _ in asked], "always three", **told)
        expect(got != [murmur2(key) & (0x7FFFFFFF % count) for key, count in asked], "brackets", **told)
        expect(got != [abs(murmur2(key)) % count for key, count in asked], "abs", **told)
        expect(got != [hash(key) % count for key, count in asked], "Python's hash")
        expect(got != [zlib.crc32(key) % count for key, count in asked], "another hash")
        expect(0 <= got[differs] < count, "not divided", **told)
        expect(False, "another partition", **told)


class Certain(Exercise):
    hints = (
        "Which steps lie in partition 0, and which in 1? What is certain is certain within one of them.",
        "Two pairs. The first is made of the two steps in partition 0.",
    )
    solution = """certain = [("placed", "packed"), ("paid", "shipped")]"""
    right = "All else depends on how fast a reader happens to get each partition: shipped before placed is possible."
    misconceptions = {
        "order of sending": "{got} were sent in this order, to different partitions: a reader may meet them the other "
        "way round.",
        "no key, no order": "Nothing, for want of a key? Offsets count records with and without one: look within a "
        "partition.",
        "backwards": "{got} stands the wrong way round: the smaller offset comes first.",
        "one missing": "That is right, and one pair is missing: look at the other partition.",
        "not pairs": 'A list of pairs is asked for, such as `[("first", "second")]`, and this holds {got}.',
        "no such step": "{got} is none of the four steps, which are text as the courier sent it.",
        "itself": "{got} is one step, twice: nothing comes before itself.",
    }

    def check(self, answer):
        given = list(answer) if isinstance(answer, Set) else items(answer)
        expect(given, "no key, no order")
        given = [each.tolist() if hasattr(each, "tolist") else each for each in given]  # the rows of an array
        for each in given:
            expect(isinstance(each, tuple | list) and len(each) == 2, "not pairs", got=brief(each))
        where = {"placed": (0, 0), "packed": (0, 1), "paid": (1, 0), "shipped": (1, 1)}
        for step in (step for each in given for step in each):
            expect(isinstance(step, str) and step in where, "no such step", got=brief(step))
        pairs = {tuple(each) for each in given}
        for first, second in sorted(pairs):
            expect(first != second, "itself", got=(first, second))
            expect(where[first][0] == where[second][0], "order of sending", got=(first, second))
            expect(where[first] < where[second], "backwards", got=(first, second))
        expect(len(pairs) == 2, "one missing")


class Safe(Exercise):
    hints = (
        "Which of the three kinds of acks waits for a second copy? Which switch keeps a retry from writing twice?",
        'acks is "all", idempotence is on (`True`), and the time is in milliseconds.',
    )
    solution = """safe = {"acks": "all", "enable_idempotence": True, "delivery_timeout_ms": 30_000}"""
    right = "With min.insync.replicas=2 on the topic, which is the broker's part of the same promise."
    misconceptions = {
        "acks": "acks={got!r} says yes before a second copy exists: with the one disk the record is gone.",
        "no such acks": 'acks={got} is none of those there are: 0, 1 and "all" (-1 means the same).',
        "no switch": "enable_idempotence is {got}: it is True or False, without quotation marks.",
        "no number": "{name} is {got}: a number is asked for, without quotation marks.",
        "twice": "Without idempotence a retry whose first try did arrive is written twice. ({why})",
        "no retries": "With retries=0 a broker's first hiccup is a failure: leave it out, the timeout is the limit.",
        "seconds": "{got} ms is far less than a broker needs to answer: the unit is milliseconds.",
        "too patient": "It gives up after {got:,} ms: 30 seconds are asked for.",
        "contradiction": "linger_ms and request_timeout_ms (30,000 unless set) make {got:,}: delivery_timeout_ms "
        "may not be less, or the producer refuses to start.",
        "the topic's": "{got} belongs to the topic or the broker, not to a producer.",
        "unknown": "KafkaProducer knows no setting {got}: in Python the names have underscores.",
        "not settings": "A dictionary of settings is asked for, and this is {got}.",
    }

    def check(self, answer):
        from kafka import KafkaProducer

        expect(isinstance(answer, Mapping), "not settings", got=brief(answer))
        settings = {**KafkaProducer.DEFAULT_CONFIG, **answer}
        for name in answer:
            expect("insync" not in str(name) and "replication" not in str(name), "the topic's", got=name)
            expect(name in KafkaProducer.DEFAULT_CONFIG, "unknown", got=name)
        acks, idempotent = settings["acks"], settings["enable_idempotence"]
        expect(not (same(acks, 0) or same(acks, 1)), "acks", got=acks)
        expect(same(acks, -1) or isinstance(acks, str) and acks == "all", "no such acks", got=brief(acks))
        expect(not isinstance(idempotent, str), "no switch", got=brief(idempotent))
        expect(same(idempotent, True), "twice", why="enable_idempotence")
        self._numbers(settings)

    def _numbers(self, settings):
        names = "retries", "max_in_flight_requests_per_connection", "delivery_timeout_ms", "linger_ms", "request_timeout_ms"
        for name in names:
            expect(not isinstance(settings[name], str | None), "no number", name=name, got=brief(settings[name]))
        retries, busy, limit, linger, request = (number(settings[name]) for name in names)
        expect(retries != 0, "no retries")
        expect(busy <= 5, "twice", why=f"{busy} requests in flight switch it off")
        expect(limit >= 1_000, "seconds", got=limit)
        expect(limit <= 30_000, "too patient", got=limit)
        expect(linger + request <= limit, "contradiction", got=linger + request)
