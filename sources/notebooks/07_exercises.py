"""Exercises of lesson 07."""

import zlib

from helpers.checks import Exercise, expect, function, items, number, records


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
        "another number": "{got} came back for {amount}: four bytes, the most significant first, are {wanted}.",
    }

    def check(self, answer):
        to_bytes = function(answer)
        for amount in (100, 20, 70_000):
            self._one(to_bytes(amount), amount)

    def _one(self, got, amount):
        wanted = amount.to_bytes(4, "big")
        got = bytes(got) if isinstance(got, bytearray) else got
        if got == wanted:
            return
        shown = repr(got[:12]) if isinstance(got, bytes | str) else repr(got)[:40]
        expect(got != bytes(amount), "zeros", amount=amount)
        expect(got not in (str(amount), str(amount).encode()), "digits", got=shown)
        text = got.decode("latin-1") if isinstance(got, bytes) else str(got)
        expect(text.replace(" ", "").removeprefix("0x") not in (wanted.hex(), f"{amount:x}"), "hex text", got=shown)
        expect(isinstance(got, bytes), "not bytes", got=shown)
        length = "one byte" if len(got) == 1 else f"{len(got)} bytes"
        expect(len(got) == 4, "another length", got=got.hex(" "), length=length)
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
        "no header": "No header `order` says {wanted}: `headers=` takes a list of pairs, a name and bytes.",
    }

    def check(self, answer):
        from helpers import shop

        expect(not hasattr(answer, "add_errback"), "promise")
        expect(hasattr(answer, "offset") and hasattr(answer, "partition"), "not a receipt", got=repr(answer)[:60])
        expect(answer.topic == "orders", "another topic", got=answer.topic)
        place = answer.partition, answer.offset
        found = [record for record in records("orders") if (record.partition, record.offset) == place]
        expect(found, "not there", partition=answer.partition, offset=answer.offset)
        product, record = shop.catalogue().loc["product-1296"], found[0]
        expect(record.key is not None, "no key")
        expect(record.key == product["state"].encode(), "another key", got=record.key, wanted=product["state"])
        dollars = round(product["price"])
        cut = int(product["price"])
        expect(record.value != cut.to_bytes(4, "big"), "cut off", got=cut)
        expect(record.value == dollars.to_bytes(4, "big"), "another value", got=record.value, wanted=dollars)
        expect(("order", b"order-1296") in record.headers, "no header", wanted=b"order-1296")


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
        "not sent": "Of {wanted} orders {got} were sent to `notes`, each with its key and value.",
        "errors": "It returned {got}: the keys are asked for, not the errors or pairs.",
        "those that arrived": "{got} are those that arrived: those that failed are asked for.",
        "nothing heard": "It found no failure, although {wanted} failed: `send` does not raise, the answer tells.",
        "others": "It returned {got}, and {wanted} failed.",
    }

    def check(self, answer):
        send_all = function(answer)
        orders = [(key, f"note of {key.decode()}".encode()) for key in (b"OH", b"NY", b"CA", b"TX", b"WA")]
        for bad in ({b"NY", b"CA"}, set(), {b"OH"}):
            self._one(send_all, orders, bad)

    def _one(self, send_all, orders, bad):
        producer = _Producer(bad)
        got = items(send_all(producer, orders))
        sent = [(key, value) for topic, key, value in producer.sent if topic == "notes"]
        expect(sorted(sent) == sorted(orders), "not sent", got=len(sent), wanted=len(orders))
        expect(producer.asked in (None, len(producer.sent)), "one at a time")
        if sorted(map(repr, got)) == sorted(map(repr, bad)):
            return
        keys = {key for key, _ in orders}
        expect(all(promise.is_done for promise in producer.promises), "too early")
        expect(set(map(repr, got)) != {repr(orders[-1][0])}, "late binding", got=got)
        expect(all(repr(each) in map(repr, keys) for each in got), "errors", got=repr(got)[:80])
        expect(not got or set(got) != keys - bad, "those that arrived", got=got)
        expect(got, "nothing heard", wanted=sorted(bad))
        expect(False, "others", got=got, wanted=sorted(bad))


