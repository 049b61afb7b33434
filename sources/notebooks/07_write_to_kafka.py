# %% [markdown]
# Lesson 06 drew the whole machine; now you build its first arrow. In lesson 00 you ordered a pair of boots. Somebody
# has to write that down: at once, in a place that survives a broken server, and where many programs can read it. That
# place is a topic in Kafka, and the program that writes is a **producer**.
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
# goes on either way. Look at the same hundred, written down in two ways:

# %%
def four_bytes(amount):
    return amount.to_bytes(4, "big")


print("100 in four bytes:", four_bytes(100).hex(" "))
print("100 in digits:    ", str(100).encode().hex(" "))
print("the digits, read as one number:", f"{int.from_bytes(b'100', 'big'):,}")

# %% [markdown]
# Nothing in the bytes says which of the two they are, and no broker will warn you. Writer and reader must agree, or a
# hundred dollars become three million. (Large companies keep such agreements in a program of their own, a schema
# registry; here a sentence is enough.)

# %% [markdown] tags=["core"] reading=2 hands_on=1
# ## Set up a producer
#
# One object does the work. Its settings, one by one:
#
# - `bootstrap_servers`: whom to ask first. Any broker knows all the others; give two addresses or more, so that your
#   program can start while one of them is down. **Predict:** the first address here is dead. What will happen?
# - `client_id`: the name under which the broker's log knows you.
# - `key_serializer`, `value_serializer`: objects that make bytes; kafka-python's `DefaultSerializer` encodes text.
#   Without them you hand over bytes.
# - `acks`: when a record counts as written. `"all"` is the default and the safe one; the last core section is about
#   it.
# - `linger_ms`: how long a record may wait for others that go the same way.

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
)
print(f"found a broker after {time.monotonic() - began:.1f} s")

# %% [markdown]
# It went on to the next address. Had all been dead, it would have kept silent for 30 seconds before saying so:
# `bootstrap_timeout_ms=2000` shortens that.
#
# One producer is enough for a program: it is **thread-safe**, all threads may share it. (A consumer is not: lesson
# 08.)
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
# the talk's other two orders, and yours: the boots of lesson 00, 52.79 dollars from a warehouse in WA. First all are
# sent, then all answers are awaited, so they travel together. Then read them back as they lie there, keys and values
# in hex:

# %%
more = [("NY", 20, b"order-0002"), ("NY", 60, b"order-0003"), ("WA", 53, b"order-0023")]
promises = [producer.send("orders", key=state, value=amount, headers=[("order", id)]) for state, amount, id in more]
answers = [promise.get(timeout=10) for promise in promises]
records = messaging.read("orders", limit=100, seconds=10, follow=False)
records.sort(key=lambda record: (record.partition, record.offset))
for record in records:
    print(f"{record.partition}/{record.offset}  {record.key.hex(' ')}  {record.value.hex(' ')}  {record.headers}")

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
# and the header `order` with `order-0042`. Keep the broker's answer.

# %%
product = shop.catalogue().loc["product-0042"]
print(product["kind"], product["state"], product["price"])
receipt = ...  # your turn: send it and wait for the answer, 10 seconds at most
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
# <div class="alert alert-block alert-info"><b>Check the slide.</b> The talk asks whether the metadata is null. Java
# hands it over on errors as well, with offset −1; test the <i>exception</i>. The section on Java at the end tries
# it.</div>
#
# <div class="alert alert-block alert-warning"><b>Why <code>enable_idempotence=False</code>?</b> With it on, the
# default, kafka-python 3.0.12 ends a producer for good at the first record that a broker refuses: whatever you send
# afterwards fails with the same error. Then only a new producer helps. Java's goes on.</div>
#
# **Your turn.** Send each order, a pair of key and value, and return the list of keys whose orders failed. Do not
# wait for each one before you send the next.

# %%
def send_all(producer, orders):
    return ...  # your turn: the topic is "notes"


check("send_all", send_all)

# %% [markdown] tags=["core"] reading=1 hands_on=1
# ## Be a good citizen: flush and close
#
# This producer may wait a whole minute for company. Four threads share it, and give it a hundred letters.
# **Predict:** how many are in the topic a moment later, and how many after `close`?

