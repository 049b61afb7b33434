"""Progress of a training on one line."""

from typing import Any

import keras

WIDTH = 72  # letters: each line covers the one before it, and the last is the same whatever stood there


class Progress(keras.callbacks.Callback):  # type: ignore[misc]
    """A callback for `fit(verbose=0)`: one line, rewritten after each epoch, with accuracies (or the loss).

    At the end it says how many epochs and batches there were and no measured number, so that nbval, which keeps what
    stands after the last carriage return, compares equal text on every machine.
    """

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        self._done = 0
        self._show(f"epoch 1 of {self.params['epochs']} …")

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._done = epoch + 1
        self._show(f"epoch {self._done} of {self.params['epochs']} · {_scores(logs or {})}")

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        self._show(f"Trained. Epochs: {self._done}. Batches in each: {self.params['steps']:,}.")
        print()

    def _show(self, line: str) -> None:
        print(f"\r{line:<{WIDTH}}", end="", flush=True)


def _scores(logs: dict[str, Any]) -> str:
    if "accuracy" not in logs:
        return f"loss {logs['loss']:.3f}"
    validation = f" · validation {logs['val_accuracy']:.1%}" if "val_accuracy" in logs else ""
    return f"accuracy {logs['accuracy']:.1%}{validation}"