class PartitionOf(Exercise):
    hints = (
        "`messaging.murmur2(key)` gives the number, `number & 0x7FFFFFFF` is that number without its sign bit.",
        "In this order: hash, drop the sign bit, and only then take `% partitions`.",
    )
    solution = """def partition_of(key, partitions):
    return (messaging.murmur2(key) & 0x7FFFFFFF) % partitions"""
    right = "Java's producer computes the same, so both agree on where a customer lives. Not every client does."
    misconceptions = {
        "sign bit": "For {key} it says {got} and Kafka {wanted}: the hash is negative, its sign bit still there. "
        "First `& 0x7FFFFFFF`.",
        "brackets": "For {key} it says {got} and Kafka {wanted}: `%` binds more tightly than `&`. Put brackets around "
        "the hash without its sign bit.",
        "abs": "For {key} it says {got} and Kafka {wanted}: `abs` gives another number than dropping the sign bit.",
        "not divided": "{got} is no partition of {partitions}: take the rest of the division, `% partitions`.",
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
        "no such step": "{got} is none of the four steps.",
    }

    def check(self, answer):
        given = list(answer) if isinstance(answer, set) else items(answer)
        expect(given, "no key, no order")
        wrong = [each for each in given if not isinstance(each, tuple | list) or len(each) != 2]
        expect(not wrong, "not pairs", got=repr(wrong and wrong[0]))
        pairs = {tuple(each) for each in given}
        where = {"placed": (0, 0), "packed": (0, 1), "paid": (1, 0), "shipped": (1, 1)}
        strange = [step for pair in pairs for step in pair if step not in where]
        expect(not strange, "no such step", got=repr(strange and strange[0]))
        for first, second in sorted(pairs):
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

        expect(isinstance(answer, dict), "not settings", got=repr(answer)[:60])
        settings = {**KafkaProducer.DEFAULT_CONFIG, **answer}
        for name in answer:
            expect("insync" not in str(name) and "replication" not in str(name), "the topic's", got=name)
            expect(name in KafkaProducer.DEFAULT_CONFIG, "unknown", got=name)
        expect(settings["acks"] in ("all", -1), "acks", got=settings["acks"])
        expect(settings["retries"] != 0, "no retries")
        expect(settings["enable_idempotence"] is True, "twice", why="enable_idempotence")
        busy = settings["max_in_flight_requests_per_connection"]
        expect(busy <= 5, "twice", why=f"{busy} requests in flight switch it off")
        limit = number(settings["delivery_timeout_ms"])
        expect(limit >= 1_000, "seconds", got=limit)
        expect(limit <= 30_000, "too patient", got=limit)
        inside = number(settings["linger_ms"]) + number(settings["request_timeout_ms"])
        expect(inside <= limit, "contradiction", got=inside)


class _Producer:
    """Stands in for a KafkaProducer: answers come when they are waited for, and those for the bad keys are errors.

    asked: how many records had been sent when an answer was waited for the first time.
    """

    def __init__(self, bad):
        self.bad, self.sent, self.promises, self.asked = bad, [], [], None

    def send(self, topic, value=None, key=None, **_):
        self.sent.append((topic, key, value))
        self.promises.append(_Promise(self, key in self.bad))
        return self.promises[-1]

    def wait(self):
        self.asked = len(self.sent) if self.asked is None else self.asked

    def flush(self, timeout=None):
        self.wait()
        for promise in self.promises:
            promise.settle()

    def close(self, timeout=None):
        self.flush()


class _Promise:
    """Stands in for the future that `send` returns, with the names of kafka-python's."""

    def __init__(self, producer, fails):
        self.producer, self.fails = producer, fails
        self.is_done, self.value, self.exception = False, None, None
        self.waiting = []

    def settle(self):
        if self.is_done:
            return
        self.is_done = True
        if self.fails:
            self.exception = RuntimeError("the broker refused it")
        else:
            self.value = "metadata"
        for wanted, function_, arguments in self.waiting:
            self._call(wanted, function_, arguments)

    def _call(self, wanted, function_, arguments):
        if wanted == self.fails:
            function_(*arguments, self.exception if self.fails else self.value)

    def _add(self, wanted, function_, arguments):
        if self.is_done:
            self._call(wanted, function_, arguments)
        else:
            self.waiting.append((wanted, function_, arguments))
        return self

    def add_callback(self, function_, *arguments):
        return self._add(False, function_, arguments)

    def add_errback(self, function_, *arguments):
        return self._add(True, function_, arguments)

    def add_both(self, function_, *arguments):
        return self.add_callback(function_, *arguments).add_errback(function_, *arguments)

    def succeeded(self):
        return self.is_done and not self.fails

    def failed(self):
        return self.is_done and self.fails

    def get(self, timeout=None):
        self.producer.wait()
        self.settle()
        if self.fails:
            raise self.exception
        return self.value
