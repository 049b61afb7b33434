# %% [markdown]
# In lesson 00 you watched the whole pipeline; now you build its first arrow. You also ordered the boots that it called a
# sandal. Somebody has to write such an order down: at once, in a place that survives a broken server, and
# where many programs can read it. That place is a topic in Kafka, and the program that writes is a **producer**.
#
# **You will be able to**
#
# - write a record as bytes, with key, value and headers,
# - send it, and learn what became of each record, also when it failed,
# - end a producer so that nothing is left behind in it,
# - compute by hand where a key goes, and say which order holds,
# - choose `acks` by what may be lost, after losing records on purpose.

# %%
import signal
import time
from concurrent.futures import ThreadPoolExecutor

from kafka import KafkaAdminClient, KafkaProducer
from kafka.serializer import DefaultSerializer, Serializer

from helpers import figures, messaging, services, shop
from helpers.checks import exercises
from helpers.messaging import segments
from helpers.messaging.losses import Trial
from helpers.services.children import run_until_signal
from helpers.streams import jvm

check, hint, solution = exercises("07")
lab = services.ensure("kafka")

# %% [markdown] tags=["core"] reading=2 hands_on=2
# ## A record is bytes
#
# A **broker** is a server that keeps topics. A **topic** is a list that only grows at its end. What you write to it
# is a **record** (the talk says *message*); it is never changed, and any number of programs may read it. This is an
# order:
#
# | part | what it is | in the shop |
# |---|---|---|
# | key | bytes, or none; decides where the record goes | the state of the warehouse, `OH` |
# | value | bytes: what happened | the amount in whole dollars, `100` |
# | headers | names, each with bytes: notes for those who pass it on | the order's id |
# | timestamp | milliseconds since 1970 | when it was sent |
#
# Kafka never looks inside a key or a value. Making bytes of them, **serialising**, is the business of the producer.
# Text is easy: `"OH".encode()` is `4f 48`, written in hex. For the value the talk takes Java's `IntegerSerializer`:
# always four bytes, the most significant first, so 100 becomes `00 00 00 64`.
#
# **Your turn.** Write it in Python. Whole numbers have a method for it.

# %%
def to_bytes(amount):
    return ...  # your turn: four bytes


check("to_bytes", to_bytes)

# %% [markdown]
# Stuck? `hint("to_bytes")` helps, `hint("to_bytes", 2)` helps more, `solution("to_bytes")` shows one way. The lesson
# goes on either way; the next cell keeps its own `four_bytes` folded.
#
# A hundred can also be written as its three digits. Nothing in the bytes says which of the two they are, and no broker
# will warn you: writer and reader must agree. **Predict:** a reader takes the digits for one number. How many dollars
# does it see?

# %% jupyter={"source_hidden": true}
# Folded: `four_bytes`, used from here on, and a hundred written in two ways
def four_bytes(amount):
    return amount.to_bytes(4, "big")


print("100 in four bytes:", four_bytes(100).hex(" "))
print("100 in digits:    ", str(100).encode().hex(" "))
print("the digits, read as one number:", f"{int.from_bytes(b'100', 'big'):,}")

# %% [markdown] tags=["core"] reading=2 hands_on=1
# ## Set up a producer
#
# One object does the work. Its settings, one by one:
#
# - `bootstrap_servers`: whom to ask first. Any broker knows all the others.
# - `client_id`: the name under which the broker's log knows you.
# - `key_serializer`, `value_serializer`: objects that make bytes; kafka-python's `DefaultSerializer` encodes text.
#   Without them you hand over bytes.
# - `acks`: when a record counts as written. `"all"` is the default and the safe one; the last core section is about
#   it.
# - `linger_ms`: how long a record may wait for others that go the same way.
# - `max_block_ms`: how long `send` itself may wait for a topic that it does not know; a minute unless set.
#
# **Predict:** the first address below is dead. What will happen?
#
# <details><summary>Answer</summary>
#
# It goes on to the next address: give two or more, so that your program can start while a broker is down. Had all been
# dead, it would have kept silent for 30 seconds before saying so: `bootstrap_timeout_ms=2000` shortens that.
#
# </details>
#
# <details><summary>The talk's Java</summary>
#
# ```java
# Properties properties = new Properties();
# properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:9092,localhost:9093");
# properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
# properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, IntegerSerializer.class);
# KafkaProducer<String, Integer> producer = new KafkaProducer<>(properties);
# ```
#
# The names are the same, with dots: `bootstrap.servers`, `linger.ms`. The talk gives one address and asks for two.
#
# </details>

