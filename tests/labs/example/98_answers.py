import numpy as np

images = np.array([[0, 51, 255], [102, 0, 255]], dtype="uint8")

# %% parameters: right
parameters = 101_770

# %% parameters: right
parameters = sum(inputs * neurons + neurons for inputs, neurons in ((784, 128), (128, 10)))

# %% parameters: right
parameters = np.int64(784 + 1) * 128 + np.int64(128 + 1) * 10

# %% parameters: wrong: no biases
parameters = 784 * 128 + 128 * 10

# %% parameters: wrong: one layer
parameters = 784 * 128 + 128

# %% parameters: wrong: another count
parameters = 784 * 128 * 10

# %% parameters: wrong: another count
parameters = 784 + 128 + 10

# %% parameters: wrong: not a number
parameters = "101770"

# %% parameters: wrong: not a number
parameters = [784 * 128 + 128, 128 * 10 + 10]

# %% count_labels: right
from collections import Counter

count_labels = Counter

# %% count_labels: right
def count_labels(labels):
    return {label: labels.count(label) for label in set(labels)}

# %% count_labels: wrong: no dictionary
def count_labels(labels):
    return len(labels)

# %% count_labels: wrong: nothing returned
def count_labels(labels):
    counts = {}
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
    print(counts)

# %% count_labels: wrong: counted once
def count_labels(labels):
    counts = {}
    for label in labels:
        counts[label] = 1
    return counts

# %% count_labels: wrong: counted once
def count_labels(labels):
    counts = {}
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
        return counts

# %% count_labels: wrong: another dictionary
def count_labels(labels):
    counts = {"coat": 0}
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
    return counts

# %% count_labels: wrong: not a function
count_labels = {"shirt": 3, "bag": 1}

# %% count_labels: raised: KeyError
def count_labels(labels):
    counts = {}
    for label in labels:
        counts[label] += 1
    return counts

# %% count_labels: raised: TypeError
def count_labels():
    return {"shirt": 3, "bag": 1}

# %% scaled: right
scaled = images / 255

# %% scaled: right
scaled = [[pixel / 255 for pixel in row] for row in images.tolist()]

# %% scaled: right
scaled = images.astype("float32") * np.float32(1 / 255)

# %% scaled: wrong: whole division
scaled = images // 255

# %% scaled: wrong: divided by 256
scaled = images / 256

# %% scaled: wrong: not scaled
scaled = images

# %% scaled: wrong: axes swapped
scaled = images.T / 255

# %% scaled: wrong: another shape
scaled = (images / 255).reshape(6)

# %% scaled: wrong: not an array
scaled = images.max() / 255 > 0.5 and "yes"
