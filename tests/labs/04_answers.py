"""What people answer in lesson 04."""

import math

import numpy as np

from helpers import datasets

data = datasets.fashion_mnist()

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

# %% parameters: right
parameters = 784 * 128 + 128 + 128 * 10 + 10

# %% parameters: right
parameters = sum((inputs + 1) * neurons for inputs, neurons in [(784, 128), (128, 10)])

# %% parameters: wrong: no biases
parameters = 784 * 128 + 128 * 10

# %% parameters: wrong: one layer
parameters = 784 * 128 + 128

# %% parameters: wrong: neurons
parameters = 784 + 128 + 10

# %% parameters: wrong: biases of the inputs
parameters = 784 * 128 + 128 * 10 + 784 + 128 + 10

# %% parameters: wrong: another count
parameters = 784 * 128 * 10

# %% parameters: wrong: not a number
parameters = "101770"

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