# %%
class IntegerSerializer(Serializer):
    def serialize(self, topic, headers, data):
        return four_bytes(data)


began = time.monotonic()
producer = KafkaProducer(
    bootstrap_servers=["127.0.0.1:1", *lab.bootstrap.split(",")],
    client_id="shop",
    key_serializer=DefaultSerializer(),
    value_serializer=IntegerSerializer(),
    acks="all",
    linger_ms=100,
    max_block_ms=5_000,
)
print(f"127.0.0.1:1 is dead, and yet a broker answered after {time.monotonic() - began:.1f} s")

# %% [markdown] tags=["core"] reading=2 hands_on=2
# ## Send: a promise now, an answer later
#
# The topic gets three **partitions**: three lists side by side, so that three programs can share the work. Which of
# them a record goes to, you find out below. `send` puts the record into a buffer, nothing more, and returns a
# *future*: the promise of an answer. A thread in the background packs records into **batches**, one for each
# partition, and sends them. `get` waits for the answer, here for ten seconds at most.

# %%
messaging.create_topic("orders", partitions=3, fresh=True)
promise = producer.send("orders", key="OH", value=100, headers=[("order", b"order-0001")])
print("answered already:", promise.is_done)
metadata = promise.get(timeout=10)
print("topic:", metadata.topic, "· partition:", metadata.partition, "· offset:", metadata.offset)

# %% [markdown]
# The **offset** is the record's number in its partition, counted from 0. Topic, partition and offset name a record
# for ever: it is never moved or renumbered. The metadata does *not* hold key and value; remember that for later. Now
# the talk's other two orders, and the boots, 52.79 dollars from a warehouse in WA. First all are sent, then all answers
# are awaited, so they travel together. Then read them back as they lie there, keys and values in hex:

# %%
more = [("NY", 20, b"order-0002"), ("NY", 60, b"order-0003"), ("WA", 53, b"order-0023")]
promises = [producer.send("orders", key=key, value=value, headers=[("order", id)]) for key, value, id in more]
answers = [promise.get(timeout=10) for promise in promises]
records = messaging.read("orders", limit=100, seconds=10, follow=False)
records.sort(key=lambda record: (record.partition, record.offset))
print("partition/offset  key    value        headers")
for record in records:
    key, value = record.key.hex(" "), record.value.hex(" ")
    print(f"{record.partition:>9}/{record.offset:<6}  {key}  {value}  {record.headers}")

# %% [markdown]
# <details><summary>The talk's Java</summary>
#
# ```java
# ProducerRecord<String, Integer> producerRecord = new ProducerRecord<>("my_orders", state, amount);
# Future<RecordMetadata> send = producer.send(producerRecord);
# RecordMetadata metadata = send.get(10, TimeUnit.SECONDS);
# System.out.format("partition: %d, offset: %d\n", metadata.partition(), metadata.offset());
# ```
#
# </details>
#
# **Your turn.** Order this dress: to `orders`, its `state` as key, its `price` in whole dollars (`round`) as value,
# and the header `order` with the bytes `b"order-1296"`. Keep the broker's answer. Each attempt orders it once more, which
# does no harm here. (A topic that does not exist makes `send` wait, here for five seconds, and then fail.)

# %%
product = shop.catalogue().loc["product-1296"]
print(product["kind"], product["state"], product["price"])
receipt = ...  # your turn: send it, in whole dollars (round), and wait for the answer, 10 seconds at most
check("receipt", receipt)

