"""A model scores like Keras and NumPy; one that is not what its manifest says is refused, and told why."""

from collections.abc import Callable
from dataclasses import replace

import keras
import numpy as np
import pytest

from helpers.datasets import CLOTHES, fashion_mnist
from helpers.scoring import RefusedError, weights
from helpers.scoring.manifest import Golden, Manifest, sha256
from helpers.scoring.model import MOST_GOLDEN, Model, pack, verified

Network = Callable[..., keras.Sequential]
Shipped = tuple[Manifest, bytes]


def test_the_shipped_model_is_as_good_as_it_says(model: Model) -> None:
    data = fashion_mnist()
    labels, _ = model.score(data.test_images)
    accuracy = float(np.mean(np.array(labels) == data.test_labels))
    assert accuracy >= 0.87
    assert abs(accuracy - model.manifest.metrics["accuracy"]) < 0.002


def test_labels_are_those_worked_out_in_numpy(model: Model, images: np.ndarray, reference: list[str]) -> None:
    assert [CLOTHES[label] for label in model.score(images)[0]] == reference


@pytest.mark.parametrize("count", [0, 1, 2, 511, 512, 2000])
def test_batches_of_any_size_score_alike(model: Model, images: np.ndarray, count: int) -> None:
    labels, confidences = model.score(images[:count])
    probabilities = model.probabilities(images[:count])
    assert len(labels) == len(confidences) == count
    assert labels == probabilities.argmax(axis=1).tolist()
    assert np.allclose(confidences, probabilities.max(axis=1, initial=0))


def test_a_published_network_answers_as_before(network: Network, images: np.ndarray) -> None:
    original = network()
    packed = verified(*pack(original, images, {"accuracy": 0.1}))
    expected = original.predict(images, verbose=0)
    assert np.allclose(packed.probabilities(images), expected, atol=1e-5)
    assert len(packed.manifest.golden) == MOST_GOLDEN


def test_the_same_network_has_the_same_version(network: Network, images: np.ndarray) -> None:
    one, other = (pack(network(seed=seed), images, {}) for seed in (3, 3))
    assert one[0].version == other[0].version
    assert pack(network(seed=4), images, {})[0].version != one[0].version


def test_a_network_that_loses_something_is_not_packed(network: Network, images: np.ndarray) -> None:
    dilated = network(
        keras.layers.Reshape((28, 28, 1)),
        keras.layers.Conv2D(2, 3, padding="same", dilation_rate=2),
        keras.layers.Flatten(),
        keras.layers.Dense(10, activation="softmax"),
    )
    with pytest.raises(RefusedError, match="not the network that was published"):
        pack(dilated, images, {})


def test_a_network_without_softmax_is_not_packed(network: Network, images: np.ndarray) -> None:
    with pytest.raises(RefusedError, match="softmax"):
        pack(network(keras.layers.Flatten(), keras.layers.Dense(10)), images, {})


def test_a_network_of_nine_labels_is_not_packed(network: Network, images: np.ndarray) -> None:
    with pytest.raises(RefusedError, match="9 probabilities"):
        pack(network(keras.layers.Flatten(), keras.layers.Dense(9, activation="softmax")), images, {})


def test_other_labels_are_refused(shipped: Shipped) -> None:
    manifest, content = shipped
    for labels in (CLOTHES[::-1], ("boot", *CLOTHES[1:]), CLOTHES[:9]):
        with pytest.raises(RefusedError, match="in this order"):
            verified(replace(manifest, labels=labels), content)


def test_another_preprocessing_is_refused(shipped: Shipped) -> None:
    manifest, content = shipped
    with pytest.raises(RefusedError, match="'float-28x28-9' and this scorer does 'uint8-28x28-1'"):
        verified(replace(manifest, preprocessing="float-28x28-9"), content)


def test_one_altered_byte_of_the_weights_is_refused(shipped: Shipped) -> None:
    manifest, content = shipped
    altered = bytearray(content)
    altered[100_000] ^= 1
    with pytest.raises(RefusedError, match=r"sha-256 .* were altered"):
        verified(manifest, bytes(altered))


def test_weights_of_another_shape_are_refused(shipped: Shipped) -> None:
    manifest, content = shipped
    other = weights.pack([array.T for array in weights.unpack(content)])
    with pytest.raises(RefusedError, match="these layers need"):
        verified(replace(manifest, weights=sha256(other)), other)


def test_other_weights_of_the_same_shape_are_refused_by_the_golden_vectors(shipped: Shipped) -> None:
    manifest, content = shipped
    other = weights.pack([array[::-1] for array in weights.unpack(content)])
    with pytest.raises(RefusedError, match="golden vector"):
        verified(replace(manifest, weights=sha256(other)), other)


def test_an_altered_golden_vector_is_refused(shipped: Shipped) -> None:
    manifest, content = shipped
    last = manifest.golden[-1]
    turned = replace(manifest, golden=(*manifest.golden[:-1], Golden(last.value, last.probabilities[::-1])))
    with pytest.raises(RefusedError, match=f"golden vector {len(manifest.golden) - 1}"):
        verified(turned, content)
