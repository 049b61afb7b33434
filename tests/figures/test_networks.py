"""Networks drawn, and their first layer's weights."""

import numpy as np
import pytest
from matplotlib.patches import Circle

from helpers import figures
from helpers.datasets import CLOTHES
from helpers.figures import FigureError


def test_network_counts_weights_and_biases() -> None:
    network = figures.network((784, 128, 10), labels=CLOTHES)
    assert network.values == {"parameters": [100_480, 1_290], "total": 101_770}
    assert network.text.splitlines() == [
        "784 – 128 – 10: 101,770 numbers to learn.",
        "From 784 to 128: 784 × 128 weights + 128 biases = 100,480.",
        "From 128 to 10: 128 × 10 weights + 10 biases = 1,290.",
    ]


def test_network_draws_every_neuron_of_small_layers_and_a_gap_in_large_ones() -> None:
    (axes,) = figures.network((784, 3)).figure.axes
    radii = [patch.radius for patch in axes.patches if isinstance(patch, Circle)]
    assert radii.count(8) == 10 + 3
    assert radii.count(1.5) == 3


@pytest.mark.parametrize("sizes", [(784,), (784, 0), ()])
def test_network_refuses_what_is_no_network(sizes: tuple[int, ...]) -> None:
    with pytest.raises(FigureError, match=r"give two or more from 1 up"):
        figures.network(sizes)


def test_weights_show_shapes_before_speckles_and_plain_ones() -> None:
    kernel = np.random.default_rng(0).normal(size=(784, 40))
    ramp = np.linspace(-1, 1, 784).reshape(28, 28)
    kernel[:, 7], kernel[:, 30] = ramp.ravel(), (ramp**3).ravel()
    kernel[:, 3] = 0.5
    weights = figures.weights(kernel)
    assert {*weights.values["neurons"][:2]} == {7, 30}
    assert len(weights.values["neurons"]) == 12
    assert weights.values["weights"].shape == (12, 28, 28)
    assert weights.text.startswith("12 of 40 neurons, 784 weights each:")


def test_weights_that_are_all_the_same_are_no_shape() -> None:
    kernel = np.random.default_rng(0).normal(size=(784, 13)).cumsum(axis=0)
    kernel[:, 3] = 0.5
    assert 3 not in figures.weights(kernel).values["neurons"]


@pytest.mark.parametrize("kernel", [np.ones((10, 4)), np.ones(784), np.ones((3, 3, 1, 16))])
def test_weights_refuse_what_is_no_first_layer_on_pictures(kernel: np.ndarray) -> None:
    with pytest.raises(FigureError, match=r"give a first layer's kernel on square images"):
        figures.weights(kernel)
