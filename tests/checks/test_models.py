import random
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from helpers.checks import model
from helpers.checks.judging import judge
from helpers.checks.messages import Kind
from helpers.checks.outcomes import Wrong

from .declared import exercise

keras = pytest.importorskip("keras")


def network(*layers: Any, **settings: Any) -> Any:
    return keras.Sequential([*layers, keras.layers.Dense(2, **settings)])


def test_a_model_is_judged_by_what_it_does() -> None:
    seen = model(network(keras.Input((2,)), kernel_initializer="identity"))
    assert seen.parameters == 2 * 2 + 2
    assert (seen.input_shape, seen.output_shape) == ((2,), (2,))
    points = np.array([[0.2, 0.8], [0.9, 0.1], [0.4, 0.6]], dtype="float32")
    assert np.allclose(seen.predict(points), points)
    assert seen.accuracy(points, np.array([1, 0, 0])) == pytest.approx(2 / 3)


def test_functional_models_and_image_shapes() -> None:
    pixels = keras.Input((28, 28))
    answer = keras.Model(pixels, keras.layers.Dense(10)(keras.layers.Flatten()(pixels)))
    assert (model(answer).input_shape, model(answer).output_shape) == ((28, 28), (10,))


def test_what_is_not_trained_is_not_counted() -> None:
    frozen = keras.layers.Dense(3)
    frozen.trainable = False
    assert model(network(keras.Input((2,)), frozen)).parameters == 3 * 2 + 2


def test_many_images_are_answered_in_order() -> None:
    points = np.random.default_rng(0).random((2_500, 2)).astype("float32")
    assert np.allclose(model(network(keras.Input((2,)), kernel_initializer="identity")).predict(points), points)


def test_asking_changes_neither_weights_nor_dropout_nor_what_chance_brings() -> None:
    answer = network(keras.Input((2,)), keras.layers.BatchNormalization(), keras.layers.Dropout(0.9))
    before = [weights.copy() for weights in answer.get_weights()]
    random.seed(7)
    state = random.getstate()
    points = np.ones((4, 2), dtype="float32")
    first, second = model(answer).predict(points), model(answer).predict(points)
    assert np.array_equal(first, second)
    assert random.getstate() == state
    assert all(np.array_equal(old, new) for old, new in zip(before, answer.get_weights(), strict=True))


@pytest.mark.parametrize(
    ("make", "misconception"),
    [
        (lambda: keras.callbacks.History(), "training history"),
        (lambda: network(), "input unknown"),
        (lambda: keras.layers.Dense(2), "not a model"),
        (lambda: [keras.layers.Dense(2)], "not a model"),
        (lambda: keras.Sequential, "not a model"),
        (lambda: 7, "not a model"),
    ],
)
def test_what_is_no_model(make: Any, misconception: str) -> None:
    with pytest.raises(Wrong, match=misconception):
        model(make())


def test_a_batch_that_does_not_fit_is_said() -> None:
    message = judge(exercise(lambda answer: model(answer).predict(np.zeros((1, 3)))), network(keras.Input((2,))))
    assert (message.kind, message.name) == (Kind.WRONG, "input refused")
    assert "(1, 3)" in message.text


def test_nobody_waits_for_the_framework_who_does_not_use_it() -> None:
    code = (
        "import sys; from helpers.checks import model; from helpers.checks.outcomes import Wrong\n"
        "try: model(7)\nexcept Wrong: pass\n"
        "sys.exit(sum(name in sys.modules for name in ('keras', 'tensorflow', 'pandas', 'kafka', 'redis')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