# %% [markdown] tags=["core"] reading=2 hands_on=2
# ## Hear of failures
#
# Waiting for every answer is slow. Instead, hand over a function that is called when the answer comes: `add_callback`
# if all went well, `add_errback` if not. Something must fail for that. An order may carry a note, the topic `notes`
# takes nothing larger than 300 bytes, and Ohio has written a letter. **Predict:** whose note will be listed as
# failed?

# %%
messaging.create_topic("notes", partitions=3, config={"max.message.bytes": 300}, fresh=True)
notes = {"NY": b"Ring twice.", "OH": b"Dear shop, " + b"please " * 80, "CA": b"No bag."}
notary = KafkaProducer(bootstrap_servers=lab.bootstrap, linger_ms=200, enable_idempotence=False)
failed = []
for state, note in notes.items():
    promise = notary.send("notes", key=state.encode(), value=note)
    promise.add_errback(lambda error: failed.append(state))
notary.flush(timeout=10)
failed

# %% [markdown]
# California! Its note is safe in Kafka; the one that failed is Ohio's. The answer knows neither key nor value, so the
# function takes `state` from around it: a **closure**. But it looks the name up when it is *called*, and by then the
# loop has ended. (In Java each round of such a loop has a variable of its own.) The cure: hand the values over *now*,
# as arguments.

# %%
def report(state, note, error):
    failed.append((state, len(note), type(error).__name__))


failed = []
for state, note in notes.items():
    notary.send("notes", key=state.encode(), value=note).add_errback(report, state, note)
notary.flush(timeout=10)
failed

# %% [markdown]
# `flush` waits until every record has its answer. Both functions run in the producer's own thread: keep them short,
# and never wait in them.
#
# <div class="alert alert-block alert-info"><b>Check the slide.</b> The talk asks whether the metadata is null.
# Test the <i>exception</i> instead; the section on Java at the end shows why.</div>
#
# <div class="alert alert-block alert-info"><b>Why <code>enable_idempotence=False</code>?</b> <i>Idempotence</i>: a
# record that is sent twice is stored once. With it on, the default, kafka-python 3.0.12 ends a producer for good at the
# first record that a broker refuses: whatever you send afterwards fails with the same error. Then only a new producer
# helps.</div>
#
# **Your turn.** `orders` is a list of pairs, key and value, both bytes. Send each, and return a list of the keys whose
# orders failed. Do not wait for each one before you send the next.

# %%
def send_all(producer, orders):
    return ...  # your turn: the topic is "notes"


check("send_all", send_all)

# %% [markdown] tags=["core"] reading=1 hands_on=1
# ## Be a good citizen: flush and close
#
# A program that ends without `flush` or `close` leaves its last records in its own memory, and nobody hears of it.
# `close` flushes by itself; say `flush` where you want to know it *now*. Shorter, and safe when an error comes in
# between, is `with KafkaProducer(...) as producer:`.
#
# One producer is enough for a program: it is **thread-safe**, all threads may share it. (A consumer is not: lesson 08.)
# The one below may wait a whole minute for company. Four threads share it, and give it a hundred letters. **Predict:**
# how many are in the topic a moment later, and how many after `flush`?

# %%
messaging.create_topic("letters", fresh=True)
patient = KafkaProducer(bootstrap_servers=lab.bootstrap, linger_ms=60_000)
with ThreadPoolExecutor(4) as threads:
    for number in range(100):
        threads.submit(patient.send, "letters", value=f"letter {number}".encode())
print("before:", messaging.offsets("letters")["end"].sum())
patient.flush(timeout=10)
print("after: ", messaging.offsets("letters")["end"].sum())
for finished in (patient, notary):  # `producer` stays open for you; Python closes it when the kernel ends
    finished.close(timeout=10)

# %% [markdown] tags=["core"] reading=2 hands_on=2
# ## A key chooses its partition
#
# Look where the orders lie. **Before you run it:** does every state have a partition of its own?

