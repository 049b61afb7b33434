"""What people answer in lesson 04."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import sklearn.metrics

from helpers import datasets

data = datasets.fashion_mnist()
pictures, labels = data.train_images, data.train_labels
mixed = np.random.default_rng(0).permutation(60_000)

# %% validation: right
train_images, train_labels = data.train_images[:50_000], data.train_labels[:50_000]
val_images, val_labels = data.train_images[50_000:], data.train_labels[50_000:]
validation = (train_images, train_labels, val_images, val_labels)

# %% validation: right
train_images, val_images = np.split(data.train_images, [50_000])
train_labels, val_labels = np.split(data.train_labels, [50_000])
validation = (train_images, train_labels, val_images, val_labels)

# %% validation: right
validation = [
    data.train_images[:-10_000],
    data.train_labels[:-10_000],
    data.train_images[-10_000:],
    data.train_labels[-10_000:],
]

# %% validation: wrong: test set
validation = (data.train_images, data.train_labels, data.test_images, data.test_labels)

# %% validation: wrong: overlap
validation = (data.train_images, data.train_labels, data.train_images[-10_000:], data.train_labels[-10_000:])

# %% validation: wrong: first instead of last
validation = (
    data.train_images[10_000:],
    data.train_labels[10_000:],
    data.train_images[:10_000],
    data.train_labels[:10_000],
)

# %% validation: wrong: labels elsewhere
validation = (
    data.train_images[:50_000],
    data.train_labels[:50_000],
    data.train_images[50_000:],
    data.train_labels[:10_000],
)

# %% validation: wrong: labels elsewhere
validation = (
    data.train_images[:50_000],
    data.train_labels[10_000:],
    data.train_images[50_000:],
    data.train_labels[50_000:],
)

# %% validation: wrong: another split
validation = (
    data.train_images[:48_000],
    data.train_labels[:48_000],
    data.train_images[48_000:],
    data.train_labels[48_000:],
)

# %% validation: wrong: nothing
validation = print("done")

# %% validation: wrong: places
validation = (pictures[:50_000], pictures[50_000:], labels[:50_000], labels[50_000:])

# %% validation: wrong: places
validation = (labels[:50_000], pictures[:50_000], labels[50_000:], pictures[50_000:])

# %% validation: wrong: another split
validation = (pictures[:50_001], labels[:50_001], pictures[50_001:], labels[50_001:])

# %% validation: wrong: other pictures
validation = (pictures[mixed[:50_000]], labels[mixed[:50_000]], pictures[mixed[50_000:]], labels[mixed[50_000:]])

# %% validation: wrong: in both
validation = (pictures[10_000:], labels[10_000:], pictures[50_000:], labels[50_000:])

# %% validation: wrong: other pictures
validation = (pictures[:50_000], labels[:50_000], pictures[40_000:50_000], labels[40_000:50_000])

# %% validation: wrong: scaled
validation = (pictures[:50_000] / 255, labels[:50_000], pictures[50_000:] / 255, labels[50_000:])

# %% validation: wrong: another shape
validation = (pictures[:50_000].reshape(-1, 784), labels[:50_000], pictures[50_000:].reshape(-1, 784), labels[50_000:])

# %% validation: wrong: another shape
validation = (pictures[:50_000], np.eye(10)[labels[:50_000]], pictures[50_000:], np.eye(10)[labels[50_000:]])

# %% validation: wrong: another shape
validation = (labels[:50_000], labels[:50_000], labels[50_000:], labels[50_000:])

# %% validation: wrong: pictures as labels
validation = (pictures[:50_000], pictures[:50_000], pictures[50_000:], labels[50_000:])

# %% validation: wrong: pictures as labels
validation = (pictures[:50_000], labels[:50_000], pictures[50_000:], pictures[50_000:])

# %% validation: wrong: another length
validation = (pictures[:50_000], labels[:50_000]), (pictures[50_000:], labels[50_000:])

# %% validation: right
validation = (
    pictures[:50_000].astype("float32"),
    labels[:50_000],
    pictures[50_000:].astype("float32"),
    labels[50_000:].astype("int64"),
)

# %% validation: right
from sklearn.model_selection import train_test_split

train, val, of_train, of_val = train_test_split(pictures, labels, test_size=10_000, shuffle=False)
validation = train, of_train, val, of_val

# %% validation: right
validation = (pictures[:50_000], pd.Series(labels[:50_000]), pictures[50_000:], pd.Series(labels[50_000:]))

# %% parameters: right
parameters = 784 * 128 + 128 + 128 * 10 + 10

# %% parameters: right
parameters = sum((inputs + 1) * neurons for inputs, neurons in [(784, 128), (128, 10)])

# %% parameters: wrong: no biases
parameters = 784 * 128 + 128 * 10

# %% parameters: wrong: one layer
parameters = 784 * 128 + 128

# %% parameters: wrong: weights of one layer
parameters = 784 * 128

# %% parameters: wrong: neurons
parameters = 784 + 128 + 10

# %% parameters: wrong: biases of the inputs
parameters = 784 * 128 + 128 * 10 + 784 + 128 + 10

# %% parameters: wrong: another count
parameters = 784 * 128 * 10

# %% parameters: wrong: not a number
parameters = "101770"

# %% parameters: wrong: some biases
parameters = 784 * 128 + 128 + 128 * 10

# %% parameters: wrong: some biases
parameters = 784 * 128 + 1 + 128 * 10 + 1

# %% parameters: wrong: a row
parameters = 28 * 128 + 128 + 128 * 10 + 10

# %% parameters: wrong: not a number
parameters = (784 * 128 + 128, 128 * 10 + 10)

# %% parameters: wrong: nothing
parameters = print(101_770)

# %% steps: right
steps = 10 * math.ceil(50_000 / 128)

# %% steps: right
steps = 10 * (50_000 // 128 + 1)

# %% steps: wrong: epochs
steps = 10

# %% steps: wrong: one epoch
steps = math.ceil(50_000 / 128)

# %% steps: wrong: last batch
steps = 10 * (50_000 // 128)

# %% steps: wrong: rounded late
steps = math.ceil(10 * 50_000 / 128)

# %% steps: wrong: all 60,000
steps = 10 * math.ceil(60_000 / 128)

# %% steps: wrong: pictures
steps = 10 * 50_000

# %% steps: wrong: another number
steps = 128 * 10


# %% recall: right
def recall(truth, guesses, kind):
    return (guesses[truth == kind] == kind).mean()


# %% recall: right
def recall(truth, guesses, kind):
    of_this_kind = [guess for real, guess in zip(truth, guesses) if real == kind]
    return sum(guess == kind for guess in of_this_kind) / len(of_this_kind)


# %% recall: right
def recall(truth, guesses, kind):
    from sklearn.metrics import recall_score

    return recall_score(truth == kind, guesses == kind)


# %% recall: wrong: precision
def recall(truth, guesses, kind):
    return (truth[guesses == kind] == kind).mean()


# %% recall: wrong: called so
def recall(truth, guesses, kind):
    return (guesses == kind).sum() / (truth == kind).sum()


# %% recall: wrong: accuracy
def recall(truth, guesses, kind):
    return (truth == guesses).mean()


# %% recall: wrong: of everything
def recall(truth, guesses, kind):
    return ((truth == kind) & (guesses == kind)).mean()


# %% recall: wrong: a count
def recall(truth, guesses, kind):
    return ((truth == kind) & (guesses == kind)).sum()


# %% recall: wrong: the missed
def recall(truth, guesses, kind):
    return (guesses[truth == kind] != kind).mean()


# %% recall: wrong: another share
def recall(truth, guesses, kind):
    return (guesses == kind).mean()


# %% recall: raised: ValueError
def recall(truth, guesses, kind):
    if truth == kind:
        return guesses == kind


# %% recall: wrong: per cent
def recall(truth, guesses, kind):
    return 100 * (guesses[truth == kind] == kind).mean()


# %% recall: wrong: of nothing
def recall(truth, guesses, kind):
    return (guesses[truth == datasets.CLOTHES[kind]] == kind).mean()


# %% recall: wrong: not a number
def recall(truth, guesses, kind):
    return guesses[truth == kind] == kind


# %% recall: wrong: one kind only
def recall(truth, guesses, kind):
    return (guesses[truth == 6] == 6).mean()


# %% recall: wrong: another share
def recall(truth, guesses, kind):
    return sklearn.metrics.f1_score(truth == kind, guesses == kind)


# %% recall: wrong: rounded
def recall(truth, guesses, kind):
    return round((guesses[truth == kind] == kind).mean(), 2)


# %% recall: wrong: nothing returned
def recall(truth, guesses, kind):
    print((guesses[truth == kind] == kind).mean())


# %% recall: right
def recall(truth, guesses, kind):
    matrix = sklearn.metrics.confusion_matrix(truth, guesses)
    return matrix[kind, kind] / matrix[kind].sum()


# %% recall: right
def recall(truth, guesses, kind):
    return sklearn.metrics.recall_score(truth, guesses, average=None)[kind]


# %% recall: right
def recall(truth, guesses, kind):
    return pd.crosstab(truth, guesses, normalize="index").loc[kind, kind]


# %% recall: right
def recall(truth, guesses, kind):
    return np.float32((guesses[truth == kind] == kind).mean())


# %% recall: right
def recall(truth, guesses, kind):
    return Fraction(int(((truth == kind) & (guesses == kind)).sum()), int((truth == kind).sum()))


# %% recall: right
class Recall:
    def __call__(self, truth, guesses, kind):
        return np.isin(guesses[truth == kind], [kind]).mean()


recall = Recall()
