# %% [markdown]
# In lesson 04 a network learnt to tell clothes apart, and it lies in the registry. In Kafka pictures arrive, one record
# each. The loop that joins the two fits in ten lines, everybody writes it in the same way, and it is a thousand times
# slower than it must be. You will write it, measure it, and take its costs away one after another.
#
# **You will be able to**
#
# - measure where a scoring loop spends its time,
# - say which cost to remove next,
# - score a stream in micro-batches without losing a record,
# - run the finished scorer and read its ledger.

# %%
import json
import time

import numpy as np
from kafka import KafkaProducer
from redis import Redis

from helpers import datasets, figures, messaging, services
from helpers.checks import exercises
from helpers.datasets import CLOTHES
from helpers.scoring import Scorer, preprocessing, registry
from helpers.scoring.clocks import Clock, Rates

check, hint, solution = exercises("11")
lab = services.ensure("kafka", "redis")

# %% [markdown] tags=["core"] reading=2 hands_on=2
# ## Write the loop that everybody writes
#
# First something to score. A program that speaks JSON would send a picture as a list of 784 numbers, written out in
# decimal. A picture *is* 784 bytes. We put 2,000 of the first kind on one topic and 20,000 of the second, the 10,000 test
# pictures twice, on another. Keep in mind how large each is: every byte is written, copied, sent and read.

# %%
data = datasets.fashion_mnist()
pictures = np.concatenate([data.test_images, data.test_images])

messages = [{"id": number, "pixels": image.ravel().tolist()} for number, image in enumerate(pictures[:2000])]
as_json = [json.dumps(message).encode() for message in messages]
as_bytes = [(f"image-{number:05}".encode(), image.tobytes()) for number, image in enumerate(pictures)]
print(f"one picture as JSON: {len(as_json[0]):,} bytes; as bytes: {len(as_bytes[0][1]):,}")

# %%
messaging.delete_topics("images.dlq")
for topic in ("images.json", "images", "predictions"):
    messaging.create_topic(topic, fresh=True)

print(messaging.write("images.json", as_json, seconds=60))
print(messaging.write("images", as_bytes, seconds=60))

# %% [markdown]
# The model comes from the registry: the one you published in lesson 04, or the one that ships with the workbook. The
# producer waits for nothing by itself; how long *we* wait for it is one of today's subjects.

# %%
registry.ensure_shipped()
model = registry.load()
producer = KafkaProducer(bootstrap_servers=lab.bootstrap)
redis = Redis.from_url(lab.redis_url)


# %% [markdown]
# And the loop: read a picture, ask the network, send the answer and wait until Kafka has it, count it in Redis.


# %%
def naive(records):
    for record in records:
        message = json.loads(record.value)
        image = np.array(message["pixels"], dtype="uint8").reshape(1, 28, 28)
        label = CLOTHES[model.keras.predict(image, verbose=0).argmax()]
        answer = json.dumps({"id": message["id"], "label": label}).encode()
        producer.send("predictions", answer).get(timeout=10)
        redis.set(f"latest:{message['id']}", label)
        redis.hincrby("counts", label, 1)


# %% [markdown]
# **Predict:** how many pictures a second: 1, 10, 100, 1,000?

# %%
rates = Rates(lab.bootstrap)
naive(messaging.read("images.json", limit=1, seconds=10))  # a model's first call is slow: not measured
rates.measure("the loop everybody writes", naive, "images.json", 60)

# %% [markdown]
# A camera that takes 50 pictures a second would leave this loop behind for ever: its *lag* would grow and never shrink.
# The usual answer is a larger machine, or ten of them. Ours is to look first.

# %% [markdown] tags=["core"] reading=2 hands_on=1
# ## Find the largest cost before you cut
#
# Here is the same loop with a clock at each of its four steps. Decide first which one you expect to be the largest: taking
# JSON apart, the model, waiting for Kafka, or Redis?

# %%
clock = Clock()

for record in messaging.read("images.json", limit=60, seconds=10):
    with clock("JSON"):
        message = json.loads(record.value)
        image = np.array(message["pixels"], dtype="uint8").reshape(1, 28, 28)
    with clock("model"):
        label = CLOTHES[model.keras.predict(image, verbose=0).argmax()]
    with clock("Kafka"):
        answer = json.dumps({"id": message["id"], "label": label}).encode()
        producer.send("predictions", answer).get(timeout=10)
    with clock("Redis"):
        redis.set(f"latest:{message['id']}", label)
        redis.hincrby("counts", label, 1)

