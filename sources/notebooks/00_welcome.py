# %% [markdown]
# Somebody trains a model in a notebook. Somebody else needs its answers about things that happen *now*: this order, this
# picture, this payment. Between the two lies a pipeline. In this workbook you build one, piece by piece, with the real
# parts: Apache Kafka, Kafka Streams, Redis, TensorFlow. First make sure that they run on your machine, then watch the
# finished thing for ten seconds, so that you know where you are going.
#
# **You will be able to**
#
# - tell whether your machine is ready, and mend it if it is not,
# - name the stations that a picture passes on its way to an answer,
# - find one product's answer in the running pipeline.
#
# A cell runs when you click into it and press <kbd>Shift</kbd> + <kbd>Enter</kbd>. `[*]` beside it means that it is still
# running, a number that it has ended.

# %%
import json

from redis import Redis

from helpers import datasets, figures, messaging, services, shop
from helpers.checks import exercises
from helpers.datasets import CLOTHES
from helpers.scoring import Scorer, registry
from helpers.services import doctor

check, hint, solution = exercises("00")
lab = services.ensure("kafka", "redis")
redis = Redis.from_url(lab.redis_url)

# %% [markdown] tags=["core"] reading=2 hands_on=2
# ## Check your machine
#
# The doctor looks at everything the lessons stand on, which takes it up to ten seconds. Where something is amiss,
# it shows ✗ and what to do; what is in order is folded away. Run the cell again afterwards; it changes nothing.

# %% tags=["nbval-ignore-output"] reason="every machine has its own findings"
doctor.examine()

# %% [markdown]
# The same in a terminal, in the workbook's folder: `.venv/bin/lab doctor`, on Windows `.venv\Scripts\lab doctor`. Send its
# output along whenever you ask for help.

# %% [markdown] tags=["core"] reading=3 hands_on=2
# ## Watch the finished pipeline
#
# The story of all lessons is a shop that sells clothes. A camera photographs each product. The pictures are records in
# Kafka; a *scorer* reads them, asks a trained network what they show, writes the answers to a second topic, and keeps
# the latest of each product in Redis, where the shop's pages look them up.

# %%
shop.catalogue().head(3)

# %% [markdown]
# The model is the one that comes with the workbook; in lesson 04 you train your own. Loading it takes some seconds. These
# are the answers it can give:

# %%
model = registry.shipped()
print(*model.labels, sep=", ")

# %% [markdown]
# **Predict before you run:** the camera takes 200 pictures a second for ten seconds. The network is right about 88 of
# 100. How many of the 2,000 pictures will get an answer? How many will be lost?
#
# The cell first clears away what earlier runs left: the answers in Redis and the records in two topics. Then watch the
# numbers: the camera starts first. Does the scorer catch up?

# %%
redis.delete("scores:latest", "scores:counts")
for topic in ("images", "predictions"):
    messaging.create_topic(topic, fresh=True)

data = datasets.fashion_mnist()
pictures = data.test_images[:2000]

scorer = Scorer(model, group="lesson00")
with shop.camera(pictures, topic="images", bootstrap=lab.bootstrap, per_second=200) as camera:
    ledger = scorer.run(limit=2000, seconds=60, watch=camera.show_beside)

print(f"dead letters (put aside because they could not be scored): {ledger.rejected.total()}")

# %% [markdown]
# Every picture got an answer, whether right or wrong, and none was lost. That a picture is *never lost* and *never
# counted twice*, even when a program is killed in the middle, is what most of this workbook is about.
#
# Here is where they went. Follow one picture with your finger, from the camera (a *producer*, in Kafka's words) to Redis.

# %%
figures.pipeline(
    {
        "images": len(messaging.read("images", limit=5000, seconds=10, follow=False)),
        "predictions": len(messaging.read("predictions", limit=5000, seconds=10, follow=False)),
        "redis": redis.hlen("scores:latest"),
    }
)

# %% [markdown]
# And the answers themselves. The number beside each picture is the end of its product's id. Look for the ✗: could *you*
# have told?

# %%
answers = [json.loads(redis.hget("scores:latest", f"product-{number:04}")) for number in range(24)]

figures.wall(
    pictures[:24],
    labels=CLOTHES,
    predictions=[answer["label"] for answer in answers],
    confidence=[answer["confidence"] for answer in answers],
    truth=data.test_labels[:24],
)

# %% [markdown]
# Compare the percentages: where it is wrong, it was less sure than nearly everywhere else. Lesson 04 shows which clothes
# it confuses; lesson 11 makes use of its doubts, and runs it so fast that the network no longer takes the time.

# %% [markdown] tags=["core"] reading=1 hands_on=3
# ## Order one product
#
# You order `product-0023`. What does the pipeline say it is? All its answers are in the Redis *hash* `scores:latest`; the
# cell above shows how to ask for one.
#
# **Your turn.** Get the label, as text.

# %%
label = ...  # your turn

check("label", label)

# %% [markdown]
# If you are stuck, `hint("label")` helps, `hint("label", 2)` helps more, and `solution("label")` shows one way. Nothing
# you try is stored or sent anywhere.
#
# Look at number 23 on the wall above. Is the answer right? A pipeline delivers whatever the model says, quickly and
# reliably, also when the model errs.

# %% [markdown] tags=["core"] reading=1 hands_on=0
# ## See where your own idea belongs
#
# The talk asks what such a pipeline is good for. Each answer needs parts that you will build:
#
# | application | the parts, and the lesson that builds them | in this workbook? |
# |---|---|---|
# | recognise pictures | a network (04), scored in a stream (11) | built, end to end |
# | detect fraud | filters and windows over payments (09, 10), a model on a table (01) | the parts, on orders instead of payments |
# | approve credit | a model on a table (01), and somebody who answers for it (06) | the model; no credit data |
# | *your idea* | what lives where (12) | bring it along |

# %% [markdown] tags=["core"] reading=1 hands_on=0
# ## Recap
#
# - The doctor names what is wrong with a machine and what to do, here and with `lab doctor`.
# - A picture goes from the camera to the topic `images`, through the scorer, to `predictions` and to Redis.
# - Redis holds each product's latest answer, under its id.
#
# **What went wrong for others.** Two checkouts of the workbook open at once: each has its own Kafka and its own Redis, so
# what you do in one is not in the other. A VPN or firewall that forbids even local connections: the doctor says so.