# %%
records = messaging.read("orders", limit=100, seconds=10, follow=False)
figures.partitions(records, 3, value=int.from_bytes, topic="orders")

# %% [markdown]
# A partition may serve several states: NY and WA share one. Partition 1 is the place of CA and TX: your dress lies
# there, and if you have not ordered it, nothing does. The broker has no part in this. The producer decides, in the
# same way in every program that uses the same rule, and you can compute it too:
#
# 1. `messaging.murmur2(key)` makes a whole number of 32 bits out of the key, which may be negative.
# 2. Drop the sign *bit*: `& 0x7FFFFFFF` keeps the other 31.
# 3. The remainder of the division by the number of partitions is the partition.
#
# **Your turn.** Write it; `key` is bytes, and what comes back a whole number, counted from 0.

# %%
def partition_of(key, partitions):
    return ...  # your turn


check("partition_of", partition_of)

# %% jupyter={"source_hidden": true}
# Folded: the three steps by hand, beside the partition that Kafka says; the last column forgets the sign bit
for key, partition in {record.key: record.partition for record in records}.items():
    hashed = messaging.murmur2(key)
    kept = hashed & 0x7FFFFFFF
    by_hand = f"{key.decode()}: {hashed:>13,} → {kept:>13,} % 3 = {kept % 3}"
    print(f"{by_hand}   Kafka: {partition}   without step 2: {hashed % 3}")

# %% [markdown]
# Without step 2 the result is right for WA, whose hash is not negative, and wrong for NY and OH: a program with this
# mistake finds *some* keys where it looks for them.
#
# <div class="alert alert-block alert-info"><b>Check the slide.</b> The talk draws OH and NY in two partitions. The next
# cell sends the talk's orders to a topic that has two, gives it a third, and sends the same orders again.</div>
#
# **Predict:** where do the first three lie, where the second three (shaded)? And does anything move?

# %%
talk = [(state.encode(), four_bytes(amount)) for state, amount in [("OH", 100), ("NY", 20), ("NY", 60)]]
messaging.create_topic("orders-in-two", partitions=2, fresh=True)
messaging.write("orders-in-two", talk, seconds=10)
ends = messaging.offsets("orders-in-two")["end"]
with KafkaAdminClient(bootstrap_servers=lab.bootstrap) as admin:
    admin.create_partitions({"orders-in-two": 3})
messaging.write("orders-in-two", talk, seconds=10)
twice = messaging.read("orders-in-two", limit=100, seconds=10, follow=False)
figures.partitions(twice, 3, value=int.from_bytes, topic="orders-in-two", since=ends)

# %% [markdown]
# Of two partitions, OH and NY share one: all three orders went to partition 1. The slide's picture needs three, OH in 2
# and NY in 0. More partitions move *keys*, for a remainder changes with the divisor; records stay where they are. So
# Ohio's history now lies in two partitions. Choose more partitions than you need on the first day; a running producer
# hears of new ones within five minutes (`metadata_max_age_ms`).

# %% [markdown] tags=["core"] reading=1 hands_on=1
# ## Order is kept in a partition
#
# The four steps of a delivery are sent one after the other, *without* a key. `partition=` says where each goes
# (without it kafka-python chooses at random).

# %%
messaging.create_topic("steps", partitions=2, fresh=True)
with KafkaProducer(bootstrap_servers=lab.bootstrap) as courier:
    for step, partition in [("placed", 0), ("paid", 1), ("packed", 0), ("shipped", 1)]:
        courier.send("steps", value=step.encode(), partition=partition)
figures.partitions(messaging.read("steps", limit=100, seconds=10, follow=False), 2, topic="steps")

# %% [markdown]
# Whoever reads a partition gets its records in the order of their offsets, always. Between two partitions there is no
# order: a reader may be ahead in one and behind in the other.
#
# <div class="alert alert-block alert-info"><b>Check the slide.</b> The talk says that a key is the only way to get
# order. These records have none, and each partition keeps theirs. What a key adds is that all records of one state
# meet in <i>one</i> partition: order where you need it.</div>
#
# **Your turn.** Which pairs will *every* reader see in this order? List them all, as pairs `("first", "second")`.

