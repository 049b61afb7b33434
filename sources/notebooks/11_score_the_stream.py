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

(rate,) = rates.by_step.values()
print(f"what the camera of lesson 00 takes in 10 s, this loop scores in {2000 / rate:,.0f} s")

# %% [markdown]
# What comes in faster than it goes out piles up: the loop's *lag* grows, and as long as the camera runs it never shrinks.
# The usual answer is a larger machine, or ten of them. Ours is to look first.

# %% [markdown] tags=["core"] reading=2 hands_on=1
# ## Find the largest cost before you cut
#
# Here is the same loop with a clock at each of its four steps; `ask` is how it asks the model. Decide first which step you
# expect to be the largest: taking JSON apart, the model, waiting for Kafka, or Redis?

# %%
def clocked(ask, records=60):
    clock = Clock()
    for record in messaging.read("images.json", limit=records, seconds=10):
        with clock("JSON"):
            message = json.loads(record.value)
            image = np.array(message["pixels"], dtype="uint8").reshape(1, 28, 28)
        with clock("model"):
            label = CLOTHES[ask(image)]
        with clock("Kafka"):
            answer = json.dumps({"id": message["id"], "label": label}).encode()
            producer.send("predictions", answer).get(timeout=10)
        with clock("Redis"):
            redis.set(f"latest:{message['id']}", label)
            redis.hincrby("counts", label, 1)
    return clock.milliseconds(records)

# %%
costs = clocked(lambda image: model.keras.predict(image, verbose=0).argmax())
for step, cost in costs.items():
    print(f"{step:<6}{cost:>9.2f} ms a record")

print("the largest cost:", max(costs, key=costs.get))

# %% [markdown]
# The network multiplies 101,770 numbers, which takes microseconds. But `predict` is made for thousands of pictures: for
# each call it builds a data pipeline, runs one step of it and takes it apart again. The price is per *call*, not per
# picture, and we pay it for every single one.

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

# %% [markdown]
# No step was clever. Each removed a price that was paid per record and could be paid per batch: a call, a parse, a wait, a
# round trip. That is the whole idea of **micro-batching**: take what is there, at most a thousand, never wait for more. When the
# stream is slow the batches are small and answers come at once; when it is fast they grow by themselves.

# %% [markdown] tags=["extra"] reading=2 hands_on=2
# ## Say what a cut can gain at most
#
# What there is to gain can be worked out before you cut.
#
# **Your turn.** If the model cost *nothing at all*, how many times faster would the first loop be? Write it as a function of
# `costs`, a dictionary as above, and the name of the cost that vanishes.

# %%
def gain(costs, name):
    return ...  # your turn: a factor, 1 or more


check("gain", gain)

# %% [markdown]
# Now compare `gain(costs, "model")` with the bar above. The compiled model does cost something, so the step must have gained
# *less* than that. **Predict:** has it? The clock, asked once more, knows why.

# %% jupyter={"source_hidden": true}
# Folded: the limit beside the gain; each cost with `predict` and without
first, second, *_ = rates.by_step.values()
print(f"the limit ≈ {sum(costs.values()) / (sum(costs.values()) - costs['model']):.1f} times")
print(f"gained    ≈ {second / first:.1f} times")

later = clocked(lambda image: model.score(image)[0][0], records=1_000)
for step in costs:
    print(f"{step:<6}{costs[step]:>9.2f} ms a record, then {later[step]:>6.2f} ms")

# %% [markdown]
# More than the most there was to gain, on most machines. The sum is right, but it takes the other costs as they are, and they
# do not stay: each `predict` starts threads of its own, and takes so long that the processor's fast memory has forgotten the
# rest of the loop. Whatever comes next starts cold, even taking JSON apart. A cost that goes may take a share of its
# neighbours' with it, so measure *after* each cut as well.

# %% [markdown] tags=["core"] reading=2 hands_on=2
# ## Lose nothing on the way
#
# Fast is easy if you may lose things. A reader tells Kafka how far it has come: it **commits** an offset, in the name of its
# *group*; a group that is new begins with the first record. A scorer that dies starts again from the offset its group
# committed last. So everything before the commit is done twice at worst, and what comes after it may never be done.
#
# **Your turn.** Put the four steps of a batch in an order in which a crash *at any moment* loses nothing.

# %%
steps = ["commit the offsets", "write Redis", "score", "wait for Kafka's acknowledgement"]
order = [...]  # your turn: the four steps, first things first

check("order", order)

