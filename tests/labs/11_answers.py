"""What people answer in lesson 11."""

from fractions import Fraction

import numpy as np
import pandas as pd


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


# %% gain: wrong: always the same
def gain(costs, name):
    total = sum(costs.values())
    return total / (total - costs["model"])


# %% gain: wrong: another factor
def gain(costs, name):
    return sum(costs.values()) / costs[name]


# %% gain: raised: KeyError
def gain(costs, name):
    return sum(costs.values()) / costs["rest"]


# %% gain: wrong: another factor
def gain(costs, name):
    return float("nan")


# %% gain: wrong: per cent
def gain(costs, name):
    return 100 * sum(costs.values()) / (sum(costs.values()) - costs[name])


# %% gain: wrong: rounded
def gain(costs, name):
    return round(sum(costs.values()) / (sum(costs.values()) - costs[name]), 2)


# %% gain: wrong: always the same
def gain(costs, name):
    return 5


# %% gain: right
def gain(costs, name):
    v = np.array(list(costs.values()), "float32")
    return v.sum() / (v.sum() - np.float32(costs[name]))


# %% gain: right
def gain(costs, name):
    s = pd.Series(costs)
    return s.sum() / s.drop(name).sum()


# %% gain: right
def gain(costs, name):
    t = Fraction(sum(costs.values()))
    return t / (t - Fraction(costs[name]))


# %% gain: right
def gain(costs, name):
    total = sum(costs.values())
    costs.pop(name)
    return total / sum(costs.values())


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


# %% decode: wrong: another dtype
def decode(values):
    return np.array([list(v) for v in values]).reshape(-1, 28, 28)


# %% decode: wrong: not an array
def decode(values):
    return np.array(values)


# %% decode: wrong: another shape
def decode(values):
    return np.frombuffer(b"".join(values), "uint8").reshape(-1, 28, 28, 1)


# %% decode: wrong: axes swapped
def decode(values):
    return np.frombuffer(b"".join(values), "uint8").reshape(28, 28, -1)


# %% decode: wrong: a list
def decode(values):
    return [np.frombuffer(v, "uint8").reshape(28, 28) for v in values]


# %% decode: wrong: another shape
def decode(values):
    return np.frombuffer(b"".join(values), "uint8").reshape(-1, 28, 28).squeeze()


# %% decode: wrong: one picture
def decode(values):
    for v in values:
        return np.frombuffer(v, "uint8").reshape(28, 28)


# %% decode: wrong: wide numbers
def decode(values):
    return np.frombuffer(b"".join(values), "uint16")


# %% decode: right
def decode(values):
    from PIL import Image

    return np.stack([np.asarray(Image.frombytes("L", (28, 28), v)) for v in values])


# %% decode: right
def decode(values):
    return np.array(values, "S784").view("uint8").reshape(-1, 28, 28)


# %% decode: right
def decode(values):
    out = np.zeros((len(values), 28, 28), dtype="uint8")
    for i, v in enumerate(values):
        for y in range(28):
            out[i, y] = list(v[28 * y : 28 * y + 28])
    return out


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

# %% order: wrong: nothing
steps = ["commit the offsets", "write Redis", "score", "wait for Kafka's acknowledgement"]
order = steps.sort()

# %% order: wrong: another length
order = ["score", "write Redis", "commit the offsets"]

# %% order: wrong: other steps
order = [2, 1, 3, 0]

# %% order: wrong: not a list
order = {"score", "write Redis", "wait for Kafka's acknowledgement", "commit the offsets"}

# %% order: wrong: score later
order = ["wait for Kafka's acknowledgement", "score", "write Redis", "commit the offsets"]

# %% order: wrong: another length
order = range(10**9)

# %% order: right
order = np.array(["score", "write Redis", "wait for Kafka's acknowledgement", "commit the offsets"])

# %% order: right
order = pd.Series(["score", "wait for Kafka's acknowledgement", "write Redis", "commit the offsets"])