# %%
messaging.create_topic("letters", fresh=True)
patient = KafkaProducer(bootstrap_servers=lab.bootstrap, linger_ms=60_000)
with ThreadPoolExecutor(4) as threads:
    for number in range(100):
        threads.submit(patient.send, "letters", value=f"letter {number}".encode())
print("before:", messaging.offsets("letters")["end"].sum())
patient.flush(timeout=10)
patient.close(timeout=10)
print("after: ", messaging.offsets("letters")["end"].sum())

# %% [markdown]
# A program that ends without this leaves its last records in its own memory, and nobody hears of it. `close` flushes
# by itself; say `flush` where you want to know it *now*. Shorter, and safe when an error comes in between, is
# `with KafkaProducer(...) as producer:`. What happens when somebody else ends the program stands in the extra part.

# %% [markdown] tags=["core"] reading=2 hands_on=2
# ## A key chooses its partition
#
# Look where the orders lie. **Before you run it:** does every state have a partition of its own?

# %%
figures.partitions(records, 3, value=int.from_bytes, topic="orders")

# %% [markdown]
# A partition may serve several states, and one of the three is empty: nobody ordered from CA or TX, whose place it
# is. The broker has no part in this. The producer decides, in the same way in every program that uses the same rule,
# and you can compute it too:
#
# 1. `messaging.murmur2(key)` makes a whole number of 32 bits out of the key, which may be negative.
# 2. Drop the sign *bit*: `& 0x7FFFFFFF` keeps the other 31.
# 3. The remainder of the division by the number of partitions is the partition.
#
# **Your turn.** Write it; `key` is bytes.

# %%
def partition_of(key, partitions):
    return ...  # your turn


check("partition_of", partition_of)

# %% [markdown]
# Here it is by hand, beside what the broker said. The last column forgets the sign bit:

# %%
for state, broker in {record.key: record.partition for record in records}.items():
    hashed = messaging.murmur2(state)
    kept = hashed & 0x7FFFFFFF
    print(f"{state.decode()}: {hashed:>13,} → {kept:>13,} % 3 = {kept % 3}, broker {broker}, forgotten {hashed % 3}")

# %% [markdown]
# Right by chance for one, wrong for others: a program with this mistake finds *some* keys where it looks for them.
#
# <div class="alert alert-block alert-info"><b>Check the slide.</b> The talk draws OH and NY in two partitions. With
# two partitions both are in the same one, and the other has neither:</div>

# %%
messaging.create_topic("orders-in-two", partitions=2, fresh=True)
for state, amount in [("OH", 100), ("NY", 20), ("NY", 60)]:
    producer.send("orders-in-two", key=state, value=amount)
producer.flush(timeout=10)
two = messaging.read("orders-in-two", limit=100, seconds=10, follow=False)
figures.partitions(two, 2, value=int.from_bytes, topic="orders-in-two")

# %% [markdown]
# The picture needs three partitions: OH goes to 2, NY to 0. Your boots can be found wherever they went, by their
# header:

# %%
messaging.trace("order-0023", ["orders"])[["topic", "partition", "offset", "found_in", "key", "value"]]

# %% [markdown] tags=["core"] reading=1 hands_on=1
# ## Order is kept in a partition
#
# The four steps of a delivery are sent one after the other, *without* a key. `partition=` says where each goes
# (without it kafka-python throws dice).

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
# followers go on. **Predict:** of the *acknowledged* records, how many does each producer lose?

# %%
with services.cluster(3) as three, Trial(three) as trial:
    messaging.create_topic("spread", partitions=6, replication=3, bootstrap=three.bootstrap)
    spread = messaging.describe("spread", bootstrap=three.bootstrap)
    trial.write("all is well")
    trial.pause_followers()
    trial.write("the followers are behind")
    trial.pause_leader()
    trial.write("the leader stalls too")
    trial.kill_leader()
    counted = trial.count()

# %% [markdown]
# Look first at the crosses, then at the circles: what became of those that were *not* acknowledged?

# %% tags=["nbval-ignore-output"] reason="how much the followers fetched at the very last is luck"
figures.losses(counted)

# %%
lost = counted.groupby("acks")["lost"].sum()
print("acks=0 lost acknowledged records:  ", bool(lost["0"] > 0))
print("acks=1 lost acknowledged records:  ", bool(lost["1"] > 0))
print("acks=all lost acknowledged records:", bool(lost["all"] > 0))