# %%
costs = clock.milliseconds(records=60)
for step, cost in costs.items():
    print(f"{step:<6}{cost:>9.2f} ms a record")

print("the largest cost:", max(costs, key=costs.get))

# %% [markdown]
# The network multiplies 101,770 numbers, which takes microseconds. But `predict` is made for thousands of pictures: for
# each call it builds a data pipeline, runs one step of it and takes it apart again. The price is per *call*, not per
# picture, and we pay it for every single one.

# %% [markdown] tags=["extra"] reading=2 hands_on=2
# ## Say what a cut can gain at most
#
# Before you cut, work out what there is to gain.
#
# **Your turn.** If the model cost *nothing at all*, how many times faster would the loop be? Write it as a function of
# `costs`, a dictionary as above, and the name of the cost that vanishes.

# %%
def gain(costs, name):
    return ...  # your turn: a factor, 1 or more


check("gain", gain)

# %% [markdown] tags=["core"] reading=4 hands_on=3
# ## Take away one cost after another
#
# **Call the model itself.** `model.score` is the network compiled once, as a function from uint8 pictures to labels and
# confidences. Everything else in the loop stays as it was, so that what changes is due to this line alone.
#
# **Predict:** by which factor will the rate grow?

# %%
def calling(records):
    for record in records:
        message = json.loads(record.value)
        image = np.array(message["pixels"], dtype="uint8").reshape(1, 28, 28)
        labels, confidences = model.score(image)
        answer = json.dumps({"id": message["id"], "label": CLOTHES[labels[0]]}).encode()
        producer.send("predictions", answer).get(timeout=10)
        redis.set(f"latest:{message['id']}", CLOTHES[labels[0]])
        redis.hincrby("counts", CLOTHES[labels[0]], 1)


rates.measure("call the compiled model", calling, "images.json", 500)

# %% [markdown]
# **Send bytes, score a batch.** Two costs go at once, because the one cut makes the other easy: 784 bytes are a picture
# already, so there is no JSON to take apart, and 1,000 of them joined are one array, given to the model in one call.
# Waiting for Kafka and Redis stays.
#
# **Your turn.** `values` is a list of such byte strings. Make of it what the model takes: one array, uint8, (n, 28, 28). The
# cell after it uses the workbook's own `preprocessing.decode`, which does the same.

# %%
def decode(values):
    return ...  # your turn


check("decode", decode)

# %%
def batch_of_bytes(records):
    images = preprocessing.decode([record.value for record in records])
    labels, confidences = model.score(images)
    for record, label in zip(records, labels, strict=True):
        answer = json.dumps({"id": record.key.decode(), "label": CLOTHES[label]}).encode()
        producer.send("predictions", answer).get(timeout=10)
        redis.set(b"latest:" + record.key, CLOTHES[label])
        redis.hincrby("counts", CLOTHES[label], 1)


rates.measure("one model call for 1,000", batch_of_bytes, "images", 1_000)

# %% [markdown]
# Not much, although the model now costs next to nothing. Look back at the clock: Kafka and Redis are what is left, and
# that is *waiting*. For each record the loop stands still until Kafka has answered, then until Redis has.
#
# **Do not wait for each.** `send` without `get` hands the record over and goes on; one `flush` at the end of the batch
# waits for all. A Redis *pipeline* sends all commands in one piece and reads all answers in one piece.

# %%
def without_waiting(records):
    images = preprocessing.decode([record.value for record in records])
    labels, confidences = model.score(images)
    kept = redis.pipeline(transaction=False)
    for record, label in zip(records, labels, strict=True):
        answer = json.dumps({"id": record.key.decode(), "label": CLOTHES[label]}).encode()
        producer.send("predictions", answer)
        kept.set(b"latest:" + record.key, CLOTHES[label])
    for label, count in enumerate(np.bincount(labels, minlength=10)):
        kept.hincrby("counts", CLOTHES[label], int(count))
    kept.execute()
    producer.flush(timeout=10)


rates.measure("wait once a batch", without_waiting, "images", 1_000)

# %% [markdown]
# Same network, same Kafka, same Redis. Each bar is one loop, on a logarithmic scale: one mark to the right is ten times
# as fast. Look at which step brought the most, and which brought little *at its place in the order*.

# %% tags=["nbval-ignore-output"] reason="measured rates differ from run to run"
figures.factors(rates.by_step)

# %%
first, *_, last = rates.by_step.values()
print(f"≈ {last / first:,.0f} times as fast as the first loop; a hundred times or more: {last > 100 * first}")

