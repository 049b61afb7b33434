"""`python -m helpers.scoring.shipped`: train the model that comes with the workbook and write it to `data/models/`.

It lets lessons 00 and 11 run before lesson 04 has trained one. Lesson 04's network and recipe: 784-128-10, batches of
128, Adam with a learning rate that falls from 2e-3 as a cosine, 10 epochs, seeded; about 10 s. Another processor adds
numbers in another order, so a new training gives other bytes: the files in git are the ones that ship.
"""

import sys
import time

from helpers.datasets import fashion_mnist
from helpers.scoring.errors import ScoringError
from helpers.scoring.registry import NAME, SHIPPED

SEED = 4
EPOCHS = 10
BATCH = 128
LEARNING_RATE = 2e-3
LEAST_ACCURACY = 0.87


def main() -> int:
    """Train, hold against the test set, write. Raises ScoringError when the network is worse than it should be."""
    import keras

    from helpers.scoring.model import pack

    keras.utils.set_random_seed(SEED)
    data = fashion_mnist()
    network = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Flatten(),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    steps = EPOCHS * -(-len(data.train_images) // BATCH)
    network.compile(
        optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps)),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=16,
    )
    start = time.perf_counter()
    network.fit(data.train_images, data.train_labels, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    seconds = time.perf_counter() - start
    _, accuracy = network.evaluate(data.test_images, data.test_labels, batch_size=1000, verbose=0)
    if accuracy < LEAST_ACCURACY:
        raise ScoringError(f"The accuracy is {accuracy:.3f}, below {LEAST_ACCURACY}: nothing was written.")
    manifest, content = pack(network, data.test_images, {"accuracy": round(accuracy, 4)})
    SHIPPED.mkdir(parents=True, exist_ok=True)
    (SHIPPED / f"{NAME}.npz").write_bytes(content)
    (SHIPPED / f"{NAME}.json").write_bytes(manifest.to_bytes())
    print(f"{manifest.version} accuracy {accuracy:.4f}, trained in {seconds:.0f} s, {len(content):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
