"""The recipe of the model that ships: shape, learning, repeatability, and quiet progress."""

import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest
from nbformat.v4 import new_output
from nbval.plugin import coalesce_streams

from helpers import learning
from helpers.datasets import fashion_mnist
from helpers.learning.progress import Progress

CLOTHES = fashion_mnist()
FEW = CLOTHES.train_images[:2_000], CLOTHES.train_labels[:2_000]


def weights(number: int) -> list[np.ndarray]:
    learning.seed(number)
    network = learning.clothes_network()
    learning.train(network, *FEW, epochs=1)
    return network.get_weights()


def test_network_takes_bytes_and_gives_probabilities() -> None:
    network = learning.clothes_network()
    answers = network.predict_on_batch(CLOTHES.test_images[:5])
    assert network.count_params() == 101_770
    assert answers.shape == (5, 10)
    np.testing.assert_allclose(answers.sum(axis=1), 1, rtol=1e-5)


def test_rescaling_is_inside() -> None:
    (rescaling, *_) = learning.clothes_network().layers
    assert float(np.max(rescaling(np.full((1, 28, 28), 255, np.uint8)))) == pytest.approx(1)


def test_it_learns_even_from_few_pictures_and_slows_down_along_a_cosine() -> None:
    learning.seed(0)
    network = learning.clothes_network()
    history = learning.train(network, *FEW, validation=(CLOTHES.test_images, CLOTHES.test_labels), epochs=4)
    assert {len(values) for values in history.values()} == {4}
    assert history["val_accuracy"][-1] > 0.7
    rate = network.optimizer._learning_rate
    assert [float(rate(step)) for step in (0, 32, 64)] == pytest.approx([2e-3, 1e-3, 0], abs=1e-9)


def test_steps_count_the_smaller_batch_at_the_end_of_each_epoch() -> None:
    assert learning.steps(50_000, batch=128, epochs=10) == 3_910
    assert learning.steps(256, batch=128, epochs=3) == 6


def test_the_same_seed_gives_the_same_weights_and_another_others() -> None:
    first, again, other = weights(3), weights(3), weights(4)
    assert all(np.array_equal(one, two) for one, two in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])


def shown(capsys: pytest.CaptureFixture[str], metrics: list[str]) -> tuple[str, str]:
    """What a short training prints, and what nbval keeps of it."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=metrics)
    inputs, labels = np.ones((8, 2)), np.zeros(8)
    capsys.readouterr()
    model.fit(inputs, labels, batch_size=4, epochs=3, verbose=0, callbacks=[Progress()], validation_split=0.5)
    printed = capsys.readouterr().out
    (kept,) = coalesce_streams([new_output("stream", text=printed)])
    return printed, kept.text


def test_progress_rewrites_one_line_and_leaves_the_last_scores_marked(capsys: pytest.CaptureFixture[str]) -> None:
    printed, kept = shown(capsys, ["accuracy"])
    assert printed.count("\n") == 1
    assert "\repoch 2 of 3 · accuracy ≈ " in printed
    assert re.fullmatch(r"3 epochs of 1 batches · accuracy ≈ [\d.]+% · validation ≈ [\d.]+% *\n", kept)
    assert len(kept.rstrip("\n")) == 72


def test_progress_without_accuracy_shows_the_loss(capsys: pytest.CaptureFixture[str]) -> None:
    assert "\repoch 3 of 3 · loss ≈ 0." in shown(capsys, [])[0]


class Interrupt(keras.callbacks.Callback):
    """Presses ■ after the first batch of the second epoch."""

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        if self.params["epochs"] > 1 and self.model.optimizer.iterations == 3:
            signal.raise_signal(signal.SIGINT)


def test_the_stop_button_ends_a_training_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    before = signal.getsignal(signal.SIGINT)
    history = model.fit(
        np.ones((8, 2)), np.zeros(8), batch_size=4, epochs=9, verbose=0, callbacks=[Progress(), Interrupt()]
    )
    assert model.optimizer.iterations == 3, "the batch in hand was the last"
    assert len(history.history["accuracy"]) == 2
    assert "\rStopped in epoch 2 of 9 · accuracy ≈ " in capsys.readouterr().out
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_press_is_the_usual_interrupt(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress()
    progress.set_params({"epochs": 1, "steps": 1})
    progress.set_model(keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)]))
    progress.on_train_begin()
    signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    progress.on_train_end()
    assert "Stopped" in capsys.readouterr().out


def test_a_training_in_a_thread_leaves_signals_alone() -> None:
    before = signal.getsignal(signal.SIGINT)
    with ThreadPoolExecutor(1) as pool:
        progress = Progress()
        progress.set_params({"epochs": 1, "steps": 1})
        pool.submit(progress.on_train_begin).result()
        assert signal.getsignal(signal.SIGINT) is before
        pool.submit(progress.on_train_end).result()
    assert signal.getsignal(signal.SIGINT) is before


def test_an_attendees_own_backend_stays_out() -> None:
    code = "import helpers, keras; print(keras.config.backend())"
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    answer = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert answer.stdout == "tensorflow\n", answer.stderr