# %% [markdown]
# Each cross was promised to you and is gone. With `1` the record was on one disk, the one that died; with `0` it may
# have been on its way. With `all` the yes had to wait until a new leader was elected; meanwhile the producer kept the
# records, and then sent them again. Waiting is its price.
#
# **Luck.** A plain kill seldom shows this: followers lag by milliseconds, and `acks=1` mostly gets away with it. We
# made the bad luck, a moment of standing still, as a long garbage collection or a sick disk makes it. Try it: delete
# the two lines with `pause` and run the cell again.
#
# <div class="alert alert-block alert-info"><b>Check the slide.</b> <code>1</code> is not "at least one replica" but
# the leader, and <code>all</code> is not "all replicas" but those in sync: with a follower down you can still
# write.</div>
#
# **Your turn.** Settings for payments, as a dictionary for `KafkaProducer(**safe)`: nothing acknowledged is lost with
# a broker, nothing is stored twice by a retry, and you hear of a failure within 30 seconds, not 120.

# %%
safe = {"acks": ..., "enable_idempotence": ..., "delivery_timeout_ms": ...}  # your turn
check("safe", safe)

# %% [markdown] tags=["extra"] reading=1 hands_on=1
# ## Where the leaders are
#
# The cell with the three brokers also asked for a topic of six partitions. **Predict:** how many brokers does a topic
# of six partitions need?

# %% tags=["nbval-ignore-output"] reason="Kafka chooses anew which broker leads the first partition"
figures.brokers(spread)

# %%
print("partitions led by each broker:", sorted(spread["leader"].value_counts()))

# %% [markdown]
# Each broker leads some and follows others, so writes are shared, and after a broker's death the others share what it
# led. A producer asks any broker who leads what, and then sends each batch straight to the leader of its partition.
#
# <div class="alert alert-block alert-info"><b>Check the slide.</b> "Each partition is on a different broker": not so.
# Six partitions live on three brokers, and on one if there is one. Spread over brokers, a topic scales.</div>

# %% [markdown] tags=["extra"] reading=1 hands_on=1
# ## More partitions move keys
#
# A remainder changes with the divisor. `orders-in-two` gets a third partition, and the same orders are sent once
# more. **Predict:** where do the old ones go?

# %%
with KafkaAdminClient(bootstrap_servers=lab.bootstrap) as admin:
    admin.create_partitions({"orders-in-two": 3})
again = [(state.encode(), four_bytes(amount)) for state, amount in [("OH", 100), ("NY", 20), ("NY", 60)]]
messaging.write("orders-in-two", again, seconds=10)
moved = messaging.read("orders-in-two", limit=100, seconds=10, follow=False)
figures.partitions(moved, 3, value=int.from_bytes, topic="orders-in-two")

# %% [markdown]
# They stay. Ohio's history now lies in two partitions, and between those there is no order. So choose more partitions
# than you need on the first day; a running producer hears of new ones within five minutes (`metadata_max_age_ms`).

# %% [markdown] tags=["extra"] reading=3 hands_on=2
# ## Batches: what waiting together saves
#
# Every batch begins with 61 bytes of its own, and every batch has to be asked for and answered. Five ways to send the
# same order, each measured: records a second, and the batches as they lie in the broker's file. They need a broker
# whose disk we may read, so the second cell has one of its own as well.
#
# **Predict:** an order comes every two milliseconds. Does it help to let it linger for 50? Look for the hatched parts
# of the bars, and for the ways that have none to speak of.

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

# %%
ways = {
    "wait for each answer": {"records": 300, "wait": True},
    "one every 2 ms, linger_ms=0": {"records": 300, "pause": 0.002},
    "one every 2 ms, linger_ms=50": {"records": 300, "pause": 0.002, "linger_ms": 50},
    "as fast as it goes": {"records": 5000, "linger_ms": 50},
    "as fast, with gzip": {"records": 5000, "linger_ms": 50, "compression_type": "gzip"},
}
with services.cluster(1) as own:
    measured = {name: measure(own, f"way-{place}", **way) for place, (name, way) in enumerate(ways.items())}
for name, (rate, _) in measured.items():
    print(f"{name}: {rate:,.0f} records/s")

# %% tags=["nbval-ignore-output"] reason="how many records meet in a batch depends on the machine's speed"
figures.batches({name: batches for name, (_, batches) in measured.items()})