# %% [markdown]
# No step was clever. Each removed a price that was paid per record and could be paid per batch: a call, a parse, a wait, a
# round trip. That is the whole idea of **micro-batching**: take what is there, at most a thousand, never wait for more. When the
# stream is slow the batches are small and answers come at once; when it is fast they grow by themselves.

# %% [markdown] tags=["core"] reading=2 hands_on=2
# ## Lose nothing on the way
#
# Fast is easy if you may lose things. A scorer that dies starts again from the last **committed** offset. So everything
# before the commit is done twice at worst, and what comes after it may never be done.
#
# **Your turn.** Put the four steps of a batch in an order in which a crash *at any moment* loses nothing.

# %%
steps = ["commit the offsets", "write Redis", "score", "wait for Kafka's acknowledgement"]
order = [...]  # your turn: the four steps, first things first

check("order", order)

# %% [markdown]
# What is done twice must count once. Each result is stored together with the topic, partition and offset it came from, and
# one small script inside Redis ignores what it has seen. This, bad pictures put aside in `images.dlq`, Ctrl+C that
# finishes its batch, and a Kafka or Redis that is away for a while: that is the workbook's `Scorer`. Its heart is the loop
# you have just written.
#
# `transport` is the Kafka client it uses: confluent-kafka, whose heart is written in C. `scores:marks` is where Redis keeps,
# for each partition, up to which offset it has counted.

# %%
redis.delete("scores:latest", "scores:counts", "scores:marks")
scorer = Scorer(model, group=f"lesson11-{time.time():.0f}", transport="confluent-kafka")
ledger = scorer.run(limit=20_000, seconds=60)

print(f"read {ledger.read:,}, scored {ledger.scored:,}, lost {ledger.lost}, {ledger.rate:,.0f} records/s")
print(f"dead letters (put aside because they could not be scored): {ledger.rejected.total()}")

# %%
labels, _ = model.score(data.test_images)
kept = redis.hmget("scores:latest", [key for key, _ in as_bytes[:10_000]])
latest = [json.loads(answer)["label"] for answer in kept]
alike = sum(np.array(latest) == np.array(CLOTHES)[labels])
print(f"answers like the notebook's: {alike:,} of {len(latest):,}")

# %% [markdown] tags=["extra"] reading=2 hands_on=2
# ## Score everything twice
#
# A scorer that dies before its commit reads its last batch again. Take the worst case: the second scorer below belongs to a
# new group, which has never committed anything, so it reads all 20,000 once more. **Predict:** what will Redis have
# counted, 20,000 or 40,000?

# %%
again = Scorer(model, group=f"lesson11-again-{time.time():.0f}", transport="confluent-kafka")
ledger = again.run(limit=20_000, seconds=60)

print(f"read {ledger.read:,}, of which Redis had {ledger.repeated:,}")
print(f"counted in Redis: {sum(int(count) for count in redis.hvals('scores:counts')):,}")

# %% [markdown]
# Redis counted each picture once. The topic `predictions` cannot ignore anything: it now holds two answers for each picture,
# each with the offset it came from, by which a reader can tell them.

# %% [markdown] tags=["core"] reading=0 hands_on=1
# ## See what it says
#
# The shop's page asks Redis. So does this wall: 24 pictures, what the stream made of them, and how sure it was.

# %% tags=["nbval-ignore-output"] reason="the model is the one of lesson 04 if that ran before, else the shipped one"
answers = [json.loads(redis.hget("scores:latest", f"image-{n:05}")) for n in range(24)]

figures.wall(
    pictures[:24],
    labels=CLOTHES,
    predictions=[answer["label"] for answer in answers],
    confidence=[answer["confidence"] for answer in answers],
    truth=data.test_labels[:24],
)

# %% [markdown] tags=["core"] reading=1 hands_on=0
# ## Recap
#
# - A clock at each step shows where the time goes; measure before you cut.
# - The next cost to remove is the largest that is left: first the model's call, then *waiting*.
# - Micro-batches make one call, one flush and one commit out of a thousand, and the commit comes last.
# - The ledger says how many records were read, scored, put aside as dead letters, and lost.
#
# **What went wrong for others.** `consumer.commit()` before the results were stored: fast, and a crash loses a batch.
# `enable_auto_commit=True` commits by the clock, whether or not what you have only *sent* has been acknowledged. A bare
# `commit()` with a second batch already in hand commits that one too.
