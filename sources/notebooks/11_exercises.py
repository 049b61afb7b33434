"""Exercises of lesson 11."""

from helpers.checks import Exercise, array, expect, function, items, number, same
from helpers.checks.showing import brief


class Gain(Exercise):
    hints = (
        "Today a record takes the sum of all costs. How long would it take without this one?",
        "The factor is the time before divided by the time after: `total / (total - costs[name])`.",
    )
    solution = """def gain(costs, name):
    total = sum(costs.values())
    return total / (total - costs[name])"""
    right = "This is Amdahl's law: what you leave as it is sets the limit. Does it stay as it is? The next cell looks."
    misconceptions = {
        "share": "{got:.2f} is the share of the time that this cost takes: which factor does the loop gain without it?",
        "time left": "{got:.2f} is the time that is left: compare it with the time before.",
        "upside down": "{got:.2f} is time after by time before: faster means a factor above 1.",
        "against the rest": "{got:.2f} compares the cost with the others: compare the whole time with what is left of it.",
        "rounded": "{got:g} is rounded: hand the factor over as it comes.",
        "per cent": "{got:g} is per cent: a factor is asked for, 2 for twice as fast.",
        "always the same": "{got:g} came back for {name} as for the model: use the `costs` and the `name` it is given.",
        "another factor": "{got:.2f} came out where {wanted:.2f} is right: time before, divided by time after.",
    }

    def check(self, answer):
        gain = function(answer)
        costs = {"JSON": 1.0, "model": 40.0, "Kafka": 2.0, "Redis": 7.0}
        for name in ("model", "Redis"):
            self._one(number(gain(dict(costs), name)), costs, name)

    def _one(self, got, costs, name):
        total, cost = sum(costs.values()), costs[name]
        wanted = total / (total - cost)
        if same(got, wanted):
            return
        expect(not same(got, cost / total), "share", got=got)
        expect(not same(got, total - cost), "time left", got=got)
        expect(not same(got, (total - cost) / total), "upside down", got=got)
        expect(not same(got, cost / (total - cost)), "against the rest", got=got)
        expect(not same(got, total / (total - costs["model"])), "always the same", got=got, name=name)
        expect(not same(got, 100 * wanted), "per cent", got=got)
        expect(got not in (round(wanted, 1), round(wanted, 2), round(wanted, 3)), "rounded", got=got)
        expect(False, "another factor", got=got, wanted=wanted)


class Decode(Exercise):
    hints = (
        '`b"".join(values)` puts the byte strings one behind the other, without anything between them.',
        '`np.frombuffer(…, "uint8")` sees bytes as numbers; `.reshape(-1, 28, 28)` folds them into pictures.',
    )
    solution = """def decode(values):
    return np.frombuffer(b"".join(values), "uint8").reshape(-1, 28, 28)"""
    right = "No loop over pictures, let alone over pixels: one join, one view."
    misconceptions = {
        "wide numbers": "The dtype is {got}, which reads {bytes} bytes as one number: each pixel is one byte, \"uint8\".",
        "a list": "This is a list of {got}, which the model does not take: one array is asked for; `np.stack` makes it.",
        "flat": "The shape is {got}: fold each row of 784 into 28 × 28.",
        "one picture": "One picture came back for a list of {count}: all of them are wanted.",
        "scaled": "The numbers were divided by 255: the model does that itself, and twice is once too often.",
        "turned": "The pictures lie on their side: a picture is stored row by row.",
        "signed": "Some pixels are negative: a byte of a picture goes from 0 to 255, so it is uint8.",
        "another result": "The pixels are not those of the pictures, in their order.",
    }

    def check(self, answer):
        import numpy as np

        decode = function(answer)
        pictures = np.random.default_rng(0).integers(0, 256, (3, 28, 28), dtype="uint8")
        pictures[:, -1] = 0  # as in the shop, where most pictures end with background
        self._one(decode([picture.tobytes() for picture in pictures]), pictures)
        alone = array(decode([pictures[1].tobytes()]), shape=(1, 28, 28))  # when the stream is slow, one is a batch
        expect(same(alone, pictures[1:2]), "another result")

    def _one(self, answer, pictures):
        if isinstance(answer, list | tuple):
            expect(False, "a list", got=len(answer))
        got = array(answer)
        wide = got.dtype.itemsize
        expect(wide == 1 or got.size * wide != pictures.size, "wide numbers", got=str(got.dtype), bytes=wide)
        expect(got.shape not in ((3, 784), (3 * 784,)), "flat", got=got.shape)
        expect(got.shape not in ((28, 28), (1, 28, 28)), "one picture", count=3)
        expect(not (got.shape == pictures.shape and same(got, pictures / 255, tolerance=1e-6)), "scaled")
        expect(not (got.shape == pictures.shape and got.min() < 0), "signed")
        got = array(got, shape=(3, 28, 28), dtype="uint8")
        expect(not same(got, pictures.transpose(0, 2, 1)), "turned")
        expect(same(got, pictures), "another result")


STEPS = ("score", "write Redis", "wait for Kafka's acknowledgement", "commit the offsets")


class Order(Exercise):
    hints = (
        "Imagine the power goes after each step. What is read again when the scorer starts anew, and what is not?",
        "What was committed is never read again. So nothing that must happen may come after the commit.",
    )
    solution = """order = ["score", "write Redis", "wait for Kafka's acknowledgement", "commit the offsets"]"""
    right = "Whether Redis or Kafka comes first does not matter: both are done before anything is committed."
    misconceptions = {
        "commit first": "Committed first, and then the power goes: these records are never read again and have no answer.",
        "commit before Redis": "Committed before Redis is written: a crash between the two leaves pictures without an answer.",
        "commit before Kafka": "Committed before Kafka has acknowledged: what was still on its way is lost, and nobody notices.",
        "score later": "There is nothing to write before the pictures are scored.",
        "other steps": "{got} are not the four steps: use each text of `steps` once, as it is written.",
    }

    def check(self, answer):
        order = list(items(answer, count=4))
        expect(sorted(map(str, order)) == sorted(STEPS), "other steps", got=brief(order))
        place = {step: order.index(step) for step in STEPS}
        last = place["commit the offsets"]
        expect(last != 0, "commit first")
        expect(place["score"] == 0, "score later")
        expect(place["write Redis"] < last, "commit before Redis")
        expect(place["wait for Kafka's acknowledgement"] < last, "commit before Kafka")
