"""Progress of a training on one line, and its end by the ■ button."""

import signal
import threading
from types import FrameType
from typing import Any

import keras

WIDTH = 72  # letters: each line covers the one before it, and the last is the same whatever stood there


class Progress(keras.callbacks.Callback):  # type: ignore[misc]
    """A callback for `fit(verbose=0)`: one line, rewritten after each epoch, with accuracies (or the loss).

    At the end it says how many epochs and batches there were, and the last scores behind `≈`, which nbval, which keeps
    what stands after the last carriage return, leaves out of the comparison. An interrupt (JupyterLab's ■) ends the
    training after the batch in hand, without a traceback: the model keeps what it has learnt, `fit` returns.
    """

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        self._done, self._stopped, self._scores = 0, False, ""
        self._usual = _handle_interrupts(self._stop)
        self._show(f"epoch 1 of {self.params['epochs']} …")

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._done, self._scores = epoch + 1, _scores(logs or {})
        self._show(f"epoch {self._done} of {self.params['epochs']} · {self._scores}")

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        _handle_interrupts(self._usual)
        if self._stopped:
            self._show(f"Stopped in epoch {self._done} of {self.params['epochs']} · {self._scores}")
        else:
            self._show(f"{self._done} epochs of {self.params['steps']:,} batches · {self._scores}")
        print()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        """The first interrupt lets the batch in hand end; the second is the usual one."""
        self._stopped = self.model.stop_training = True
        _handle_interrupts(self._usual)

    def _show(self, line: str) -> None:
        print(f"\r{line:<{WIDTH}}", end="", flush=True)


def _handle_interrupts(handler: Any) -> Any:
    """Let `handler` answer interrupts from here on; returns the one that did so far.

    Does nothing outside the main thread: Python allows no handler there, and nobody is interrupted there.
    """
    if threading.current_thread() is not threading.main_thread():
        return None
    return signal.signal(signal.SIGINT, handler or signal.default_int_handler)


def _scores(logs: dict[str, Any]) -> str:
    if "accuracy" not in logs:
        return f"loss ≈ {logs['loss']:.3f}"
    validation = f" · validation ≈ {logs['val_accuracy']:.1%}" if "val_accuracy" in logs else ""
    return f"accuracy ≈ {logs['accuracy']:.1%}{validation}"