# %%
(waiting, alone), (_, apart), (_, together), (fast, _), _ = measured.values()
print("300 records, each awaited:", len(alone), "batches")
print("lingering makes fewer batches:", len(together) < len(apart))
print("not waiting is five times as fast, or more:", fast > 5 * waiting)

# %% [markdown]
# A record that travels alone pays for the whole header: four fifths of what is sent is wrapping. Waiting for each
# answer makes a producer slow, company makes its records small. Compression works on a whole batch and finds what the
# records have in common, so it needs company too. Where records come thick and fast they meet by themselves, and
# `linger_ms` hardly matters. Where they drip, it makes them meet, at the cost of that many milliseconds. `batch_size`
# (16 KB by default) is the most that one batch may hold.

# %% [markdown] tags=["extra"] reading=2 hands_on=1
# ## SIGTERM and SIGINT
#
# Programs are ended from outside: Ctrl+C sends **SIGINT**, an operating system that shuts down (or `docker stop`)
# sends **SIGTERM**. In Python, SIGINT raises KeyboardInterrupt, so `finally` runs; SIGTERM ends the program on the
# spot, unless it is told otherwise. This program has 100 records in its buffer when it is ended. **Predict:** how many
# of them arrive with SIGINT, with SIGTERM, and with SIGTERM and a handler?

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
        producer.send(topic, value=str(number).encode())
    print("ready", flush=True)
    time.sleep(60)
finally:
    producer.close(timeout=10)
"""

# %%
windows = ["SIGBREAK"] if hasattr(signal, "SIGBREAK") else []
for name, handled in [("SIGINT", windows), ("SIGTERM", []), ("SIGTERM", ["SIGTERM", *windows])]:
    messaging.create_topic("endings", fresh=True)
    run_until_signal(program, lab.bootstrap, "endings", *handled, name=name)
    arrived = messaging.offsets("endings")["end"].sum()
    print(f"{name}{' with a handler' if 'SIGTERM' in handled else ''}: {arrived} arrived")

# %% [markdown]
# Without the handler a hundred records died in a buffer, and nobody was told: the program that could have said so was
# gone. The handler need not do much. It ends the loop in the ordinary way, so that `finally` gets its turn.
#
# <div class="alert alert-block alert-info"><b>Check the slide.</b> "SIGTERM (CTRL+C)": Ctrl+C is SIGINT. Java's
# shutdown hook runs on both; in Python, SIGTERM needs its handler. (On Windows no program can send either to another;
# there it is Ctrl+Break, SIGBREAK.)</div>

# %% [markdown] tags=["extra"] reading=2 hands_on=1
# ## The talk's Java, really run
#
# The workbook has a Java machine, for Kafka Streams (lesson 09). So the talk's own classes can be asked. The second
# record is too large for the topic `notes`; the callback keeps what it gets. **Predict:** will its metadata be null?

# %%
serialization = "org.apache.kafka.common.serialization"
settings = {
    "bootstrap.servers": lab.bootstrap,
    "key.serializer": f"{serialization}.StringSerializer",
    "value.serializer": f"{serialization}.IntegerSerializer",
}
java = jvm.kafka("clients.producer.KafkaProducer")(jvm.properties(settings))
ProducerRecord, Integer = jvm.kafka("clients.producer.ProducerRecord"), jvm.java("java.lang.Integer")

answers = []
on_completion = jvm.proxy(
    "org.apache.kafka.clients.producer.Callback",
    onCompletion=lambda metadata, error: answers.append(f"metadata {metadata}, exception {error}".split(":")[0]),
)
for key in ("OH", "O" * 500, "NY"):
    java.send(ProducerRecord("notes", key, Integer.valueOf(100)), on_completion)
java.close()
print(*sorted(answers), sep="\n")

# %% [markdown]
# On the error the metadata is there, with offset −1: `if (metadata != null)` takes the failure for a success. The
# record after it went through: Java's producer goes on. And its serialiser, is it yours?

# %%
ours = [record for record in messaging.read("notes", limit=100, seconds=10, follow=False) if len(record.value) == 4]
print("the same four bytes:", all(record.value == four_bytes(100) for record in ours))
print("where murmur2 says:", all(record.partition == messaging.partition_for(record.key, 3) for record in ours))

# %% [markdown]
# Programs in two languages share a topic as long as they agree on the bytes and on the hash.

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

# %%
producer.close(timeout=10)
notary.close(timeout=10)
