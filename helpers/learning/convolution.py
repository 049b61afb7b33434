"""Lesson 04's convolutional network, trained beforehand for slow machines.

`python -m helpers.learning.convolution` trains it (about a minute on two idle cores) and writes `data/models/`.
"""

import sys
from io import BytesIO

import keras
import numpy as np
import numpy.typing as npt

from helpers.config import ROOT
from helpers.datasets import fashion_mnist, verified
from helpers.learning.seeds import seed

NAME = "models/fashion-cnn.npz"
EPOCHS = 8
BATCH = 128
RATE = 3e-3
LEAST_ACCURACY = 0.91


def clothes_cnn() -> keras.Sequential:
    """The untrained network: pictures in (n, 28, 28), 0–255; a probability for each of ten classes out."""
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Reshape((28, 28, 1)),
            keras.layers.Conv2D(16, 3, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(32, 3, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.25),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


def shipped_weights() -> list[npt.NDArray[np.float32]]:
    """What training left, in the order `set_weights` takes them. Raises DatasetError when the file is altered."""
    with np.load(BytesIO(verified(NAME)), allow_pickle=False) as arrays:
        return [arrays[name] for name in sorted(arrays.files)]


def main() -> int:
    """Train, hold against the test set, write. Returns 1, and writes nothing, when it is worse than it should be."""
    seed(4)
    data, network = fashion_mnist(), clothes_cnn()
    rate = keras.optimizers.schedules.CosineDecay(RATE, EPOCHS * -(-len(data.train_images) // BATCH))
    network.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    network.fit(data.train_images, data.train_labels, batch_size=BATCH, epochs=EPOCHS, verbose=2)
    _, accuracy = network.evaluate(data.test_images, data.test_labels, batch_size=1000, verbose=0)
    if accuracy < LEAST_ACCURACY:
        print(f"The accuracy is {accuracy:.4f}, below {LEAST_ACCURACY}: nothing was written.", file=sys.stderr)
        return 1
    names = (f"{place:02}" for place in range(len(network.weights)))
    np.savez_compressed(ROOT / "data" / NAME, **dict(zip(names, network.get_weights(), strict=True)))
    print(f"accuracy {accuracy:.4f}, {network.count_params():,} parameters")
    return 0


if __name__ == "__main__":
    sys.exit(main())
