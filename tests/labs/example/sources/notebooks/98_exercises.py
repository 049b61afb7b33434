"""Three exercises as a lesson declares them: a value, a function, an array. The pattern for docs/exercises.md."""

from helpers.checks import Exercise, array, expect, function, number, same


class Parameters(Exercise):
    hints = (
        "A layer has one weight for each pair of input and neuron, and one more number for each neuron.",
        "The first layer has 784 × 128 weights and 128 biases; work out the second one alike and add.",
    )
    solution = "parameters = (784 * 128 + 128) + (128 * 10 + 10)"
    right = "99 of 100 of them sit in the first layer: an image has many pixels."
    misconceptions = {
        "no biases": "{got:,} are the weights alone: every neuron also learns one bias.",
        "one layer": "{got:,} is the first layer: the output layer learns too.",
        "another count": "{got:,} is not what training changes: count weights and biases, layer by layer.",
    }

    def check(self, answer):
        count = number(answer)
        expect(count != 784 * 128 + 128 * 10, "no biases", got=count)
        expect(count != 784 * 128 + 128, "one layer", got=count)
        expect(count == 101_770, "another count", got=count)


class CountLabels(Exercise):
    hints = (
        "Go through the labels one by one and keep a dictionary from label to count.",
        "`counts.get(label, 0)` is the count so far, also for a label that is new.",
    )
    solution = """
        def count_labels(labels):
            counts = {}
            for label in labels:
                counts[label] = counts.get(label, 0) + 1
            return counts
    """
    right = "A Kafka Streams table does the same, one record at a time, and never ends."
    misconceptions = {
        "no dictionary": "A dictionary from label to count is asked for, and this is {got}.",
        "counted once": "In {labels} the label {label} stands {wanted} times, and you counted {got}.",
        "another dictionary": "For {labels} the dictionary is {got}.",
    }

    def check(self, answer):
        count = function(answer)
        labels = ["shirt", "bag", "shirt", "shirt"]
        counts = count(labels)
        expect(isinstance(counts, dict), "no dictionary", got=counts)
        expect(counts.get("shirt") == 3, "counted once", labels=labels, label="shirt", wanted=3, got=counts.get("shirt"))
        expect(counts == {"shirt": 3, "bag": 1}, "another dictionary", labels=labels, got=counts)
        expect(count([]) == {}, "another dictionary", labels=[], got=count([]))


class Scaled(Exercise):
    hints = (
        "A pixel is 0 to 255 and should become 0 to 1.",
        "Divide `images` by 255; NumPy does it for all pixels at once.",
    )
    solution = "scaled = images / 255"
    right = "In our model this division is a layer, so that nobody can forget it in production."
    misconceptions = {
        "whole division": "Every pixel is 0 or 1 now: `//` throws the fraction away, `/` keeps it.",
        "divided by 256": "The brightest pixel is {got:.4f}: 255 is the largest value, so divide by that.",
        "not scaled": "The pixels reach from {low} to {high}; they should reach from 0 to 1.",
    }

    def check(self, answer):
        scaled = array(answer, shape=(2, 3))
        expect(not same(scaled, [[0, 0, 1], [0, 0, 1]]), "whole division")
        expect(not same(scaled.max(), 255 / 256), "divided by 256", got=scaled.max())
        right = same(scaled, [[0, 0.2, 1], [0.4, 0, 1]])
        expect(right, "not scaled", low=scaled.min(), high=scaled.max())
