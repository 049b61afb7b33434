"""What people answer in lesson 00."""

import json

import pandas as pd
from redis import Redis

redis = Redis.from_url(lab.redis_url)
answer = {"id": "product-0023", "label": "Sandal", "confidence": 0.69}
before = {"id": "product-0022", "label": "Sneaker", "confidence": 0.99}
other = {"id": "product-0002", "label": "Trouser", "confidence": 0.99}
redis.hset("scores:latest", mapping={each["id"]: json.dumps(each) for each in (answer, before, other)})

# %% label: right
label = json.loads(redis.hget("scores:latest", "product-0023"))["label"]

# %% label: right
label = {key: json.loads(value)["label"] for key, value in redis.hgetall("scores:latest").items()}[b"product-0023"]

# %% label: wrong: what it is
label = "Ankle boot"

# %% label: wrong: the one before
label = "Sneaker"

# %% label: wrong: whole answer
label = redis.hget("scores:latest", "product-0023")

# %% label: wrong: whole answer
label = json.loads(redis.hget("scores:latest", "product-0023"))

# %% label: wrong: another product
label = json.loads(redis.hget("scores:latest", "product-0002"))["label"]

# %% label: wrong: not text
label = json.loads(redis.hget("scores:latest", "product-0023"))["confidence"]

# %% label: wrong: spelt otherwise
label = "sandal"

# %% label: wrong: nothing
label = redis.hget("scores:latest", "product-23")

# %% label: wrong: bytes
label = b"Sandal"

# %% label: wrong: spelt otherwise
label = redis.hget("scores:latest", "product-0023").decode().split(",")[1].split(":")[1]

# %% label: wrong: no label
label = json.loads(redis.hget("scores:latest", "product-0023"))["id"]

# %% label: wrong: not text
label = 5

# %% label: wrong: not text
label = pd.Series(json.loads(redis.hget("scores:latest", "product-0023")))

# %% label: wrong: whole answer
label = str(json.loads(redis.hget("scores:latest", "product-0023")))
