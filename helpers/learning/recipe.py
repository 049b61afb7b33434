"""The network of lesson 04 and how it is trained, for what must have one without the lesson: the model that ships."""

from math import ceil

import keras
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]

EPOCHS = 10
BATCH = 128  # 3 times as fast as 32 and as good
RATE = 2e-3  # at the start; it falls to 0 along a cosine
STEPS_AT_ONCE = 16  # batches in one call into TensorFlow: 1.4 times as fast


def clothes_network() -> keras.Sequential:
    """The untrained network 784-128-10: pictures in, a probability for each of the ten classes out.

    In: (n, 28, 28) as they come, 0–255; the division by 255 is the model's first layer, so nobody can forget it or do
    it twice. Out: float32 (n, 10) whose rows sum to 1. Softmax is inside, because what is published and streamed is a
    confidence; so the loss needs from_logits=False, Keras's default. 101,770 parameters.
    """
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Flatten(),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


def steps(images: int, *, batch: int = BATCH, epochs: int = EPOCHS) -> int:
    """How many batches a training takes, where the last one of each epoch may be smaller than `batch`."""
    return epochs * ceil(images / batch)


def train(
    network: keras.Sequential,
    images: Bytes,
    labels: Bytes,
    *,
    validation: tuple[Bytes, Bytes] | None = None,
    epochs: int = EPOCHS,
    callbacks: tuple[keras.callbacks.Callback, ...] = (),
) -> dict[str, list[float]]:
    """Compile and train: Adam from 2e-3 down a cosine, batches of 128. About 10 s for 60,000 pictures on two cores.

    images: uint8 (n, 28, 28). labels: uint8 (n,), 0–9. Returns the history: loss and accuracy of each epoch, with
    val_ before them for validation. On all 60,000 the test accuracy is 0.885 ± 0.005.
    """
    decay = keras.optimizers.schedules.CosineDecay(RATE, steps(len(images), epochs=epochs))
    network.compile(
        optimizer=keras.optimizers.Adam(decay),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=STEPS_AT_ONCE,
    )
    fitted = network.fit(
        images,
        labels,
        validation_data=validation,
        batch_size=BATCH,
        epochs=epochs,
        verbose=0,
        callbacks=list(callbacks),
    )
    history: dict[str, list[float]] = fitted.history
    return history
