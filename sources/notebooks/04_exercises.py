"""Exercises of lesson 04."""

from helpers.checks import Exercise, array, expect, function, items, number, same


class Validation(Exercise):
    hints = (
        "A slice of an array takes its rows: `images[:50_000]` are the first 50,000.",
        "`data.train_images[50_000:]` are the last 10,000 pictures; their labels are in `data.train_labels`.",
    )
    solution = """train_images, train_labels = data.train_images[:50_000], data.train_labels[:50_000]
val_images, val_labels = data.train_images[50_000:], data.train_labels[50_000:]
validation = train_images, train_labels, val_images, val_labels"""
    right = "No picture is in both sets: what you will choose by is new to the network."
    misconceptions = {
        "test set": "These are test pictures: whoever chooses by them has no honest score left at the end.",
        "overlap": "The training set still has all {got:,} pictures: what is in both sets is not new to the network.",
        "first instead of last": "These are the first 10,000: keep the last 10,000 aside.",
        "labels elsewhere": "The labels do not belong to these pictures: cut them at the same place.",
        "another split": "There are {got:,} pictures for training and {kept:,} for validation: 50,000 and 10,000 it is.",
    }

    def check(self, answer):
        from helpers.datasets import fashion_mnist

        data = fashion_mnist()
        train, train_labels, kept, kept_labels = items(answer, count=4)
        train, kept = array(train, shape=(None, 28, 28)), array(kept, shape=(None, 28, 28))
        train_labels, kept_labels = array(train_labels, shape=(None,)), array(kept_labels, shape=(None,))
        expect(not same(kept, data.test_images), "test set")
        expect(len(train) != 60_000, "overlap", got=len(train))
        expect((len(train), len(kept)) == (50_000, 10_000), "another split", got=len(train), kept=len(kept))
        expect(not same(kept, data.train_images[:10_000]), "first instead of last")
        expect(same(kept, data.train_images[50_000:]) and same(train, data.train_images[:50_000]), "another split",
               got=len(train), kept=len(kept))
        expect(same(kept_labels, data.train_labels[50_000:]), "labels elsewhere")
        expect(same(train_labels, data.train_labels[:50_000]), "labels elsewhere")


class Parameters(Exercise):
    hints = (
        "A neuron has one weight for each of its inputs, and one bias.",
        "The hidden layer: 784 × 128 weights and 128 biases. Count the second layer in the same way and add.",
    )
    solution = "parameters = (784 * 128 + 128) + (128 * 10 + 10)"
    right = "99 of 100 of them sit in the first dense layer: a picture has many pixels."
    misconceptions = {
        "no biases": "{got:,} are the weights alone: every neuron also learns one bias.",
        "one layer": "{got:,} are the parameters of one layer: two layers learn.",
        "neurons": "{got:,} counts neurons: what training changes are their weights and biases.",
        "biases of the inputs": "{got:,} gives the 784 inputs biases too: an input learns nothing.",
        "another count": "{got:,} is not it: inputs × neurons + neurons, for each of the two dense layers.",
    }

    def check(self, answer):
        count = number(answer)
        expect(count != 784 * 128 + 128 * 10, "no biases", got=count)
        expect(count not in (784 * 128 + 128, 128 * 10 + 10, 784 * 128), "one layer", got=count)
        expect(count not in (784 + 128 + 10, 128 + 10), "neurons", got=count)
        expect(count != 784 * 128 + 128 * 10 + 784 + 128 + 10, "biases of the inputs", got=count)
        expect(count == 101_770, "another count", got=count)


