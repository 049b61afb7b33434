"""What people answer in lesson 11."""

import numpy as np


# %% gain: right
def gain(costs, name):
    total = sum(costs.values())
    return total / (total - costs[name])


# %% gain: right
def gain(costs, name):
    rest = {key: cost for key, cost in costs.items() if key != name}
    return sum(costs.values()) / sum(rest.values())


# %% gain: right
def gain(costs, name):
    share = costs[name] / sum(costs.values())
    return 1 / (1 - share)


# %% gain: wrong: share
def gain(costs, name):
    return costs[name] / sum(costs.values())


# %% gain: wrong: time left
def gain(costs, name):
    return sum(costs.values()) - costs[name]


# %% gain: wrong: upside down
def gain(costs, name):
    total = sum(costs.values())
    return (total - costs[name]) / total


# %% gain: wrong: against the rest
def gain(costs, name):
    return costs[name] / (sum(costs.values()) - costs[name])


# %% gain: wrong: only the model
def gain(costs, name):
    total = sum(costs.values())
    return total / (total - costs["model"])


# %% gain: wrong: another factor
def gain(costs, name):
    return sum(costs.values()) / costs[name]


# %% gain: raised: KeyError
def gain(costs, name):
    return sum(costs.values()) / costs["rest"]


# %% decode: right
def decode(values):
    return np.frombuffer(b"".join(values), "uint8").reshape(-1, 28, 28)


# %% decode: right
def decode(values):
    return np.stack([np.frombuffer(value, dtype=np.uint8).reshape(28, 28) for value in values])


# %% decode: right
def decode(values):
    return np.array([list(value) for value in values], dtype="uint8").reshape(len(values), 28, 28)


# %% decode: wrong: wide numbers
def decode(values):
    return np.frombuffer(b"".join(values))


# %% decode: wrong: flat
def decode(values):
    return np.frombuffer(b"".join(values), "uint8").reshape(-1, 784)


# %% decode: wrong: flat
def decode(values):
    return np.frombuffer(b"".join(values), "uint8")


# %% decode: wrong: one picture
def decode(values):
    return np.frombuffer(values[0], "uint8").reshape(28, 28)


# %% decode: wrong: scaled
def decode(values):
    return np.frombuffer(b"".join(values), "uint8").reshape(-1, 28, 28) / 255


# %% decode: wrong: turned
def decode(values):
    return np.frombuffer(b"".join(values), "uint8").reshape(-1, 28, 28).transpose(0, 2, 1)


# %% decode: wrong: signed
def decode(values):
    return np.frombuffer(b"".join(values), "int8").reshape(-1, 28, 28)


# %% decode: wrong: another result
def decode(values):
    return np.frombuffer(b"".join(reversed(values)), "uint8").reshape(-1, 28, 28)


# %% decode: raised: TypeError
def decode(values):
    return np.frombuffer("".join(values), "uint8").reshape(-1, 28, 28)


# %% order: right
order = ["score", "write Redis", "wait for Kafka's acknowledgement", "commit the offsets"]

# %% order: right
order = ("score", "wait for Kafka's acknowledgement", "write Redis", "commit the offsets")

# %% order: wrong: commit first
order = ["commit the offsets", "write Redis", "score", "wait for Kafka's acknowledgement"]

# %% order: wrong: commit before Redis
order = ["score", "wait for Kafka's acknowledgement", "commit the offsets", "write Redis"]

# %% order: wrong: commit before Kafka
order = ["score", "write Redis", "commit the offsets", "wait for Kafka's acknowledgement"]

# %% order: wrong: score later
order = ["write Redis", "score", "wait for Kafka's acknowledgement", "commit the offsets"]

# %% order: wrong: other steps
order = ["score", "Redis", "Kafka", "commit"]