# %%
certain = [...]  # your turn
check("certain", certain)

# %% [markdown] tags=["core"] reading=3 hands_on=3
# ## acks: who has it when you are told yes
#
# One broker is one disk. So a partition is kept in three copies, **replicas**, on three brokers. One of them
# **leads**: it takes all writes. The others **follow**: they fetch what is new, a few milliseconds later. Those that
# keep up are *in sync*. Now what does "written" mean?
#
# | `acks` | you are told yes when | a yes is worth |
# |---|---|---|
# | `0` | the record has left your program | nothing |
# | `1` | the **leader** has it | as long as the leader lives |
# | `"all"` | every **in-sync** replica has it, and they are at least `min.insync.replicas` (here 2) | a copy survives |
#
# You need three brokers that may be broken: the next cell starts its own and stops them, in half a minute or so. Three
# producers, `acks` being their only difference, send 100 records each at three moments: when all is well, when the
# followers stand still, and when the leader stands still too. Then the leader is killed, as by a power cut, and the
# followers go on. `count` reads what is left. **Predict:** of the *acknowledged* records, how many does each producer
# lose? In the picture look first at the crosses, then at the circles: what became of those that were *not*
# acknowledged?

# %%
with services.cluster(3) as three, Trial(three) as trial:
    # for the section *Where the leaders are*, which needs three brokers too:
    messaging.create_topic("spread", partitions=6, replication=3, bootstrap=three.bootstrap)
    spread = messaging.describe("spread", bootstrap=three.bootstrap)
    trial.write("all is well")
    trial.pause_followers()
    trial.write("the followers are behind")
    trial.pause_leader()
    trial.write("the leader stalls too")
    trial.kill_leader()
    counted = trial.count()

# %%
figures.losses(counted)

# %% [markdown]
# Each cross was promised to you and is gone. With `1` the record was on one disk, the one that died; with `0` it may
# have been on its way. The last hundred of `1` got no yes, as the leader stood still; their producer kept them and sent
# them to the new leader. With `all` the yes had to wait until that one was elected. Waiting is its price.
#
# **Luck.** A plain kill seldom shows this: followers lag by milliseconds, and `acks=1` mostly gets away with it. We
# made the bad luck, a moment of standing still, as a long garbage collection or a sick disk makes it; `pause_followers`
# waits until nothing more is on its way to them. Try it: delete the two lines with `pause` and run the cell again.
#
# <div class="alert alert-block alert-info"><b>Check the slide.</b> <code>1</code> is not "at least one replica" but
# the leader, and <code>all</code> is not "all replicas" but those in sync: with a follower down you can still
# write.</div>
#
# **Your turn.** Settings for payments, as a dictionary for `KafkaProducer(**safe)`: nothing acknowledged is lost with
# a broker, nothing is stored twice by a retry (that is what idempotence is for), and you hear of a failure within 30
# seconds (`delivery_timeout_ms` is how long the producer tries, 120,000 unless set).

# %%
safe = {"acks": ..., "enable_idempotence": ..., "delivery_timeout_ms": ...}  # your turn
check("safe", safe)

# %% [markdown] tags=["extra"] reading=1 hands_on=1
# ## Where the leaders are
#
# The cell with the three brokers also asked for a topic of six partitions. **Predict:** how many brokers does a topic
# of six partitions need? Look for the filled boxes, the copies that lead.
#
# <details><summary>Answer</summary>
#
# One is enough. With three, each leads some partitions and follows others, so writes are shared, and after a broker's
# death the others share what it led. A producer asks any broker who leads what, and then sends each batch straight to
# the leader of its partition.
#
# </details>

# %% tags=["nbval-ignore-output"] reason="Kafka chooses anew which broker leads the first partition"
figures.brokers(spread)

