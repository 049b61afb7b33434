"""What people answer in lesson 00."""

import json

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

# %% label: wrong: another product
label = "sandal"
