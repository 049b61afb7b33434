"""Layers as data: what a lesson may build comes back, what is hostile or unknown is refused before it is built."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

from helpers.scoring import RefusedError, architecture, weights

Network = Callable[..., keras.Sequential]
layers = keras.layers


def dense(units: object = 10, **settings: object) -> dict[str, Any]:
    config = {"units": units, "activation": "softmax", "use_bias": True} | settings
    return {"class_name": "Dense", "config": config}


FLATTEN: dict[str, Any] = {"class_name": "Flatten", "config": {}}


def convolutional() -> list[keras.Layer]:
    return [
        layers.Rescaling(1 / 255, offset=-0.5),
        layers.Reshape((28, 28, 1)),
        layers.Conv2D(4, 3, padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.MaxPooling2D(),
        layers.Dropout(0.25),
        layers.Conv2D(6, (3, 2), strides=2, activation="relu"),
        layers.AveragePooling2D((2, 2), strides=1, padding="same"),
        layers.LeakyReLU(negative_slope=0.1),
        layers.GlobalAveragePooling2D(),
        layers.Activation("tanh"),
        layers.Dense(10),
        layers.Softmax(),
    ]


def sequential() -> list[keras.Layer]:
    return [layers.Dense(5, activation="selu"), layers.Flatten(), layers.Dense(10, "softmax")]


@pytest.mark.parametrize("make", [convolutional, sequential])
def test_a_network_is_rebuilt_and_answers_the_same(
    network: Network, make: Callable[[], list[keras.Layer]], images: np.ndarray
) -> None:
    original = network(*make())
    original(images[:4].astype(np.float32), training=True)  # moves the averages of the normalisation
    described = architecture.describe(original)
    assert architecture.check(described) == [array.shape for array in architecture.weights_of(original)]
    rebuilt = architecture.build(described, weights.unpack(weights.pack(architecture.weights_of(original))))
    batch = images[:20].astype(np.float32)
    assert np.allclose(rebuilt(batch), original(batch, training=False), atol=1e-6)


def test_every_allowed_layer_is_one_of_keras_and_is_tried_here() -> None:
    tried = {type(layer).__name__ for layer in [*convolutional(), *sequential()]}
    assert tried == set(architecture.LAYERS)
    assert all(issubclass(getattr(layers, name), keras.Layer) for name in architecture.LAYERS)


def own_dense() -> keras.Layer:
    class Dense(layers.Dense):
        pass

    return Dense(10)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: layers.Lambda(lambda x: x), "Lambda, which is not allowed"),
        (lambda: layers.GaussianNoise(0.1), "GaussianNoise, which is not allowed"),
        (own_dense, "Dense, which is not allowed"),
        (lambda: keras.Sequential([layers.Dense(3)]), "Sequential, which is not allowed"),
        (lambda: layers.Dense(3, activation=lambda x: x), "activation="),
    ],
)
@pytest.mark.filterwarnings("ignore:The object being serialized includes a `lambda`")
def test_other_layers_are_not_described(network: Network, make: Callable[[], keras.Layer], reason: str) -> None:
    made = network(make(), layers.Flatten(), layers.Dense(10))
    with pytest.raises(RefusedError, match=reason):
        architecture.build(architecture.describe(made), architecture.weights_of(made))


def test_a_model_that_is_no_row_of_layers_is_refused() -> None:
    into = keras.Input((28, 28))
    with pytest.raises(RefusedError, match=r"keras\.Sequential"):
        architecture.describe(keras.Model(into, layers.Dense(10)(layers.Flatten()(into))))


@pytest.mark.parametrize("shape", [(784,), (28, 28, 1), None])
def test_a_model_of_other_inputs_is_refused(shape: tuple[int, ...] | None) -> None:
    first = [keras.Input(shape)] if shape else []
    with pytest.raises(RefusedError, match="28 × 28"):
        architecture.describe(keras.Sequential([*first, layers.Flatten(), layers.Dense(10)]))


HOSTILE: list[tuple[object, str]] = [
    ([], "between 1 and 100"),
    ("Dense", "between 1 and 100"),
    ([FLATTEN] * 101, "between 1 and 100"),
    ([None], "not {class_name, config}"),
    ([{"class_name": "Dense"}], "not {class_name, config}"),
    ([FLATTEN | {"module": "os"}], "not {class_name, config}"),
    ([{"class_name": "Lambda", "config": {"function": "…"}}], "Lambda, which is not allowed"),
    ([{"class_name": "os.system", "config": {}}], r"os\.system, which is not allowed"),
    ([{"class_name": ["Dense"], "config": {}}], "which is not allowed"),
    ([{"class_name": "Dense", "config": "x"}], "exactly these settings"),
    ([{"class_name": "Dense", "config": {}}], "exactly these settings: units"),
    ([dense(kernel_initializer={"class_name": "os"})], "exactly these settings"),
    ([dense(0)], "units=0"),
    ([dense(-1)], "units=-1"),
    ([dense(True)], "units=True"),
    ([dense(10.0)], "units=10.0"),
    ([dense(10**12)], "units=1000000000000"),
    ([dense("10")], "units=10"),
    ([dense(activation={"class_name": "function", "config": "os>system"})], "activation="),
    ([dense(activation="my_function")], "activation=my_function"),
    ([FLATTEN, dense(131_072), dense()], "104,202,250 parameters"),
    ([dense(131_072)], r"an answer of shape \(28, 131072\)"),
    ([dense()], "answers an image with shape"),
    ([{"class_name": "Reshape", "config": {"target_shape": [28, 29]}}], r"cannot work with shape \(28, 28\)"),
    ([{"class_name": "Reshape", "config": {"target_shape": [-1]}}], "target_shape="),
    ([{"class_name": "GlobalAveragePooling2D", "config": {}}], "cannot work with shape"),
    ([{"class_name": "Rescaling", "config": {"scale": float("nan"), "offset": 0}}], "scale=nan"),
]


def image(*then: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"class_name": "Reshape", "config": {"target_shape": [28, 28, 1]}}, *then]


def convolution(size: int, filters: int = 4, padding: str = "valid") -> dict[str, Any]:
    settings = {"filters": filters, "kernel_size": [size, size], "strides": [1, 1], "padding": padding}
    return {"class_name": "Conv2D", "config": settings | {"activation": "relu", "use_bias": True}}


HOSTILE += [
    (image(convolution(29)), r"an answer of shape \(0, 0, 4\)"),
    (image(convolution(3, filters=1000)), r"an answer of shape \(26, 26, 1000\)"),
    (image(convolution(9000, padding="same"), FLATTEN, dense()), "parameters"),
    (image(convolution(3, padding="causal")), "padding=causal"),
]


@pytest.mark.parametrize(("config", "reason"), HOSTILE)
def test_hostile_layers_are_refused_before_anything_is_built(config: Any, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        architecture.check(config)


def test_weights_of_other_layers_are_refused(network: Network) -> None:
    made = network()
    described, arrays = architecture.describe(made), architecture.weights_of(made)
    for wrong in (arrays[:-1], [*arrays, arrays[0]], arrays[::-1], [array.T for array in arrays]):
        with pytest.raises(RefusedError, match="these layers need"):
            architecture.build(described, wrong)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_no_numbers_are_refused(network: Network, value: float) -> None:
    made = network()
    arrays = architecture.weights_of(made)
    arrays[0][0, 0] = value
    with pytest.raises(RefusedError, match="NaN or infinite"):
        architecture.build(architecture.describe(made), arrays)
