"""Exercises of lesson 04."""

import numpy as np

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
        "labels elsewhere": "The {which} labels do not belong to their pictures: cut them at the same place.",
        "places": "The shapes are {got}: first the training pictures, then their labels, then both for validation.",
        "pictures as labels": "`{name}` holds pictures: labels are asked for, one number each. They are in "
        "`data.train_labels`.",
        "another shape": "`{name}` has the shape {got}: {wanted}.",
        "scaled": "The {which} pixels are divided already: keep them from 0 to 255, the model itself divides.",
        "in both": "The training pictures are the last 50,000, so all 10,000 of the validation are among them.",
        "other pictures": "The {which} pictures are not the {wanted} of the 60,000, in their order.",
        "another split": "There are {got:,} pictures for training and {kept:,} for validation: 50,000 and 10,000 it is.",
    }

    def check(self, answer):
        from helpers.datasets import fashion_mnist

        data = fashion_mnist()
        parts = [array(part) for part in items(answer, count=4)]
        axes = [part.ndim for part in parts]
        expect(axes == [3, 1, 3, 1] or sorted(axes) != [1, 1, 3, 3], "places",
               got=", ".join(str(part.shape) for part in parts))
        self._shapes(parts)
        train, train_labels, kept, kept_labels = parts
        self._pictures(train, kept, data)
        for which, labels, wanted in (
            ("validation", kept_labels, data.train_labels[50_000:]),
            ("training", train_labels, data.train_labels[:50_000]),
        ):
            expect(np.array_equal(labels, wanted), "labels elsewhere", which=which)

    def _shapes(self, parts):
        names = ("train_images", "train_labels", "val_images", "val_labels")
        for name, part in zip(names[::2], parts[::2]):
            expect(part.shape[1:] == (28, 28), "another shape", name=name, got=str(part.shape),
                   wanted="a picture has 28 × 28 pixels")
        for name, part in zip(names[1::2], parts[1::2]):
            expect(part.shape[1:] != (28, 28), "pictures as labels", name=name)
            expect(part.ndim == 1, "another shape", name=name, got=str(part.shape), wanted="a label is one number")

    def _pictures(self, train, kept, data):
        expect(not np.array_equal(kept, data.test_images), "test set")
        expect(len(train) != 60_000, "overlap", got=len(train))
        expect((len(train), len(kept)) == (50_000, 10_000), "another split", got=len(train), kept=len(kept))
        for which, pictures in (("training", train), ("validation", kept)):
            expect(pictures.max() > 1, "scaled", which=which)
        expect(not np.array_equal(kept, data.train_images[:10_000]), "first instead of last")
        expect(np.array_equal(kept, data.train_images[50_000:]), "other pictures", which="validation", wanted="last 10,000")
        expect(not np.array_equal(train, data.train_images[10_000:]), "in both")
        expect(np.array_equal(train, data.train_images[:50_000]), "other pictures", which="training", wanted="first 50,000")


class Parameters(Exercise):
    hints = (
        "A neuron has one weight for each of its inputs, and one bias.",
        "The hidden layer: 784 × 128 weights and 128 biases. Count the second layer in the same way and add.",
    )
    solution = "parameters = (784 * 128 + 128) + (128 * 10 + 10)"
    right = "99 of 100 of them sit in the first dense layer: a picture has many pixels."
    misconceptions = {
        "no biases": "{got:,} are the weights alone: every neuron also learns one bias.",
        "some biases": "{got:,} lacks biases: each of the 128 neurons has one, and each of the 10.",
        "a row": "{got:,} takes a picture for one row: it has 28 rows of 28 pixels, 784 inputs.",
        "one layer": "{got:,} are the parameters of one layer: two layers learn.",
        "weights of one layer": "{got:,} are the weights of one layer, without its biases: two layers learn, biases too.",
        "neurons": "{got:,} counts neurons: what training changes are their weights and biases.",
        "biases of the inputs": "{got:,} gives the 784 inputs biases too: an input learns nothing.",
        "another count": "{got:,} is not it: inputs × neurons + neurons, for each of the two dense layers.",
    }

    def check(self, answer):
        count = number(answer)
        expect(count != 784 * 128 + 128 * 10, "no biases", got=count)
        expect(count not in (101_770 - 10, 101_770 - 128, 101_770 - 138 + 2), "some biases", got=count)
        expect(count not in (28 * 128 + 128 + 128 * 10 + 10, 28 * 128 + 128 * 10), "a row", got=count)
        expect(count not in (784 * 128 + 128, 128 * 10 + 10), "one layer", got=count)
        expect(count not in (784 * 128, 128 * 10), "weights of one layer", got=count)
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
        expect(steps not in (50_000, 500_000, 60_000, 600_000, 391 * 128), "pictures", got=steps)
        expect(steps not in (4690, 4688, 4687.5, 4680, 4700, 468, 468.75, 469), "all 60,000", got=steps)
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
        "the missed": "{got:.2f} is the share of those it misses.",
        "one kind only": "For kind {kind} it still answers for kind 6: use the `kind` it is given.",
        "per cent": "{got:g} is per cent: a share is wanted, from 0 to 1.",
        "a count": "{got:g} is more than 1: a share is wanted, from 0 to 1. Divide the hits by all that are of this kind.",
        "rounded": "{got:g} is rounded: hand the share over as it comes.",
        "of nothing": "nan is the mean of nothing, so no picture was chosen: `truth` holds class numbers, as `kind` is one.",
        "another share": "{got:.2f} came out where {wanted:.2f} is right: of the pictures that are of this kind, which share "
        "is called so?",
    }

    def check(self, answer):
        recall = function(answer)
        # all ten kinds, as in the notebook; for kind 6 each misconception comes to another number, and 0.4 is right
        truth = np.array([6, 6, 6, 6, 6, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 7, 8, 9], dtype="uint8")
        guesses = np.array([6, 6, 0, 0, 0, 6, 6, 0, 1, 1, 1, 1, 1, 1, 1, 0, 2, 3, 2, 5, 7, 8, 9])
        for kind in (6, 0, 1):
            self._one(number(recall(truth, guesses, kind)), truth, guesses, kind)

    def _one(self, got, truth, guesses, kind):
        hits, real, called = (int(chosen.sum()) for chosen in (
            (truth == kind) & (guesses == kind), truth == kind, guesses == kind))
        wanted = hits / real
        if same(got, wanted):
            return
        expect(got == got, "of nothing")
        expect(not same(got, hits / called), "precision", got=got)
        expect(not same(got, called / real), "called so", got=got)
        expect(not same(got, float((truth == guesses).mean())), "accuracy", got=got)
        expect(not same(got, hits / len(truth)), "of everything", got=got)
        expect(not same(got, 1 - wanted), "the missed", got=got)
        expect(kind == 6 or not same(got, (guesses[truth == 6] == 6).mean()), "one kind only", kind=kind)
        expect(not same(got, 100 * wanted, tolerance=0.01), "per cent", got=got)
        expect(got <= 1, "a count", got=got)
        expect(got not in (round(wanted, 1), round(wanted, 2), round(wanted, 3)), "rounded", got=got)
        expect(False, "another share", got=got, wanted=wanted)
