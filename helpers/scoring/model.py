"""A model ready to score: verified, compiled once, called once a batch.

Keras' `predict` builds an input pipeline for each call (44 ms); `model(x)` runs layer by layer from Python (2 ms). A
`tf.function` with a fixed signature is traced once for every batch size and takes 0.3 ms (Keras' documentation of
`Model.predict`; without the signature it is traced anew for each size that a poll happens to return).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from helpers.datasets import CLOTHES
from helpers.scoring import architecture, weights
from helpers.scoring.errors import RefusedError
from helpers.scoring.manifest import SHORT, Golden, Manifest, sha256
from helpers.scoring.preprocessing import SHAPE, VERSION, Images, decode, encode, raw

if TYPE_CHECKING:
    import keras

TOLERANCE = 1e-3
"""Between a golden probability and today's: another processor adds in another order (1e-5), another model differs."""
MOST_GOLDEN = 16


class Model:
    """A verified model version. manifest: what is known of it; keras: the network, for looking at.

    Made by `pack` or `verified`, never from parts that were not checked.
    """

    def __init__(self, manifest: Manifest, network: "keras.Sequential") -> None:
        """Compile the network; `verified` has checked that it is the manifest's."""
        self.manifest = manifest
        self.keras = network
        self.version = manifest.version
        self.labels = manifest.labels
        self._answer = _compile(network)

    @property
    def short_version(self) -> str:
        """The first 12 digits of the version, as predictions carry it."""
        return self.version[:SHORT]

    def score(self, images: Images) -> tuple[list[int], list[float]]:
        """Label indices and confidences (0–1) for uint8 (n, 28, 28), in one call of the compiled network."""
        labels, confidences, _ = self._answer(images)
        return labels.numpy().tolist(), confidences.numpy().tolist()

    def classify(self, images: Sequence[bytes | str | None]) -> list[str | None]:
        """The label of each image, of None None: what a SQL function with `batch=True` is made of.

        images: 784 bytes each, or those in base64. Raises PreprocessingError when one is something else.
        """
        given = [image for image in images if image is not None]
        labels = iter(self.score(decode([raw(image) for image in given]))[0] if given else [])
        return [None if image is None else self.labels[next(labels)] for image in images]

    def probabilities(self, images: Images) -> npt.NDArray[np.float32]:
        """Float32 (n, labels); each row sums to 1."""
        answer: npt.NDArray[np.float32] = self._answer(images)[2].numpy()
        return answer

    def __repr__(self) -> str:
        metrics = "".join(f", {name} {value:.3g}" for name, value in self.manifest.metrics.items())
        return f"<model {self.short_version}: {len(self.labels)} labels{metrics}>"


def pack(
    network: "keras.Model", examples: Images, metrics: Mapping[str, float], labels: Sequence[str] = CLOTHES
) -> tuple[Manifest, bytes]:
    """A network as manifest and `.npz`, already verified.

    examples: uint8 (n, 28, 28); the first 16 become the golden vectors. Raises RefusedError when the network cannot
    be described, or answers differently once it is rebuilt from its description.
    """
    layers = architecture.describe(network)
    content = weights.pack(architecture.weights_of(network))
    golden = np.asarray(examples)[:MOST_GOLDEN]
    answers = np.asarray(network(golden.astype(np.float32), training=False))
    manifest = Manifest(
        layers=tuple(layers),
        weights=sha256(content),
        preprocessing=VERSION,
        labels=tuple(labels),
        metrics={name: float(value) for name, value in metrics.items()},
        golden=tuple(
            Golden(encode(image), tuple(round(float(each), 6) for each in answer))
            for image, answer in zip(golden, answers, strict=True)
        ),
    )
    verified(Manifest.from_bytes(manifest.to_bytes()), content)
    return manifest, content


def verified(manifest: Manifest, content: bytes) -> Model:
    """The model, if manifest and weights belong together and to this workbook; ready and warm.

    Raises RefusedError naming the first of: hash, preprocessing, labels, layers, shapes, golden vectors.
    """
    found = sha256(content)
    if found != manifest.weights:
        raise RefusedError(
            f"The weights have sha-256 {found[:SHORT]}… and the manifest says {manifest.weights[:SHORT]}…: they were "
            "altered; publish the model again or roll back to another version."
        )
    if manifest.preprocessing != VERSION:
        raise RefusedError(
            f"The model was trained for preprocessing {manifest.preprocessing!r} and this scorer does {VERSION!r}: "
            "train it again, or use the workbook it came from."
        )
    if manifest.labels != CLOTHES:
        raise RefusedError(
            f"The model's labels are {', '.join(manifest.labels)[:200]}; they must be {', '.join(CLOTHES)}, in this "
            "order: publish it again with these."
        )
    model = Model(manifest, architecture.build(list(manifest.layers), weights.unpack(content)))
    _compare(model)
    return model


def _compare(model: Model) -> None:
    """Hold today's answers against the golden ones; this call also traces and warms the compiled function."""
    expected = np.array([golden.probabilities for golden in model.manifest.golden], np.float32)
    found = model.probabilities(model.manifest.golden_images)
    if found.shape != expected.shape:
        raise RefusedError(f"The model gives {found.shape[-1]} probabilities for {expected.shape[-1]} labels.")
    off = np.abs(found - expected).max(axis=1)
    if not off.max() <= TOLERANCE:
        worst = int(off.argmax())
        raise RefusedError(
            f"The model answers golden vector {worst} with {model.labels[found[worst].argmax()]} "
            f"{found[worst].max():.3f} where {model.labels[expected[worst].argmax()]} {expected[worst].max():.3f} was "
            "recorded: it is not the network that was published; publish it again."
        )


def _compile(network: "keras.Sequential") -> Callable[[Images], Any]:
    import tensorflow as tf

    def answer(images: Any) -> Any:
        probabilities = network(tf.cast(images, tf.float32), training=False)
        return tf.argmax(probabilities, 1, tf.int32), tf.reduce_max(probabilities, 1), probabilities

    signature = [tf.TensorSpec((None, *SHAPE), tf.uint8)]
    # the concrete function spares each call the comparison of its argument with the signature
    traced = tf.function(answer, input_signature=signature).get_concrete_function()
    return lambda images: traced(tf.constant(images))