# %% [markdown]
# <div class="alert alert-block alert-info"><b>Check the slide.</b> "Each partition is on a different broker": not so.
# Spread over brokers, a topic scales, but a broker holds many partitions.</div>

# %% [markdown] tags=["extra"] reading=3 hands_on=3
# ## Batches: what waiting together saves
#
# Every batch begins with 61 bytes of its own, and every batch has to be asked for and answered. Five ways to send the
# same order, each measured: records a second, and the batches as they lie in the broker's file. They need a broker
# whose disk we may read, so the second cell starts one of its own; all that takes about 20 seconds.
#
# **Predict:** an order comes every two milliseconds. Does it help to let it linger for 50? Look for the hatched parts
# of the bars, and for the ways that have none to speak of.
#
# <details><summary>What it shows</summary>
#
# A record that travels alone pays for the whole header: four fifths of what is sent is wrapping. Waiting for each
# answer makes a producer slow (the two with a record every 2 ms are slow because *we* pace them), company makes its
# records small. Compression works on a whole batch and finds what the records have in common, so it needs company too.
# Where records come thick and fast they meet by themselves, and `linger_ms` hardly matters. Where they drip, it makes
# them meet, at the cost of that many milliseconds. `batch_size` (16 KB by default) is the most that one batch may hold.
#
# </details>

# %%
def measure(own, topic, records, wait=False, pause=0, **settings):
    messaging.create_topic(topic, bootstrap=own.bootstrap)
    with KafkaProducer(bootstrap_servers=own.bootstrap, **settings) as sender:
        sender.partitions_for(topic)  # getting acquainted is not measured
        began = time.perf_counter()
        for _ in range(records):
            promise = sender.send(topic, key=b"OH", value=four_bytes(100))
            if wait:
                promise.get(timeout=10)
            time.sleep(pause)
        sender.flush(timeout=30)
        rate = records / (time.perf_counter() - began)
    (segment,) = segments.segments_of(topic, bootstrap=own.bootstrap)
    return rate, list(segments.batches(segment.path))

# %% tags=["nbval-ignore-output"] reason="how many records meet in a batch depends on the machine's speed"
ways = {
    "wait for each answer": {"records": 300, "wait": True},
    "one every 2 ms, linger_ms=0": {"records": 300, "pause": 0.002},
    "one every 2 ms, linger_ms=50": {"records": 300, "pause": 0.002, "linger_ms": 50},
    "as fast as it goes": {"records": 5000, "linger_ms": 50},
    "as fast, with gzip": {"records": 5000, "linger_ms": 50, "compression_type": "gzip"},
}
measured = {}
with services.cluster(1) as own:
    for place, (name, way) in enumerate(ways.items()):
        rate, measured[name] = measure(own, f"way-{place}", **way)
        print(f"{name}: {rate:,.0f} records/s")
figures.batches(measured)

# %% [markdown] tags=["extra"] reading=2 hands_on=2
# ## SIGTERM and SIGINT
#
# Programs are ended from outside: Ctrl+C sends **SIGINT**, an operating system that shuts down (or `docker stop`)
# sends **SIGTERM**. The program below has 100 records in its buffer when it is ended; its `finally` closes the producer.
# A **handler** is a function that is called when the signal comes. **Predict:** how many records arrive with SIGINT, with
# SIGTERM, and with SIGTERM and a handler?
#
# <details><summary>Answer</summary>
#
# All, none, all. SIGINT raises KeyboardInterrupt, so `finally` runs. SIGTERM ends the program on the spot: a hundred
# records die in a buffer, and nobody is told, for the program that could have said so is gone. The handler need not do
# much. It ends the program in the ordinary way, so that `finally` gets its turn.
#
# </details>