class Steps(Exercise):
    hints = (
        "One epoch: how many batches of 128 do 50,000 pictures make? The last one may be smaller, and it counts.",
        "`math.ceil(50_000 / 128)` batches make an epoch; there are ten epochs.",
    )
    solution = "steps = 10 * math.ceil(50_000 / 128)"
    right = "3,910 small steps, each from 128 pictures: the cost of one batch only hints at the cost of all."
    misconceptions = {
        "epochs": "{got:,} is the number of epochs: each of them takes many steps.",
        "one epoch": "{got:,} steps make one epoch: there are ten.",
        "last batch": "{got:,} leaves out the last batch of an epoch, the one with fewer than 128 pictures.",
        "rounded late": "{got:,} lets batches run across the end of an epoch: round up within one epoch, then take ten.",
        "pictures": "{got:,} counts pictures: a step takes a whole batch of 128.",
        "all 60,000": "{got:,} counts the validation pictures too: the network trains on 50,000.",
        "another number": "{got:,} is not it: batches in an epoch, times epochs.",
    }

    def check(self, answer):
        steps = number(answer)
        expect(steps != 10, "epochs", got=steps)
        expect(steps not in (390, 391, 50_000 / 128), "one epoch", got=steps)
        expect(steps != 3900, "last batch", got=steps)
        expect(steps not in (3906, 3907, 500_000 / 128), "rounded late", got=steps)
        expect(steps not in (50_000, 500_000), "pictures", got=steps)
        expect(steps not in (4690, 4688, 4680), "all 60,000", got=steps)
        expect(steps == 3910, "another number", got=steps)


class Recall(Exercise):
    hints = (
        "`truth == kind` is an array of yes and no; an array can be chosen from by such an array: `guesses[truth == kind]`.",
        "Of `guesses[truth == kind]`, which share equals `kind`? The mean of yes and no is the share of yes.",
    )
    solution = """def recall(truth, guesses, kind):
    return (guesses[truth == kind] == kind).mean()"""
    right = (
        "How many shirts does your network find? The matrix above says it: row Shirt, the number on the diagonal, of 1,000. "
        "The sister of recall is precision: of the pictures *called* shirts, how many are shirts?"
    )
    misconceptions = {
        "precision": "{got:.2f} is the precision: of those *called* so, the share that is. Start from those that *are* so.",
        "called so": "{got:.2f} counts all that are *called* so, right or wrong: count only those that also *are* so.",
        "accuracy": "{got:.2f} looks at all pictures: only those that are of this kind count.",
        "of everything": "{got:.2f} divides by all pictures: divide by those that are of this kind.",
        "a count": "{got:g} is a count: a share is wanted, from 0 to 1.",
        "the missed": "{got:.2f} is the share of those it misses.",
        "another share": "{got:.2f} came out where {wanted:.2f} is right: of the pictures that are of this kind, which share "
        "is called so?",
    }

    def check(self, answer):
        import numpy as np

        recall = function(answer)
        # for kind 6 each misconception comes to another number: 0.5, 0.8, 0.5625, 0.125, 0.6, 0.25, and 0.4 is right
        truth = np.array([6, 6, 6, 6, 6, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1])
        guesses = np.array([6, 6, 0, 0, 0, 6, 6, 0, 1, 1, 1, 1, 1, 1, 1, 0])
        for kind in (6, 0, 1):
            self._one(number(recall(truth.copy(), guesses.copy(), kind)), truth, guesses, kind)

    def _one(self, got, truth, guesses, kind):
        hits = int(((truth == kind) & (guesses == kind)).sum())
        wanted = hits / int((truth == kind).sum())
        if abs(got - wanted) < 1e-9:
            return
        expect(abs(got - hits / int((guesses == kind).sum())) > 1e-9, "precision", got=got)
        called = int((guesses == kind).sum()) / int((truth == kind).sum())
        expect(abs(got - called) > 1e-9, "called so", got=got)
        expect(abs(got - float((truth == guesses).mean())) > 1e-9, "accuracy", got=got)
        expect(abs(got - hits / len(truth)) > 1e-9, "of everything", got=got)
        expect(abs(got - (1 - wanted)) > 1e-9, "the missed", got=got)
        expect(0 <= got <= 1, "a count", got=got)
        expect(False, "another share", got=got, wanted=wanted)
