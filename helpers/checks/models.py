"""Answers that are Keras models, judged by what they do. The one place here that knows the framework."""

import sys
from typing import Any

import numpy as np

from helpers.checks.arrays import Array
from helpers.checks.outcomes import Wrong, expect
from helpers.checks.showing import brief, one_line

BATCH = 1_000  # images in one call: 60 MB of hidden values for the widest network of the lessons


class Network:
    """A Keras model as a checker sees it. Asking changes neither its weights nor its training."""

    def __init__(self, model: Any) -> None:
        """model: a built `keras.Model`."""
        self._model = model

    @property
    def parameters(self) -> int:
        """How many numbers training changes."""
        return sum(int(np.prod(weights.shape)) for weights in self._model.trainable_weights)

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        """Without the batch: (28, 28)."""
        return tuple(self._model.input_shape[1:])

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """Without the batch: (10,)."""
        return tuple(self._model.output_shape[1:])

    def predict(self, batch: Array) -> Array:
        """What the model answers, float32 (n, …), dropout being off. Raises Wrong "input refused"."""
        try:
            parts = [self._model(batch[at : at + BATCH], training=False) for at in range(0, len(batch), BATCH)]
        except Exception as error:
            raise Wrong("input refused", wanted=str(batch.shape), got=one_line(str(error))) from error
        return np.concatenate([np.asarray(part) for part in parts])

    def accuracy(self, images: Array, labels: Array) -> float:
        """The share of images, 0 to 1, whose largest output is at the label."""
        return float(np.mean(np.argmax(self.predict(images), axis=-1) == labels))


def model(answer: Any) -> Network:
    """The attendee's Keras model. Raises Wrong "not a model", "training history" or "input unknown"."""
    keras = sys.modules.get("keras")  # whoever has a model has imported it; nobody else waits for it here
    if keras is None:
        raise Wrong("not a model", got=brief(answer))
    expect(not isinstance(answer, keras.callbacks.History), "training history")
    expect(isinstance(answer, keras.Model), "not a model", got=brief(answer))
    expect(answer.built and getattr(answer, "inputs", None), "input unknown")
    return Network(answer)