# %%
program = """
import signal, sys, time
from kafka import KafkaProducer
bootstrap, topic, *handled = sys.argv[1:]
producer = KafkaProducer(bootstrap_servers=bootstrap.split(","), linger_ms=60_000)
for name in handled:
    signal.signal(getattr(signal, name), lambda number, frame: sys.exit())  # now `finally` runs
try:
    for number in range(100):
        producer.send(topic, value=b"a record")
    print("ready", flush=True)
    time.sleep(60)
finally:
    producer.close(timeout=10)"""
windows = ["SIGBREAK"] if hasattr(signal, "SIGBREAK") else []
for name, handled in [("SIGINT", windows), ("SIGTERM", []), ("SIGTERM", ["SIGTERM", *windows])]:
    messaging.create_topic("endings", fresh=True)
    run_until_signal(program, lab.bootstrap, "endings", *handled, name=name)
    arrived = messaging.offsets("endings")["end"].sum()
    print(f"{name}{' with a handler' if 'SIGTERM' in handled else ''}: {arrived} arrived")

# %% [markdown]
# <div class="alert alert-block alert-info"><b>Check the slide.</b> "SIGTERM (CTRL+C)": Ctrl+C is SIGINT. Java's
# shutdown hook runs on both; in Python, SIGTERM needs its handler. (On Windows no program can send either to another;
# there it is Ctrl+Break, SIGBREAK.)</div>

# %% [markdown] tags=["extra"] reading=2 hands_on=1
# ## The talk's Java, really run
#
# The workbook has a Java machine, for Kafka Streams (lesson 09). So the talk's own classes can be asked. Of three
# records the second is too large for the topic `notes`; the callback keeps what it gets. Java writes metadata as
# topic-partition@offset. **Predict:** will that of the second be null? And will the other two lie where Python would
# have put them, in the same four bytes?
#
# <details><summary>Answer</summary>
#
# On the error the metadata is there, with offset −1: `if (metadata != null)` takes the failure for a success. The
# record after it went through: Java's producer goes on. OH is in 2 and NY in 0, and 100 is `00 00 00 64`: programs in
# two languages share a topic as long as they agree on the bytes and on the hash.
#
# </details>

# %% jupyter={"source_hidden": true}
# Folded: Java's producer with the talk's serialisers and a callback; then what lies in the topic
serialization, answers = "org.apache.kafka.common.serialization", []
settings = {
    "bootstrap.servers": lab.bootstrap,
    "key.serializer": f"{serialization}.StringSerializer",
    "value.serializer": f"{serialization}.IntegerSerializer",
}
ProducerRecord, Integer = jvm.kafka("clients.producer.ProducerRecord"), jvm.java("java.lang.Integer")
keep = {"onCompletion": lambda metadata, error: answers.append(f"{metadata}: {error}".partition(": The")[0])}
on_completion = jvm.proxy("org.apache.kafka.clients.producer.Callback", **keep)
java = jvm.kafka("clients.producer.KafkaProducer")(jvm.properties(settings))
for key in ("OH", "O" * 500, "NY"):
    java.send(ProducerRecord("notes", key, Integer.valueOf(100)), on_completion)
java.close()
print(*sorted(answers), sep="\n")
for record in messaging.read("notes", limit=100, seconds=10, follow=False):
    if len(record.value) == 4:
        print(f"{record.key.decode()} in partition {record.partition}: {record.value.hex(' ')}")

# %% [markdown] tags=["core"] reading=1 hands_on=0
# ## Recap
#
# - A record is bytes: key, value, headers and a timestamp; what they mean, writer and reader must agree on.
# - `send` gives a promise; hear of failures through its answer or an errback, with what belongs to it handed over at
#   once.
# - What is in the buffer is not in Kafka: flush and close, also when the program is ended from outside.
# - (murmur2(key) without its sign bit) % partitions is the partition, and order is kept within one.
# - `acks=0` loses what is on the wire, `acks=1` what only the leader has; `acks="all"` waits, and keeps it.
#
# **What went wrong for others.** `send` in a loop, end of program, an empty topic: nobody had flushed. Two languages
# with two hashes: the same customer in two partitions. `acks=1` for years without trouble, until a disk stalled.
