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


def test_weights_show_the_neurons_that_weigh_most_in_their_order() -> None:
    kernel = np.ones((9, 40)) * np.arange(40)
    weights = figures.weights(kernel)
    assert weights.values["neurons"].tolist() == list(range(8, 40))
    np.testing.assert_array_equal(weights.values["weights"][0], np.full((3, 3), 8))
    assert weights.values["limit"] == 39
    assert weights.text.startswith("What 32 of the 40 neurons look for, 9 weights each.")


@pytest.mark.parametrize("kernel", [np.ones((10, 4)), np.ones(784), np.ones((3, 3, 1, 16))])
def test_weights_refuse_what_is_no_first_layer_on_pictures(kernel: np.ndarray) -> None:
    with pytest.raises(FigureError, match=r"give a first layer's kernel on square images"):
        figures.weights(kernel)