# %% [markdown]
# What is done twice must count once. Each result is stored together with the topic, partition and offset it came from, and
# one small script inside Redis ignores what it has seen. This, Ctrl+C that finishes its batch, and a Kafka or Redis that
# is away for a while: that is the workbook's `Scorer`. Its heart is the loop you have just written.
#
# The next cell first writes three spoiled pictures: a torn one, an empty one, and a record without a value. **Predict:** what
# will the scorer do when it meets them: end, pass over them, score them anyhow?
#
# `transport` is the Kafka client it uses: confluent-kafka, whose heart is written in C, so that sending and fetching go on
# while Python scores. `scores:marks` is where Redis keeps, for each partition, up to which offset it has counted.

# %%
spoiled = [(b"torn", as_bytes[0][1][:783]), (b"empty", b""), (b"nothing", None)]
print(messaging.write("images", spoiled, seconds=10))

redis.delete("scores:latest", "scores:counts", "scores:marks")
scorer = Scorer(model, group=f"lesson11-{time.time():.0f}", transport="confluent-kafka")
ledger = scorer.run(limit=20_003, seconds=60)

print(f"read {ledger.read:,}, scored {ledger.scored:,}, lost {ledger.lost}, {ledger.rate:,.0f} records/s")
for reason, count in ledger.rejected.items():
    print(f"{count} dead letter: {reason}")

# %% [markdown]
# It went on. Each **dead letter** lies in `images.dlq`, with its reason and the place it came from, for somebody to look at. A
# scorer that ends at a bad picture meets the same picture again when it is started anew, and ends again.
#
# Are the other 20,000 right? Ask Redis for the first 10,000, and compare with what the model says in this notebook.

# %%
labels, _ = model.score(data.test_images)
kept = redis.hmget("scores:latest", [key for key, _ in as_bytes[:10_000]])
answers = [json.loads(answer) for answer in kept]
alike = sum(answer["label"] == CLOTHES[label] for answer, label in zip(answers, labels, strict=True))
print(f"answers like the notebook's: {alike:,} of {len(answers):,}")

# %% [markdown] tags=["extra"] reading=2 hands_on=2
# ## Score everything twice
#
# A scorer that dies before its commit reads its last batch again. Take the worst case: the second scorer below belongs to a
# new group, which has never committed anything, so it reads everything once more. **Predict:** what will Redis have
# counted, 20,000 or 40,000?

# %%
again = Scorer(model, group=f"lesson11-again-{time.time():.0f}", transport="confluent-kafka")
ledger = again.run(limit=20_003, seconds=60)

print(f"read {ledger.read:,}, of which Redis had {ledger.repeated:,}")
print(f"counted in Redis: {sum(int(count) for count in redis.hvals('scores:counts')):,}")

# %% [markdown]
# Redis counted each picture once. The topic `predictions` cannot ignore anything: it now holds two answers of the scorer
# for each picture, with the offset the picture had, by which a reader can tell them.

# %% [markdown] tags=["core"] reading=0 hands_on=1
# ## See what it says
#
# Lesson 00 showed the first 24 pictures. These are the 24, of 10,000, of which the stream was *least* sure. Look how sure that
# is, and how many have a ✗; the number beside each only counts them. **Predict:** in the whole stream about one answer in nine
# is wrong; and here?

# %% tags=["nbval-ignore-output"] reason="the model is the one of lesson 04 if that ran before, else the shipped one"
doubtful = np.argsort([answer["confidence"] for answer in answers])[:24]

figures.wall(
    pictures[doubtful],
    labels=CLOTHES,
    predictions=[answers[place]["label"] for place in doubtful],
    confidence=[answers[place]["confidence"] for place in doubtful],
    truth=data.test_labels[doubtful],
)

# %% [markdown]
# Far more of them are wrong, and most would make *you* hesitate too. So the confidence is of use although it is no promise: the
# shop can show these few to a person. And when doubtful pictures become more from week to week, what the camera sees has
# moved away from what the network was trained on. That is called **drift**.

# %% [markdown] tags=["core"] reading=1 hands_on=0
# ## Recap
#
# - A clock at each step shows where the time goes; measure before you cut.
# - The next cost to remove is the largest that is left: first the model's call, then *waiting*.
# - Micro-batches make one call, one flush and one commit out of a thousand, and the commit comes last.
# - The ledger says how many records were read, scored, put aside as dead letters, and lost; in a terminal, `lab score` runs
#   the same scorer until Ctrl+C.
#
# **What went wrong for others.** `consumer.commit()` before the results were stored: fast, and a crash loses a batch.
# `enable_auto_commit=True` commits by the clock, whether or not what you have only *sent* has been acknowledged. A bare
# `commit()` with a second batch already in hand commits that one too.
