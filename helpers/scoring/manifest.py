"""What is known of a model version: layers, hash of the weights, labels, preprocessing, metrics, golden vectors.

A version *is* the sha-256 of its manifest, and the manifest holds the sha-256 of the weights: who names a version has
named every byte of the model.
"""

import base64
import binascii
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.scoring.architecture import Layer
from helpers.scoring.errors import RefusedError
from helpers.scoring.preprocessing import IMAGE_BYTES, Images, decode

FORMAT = 1
LARGEST = 2**20
"""Bytes of a manifest; the one of lesson 04 takes 19 kB."""
SHORT = 12
"""Characters of a version that are shown, and written into predictions."""


@dataclass(frozen=True)
class Golden:
    """An image and what the model answered when it was published. value: 784 bytes; probabilities: one per label."""

    value: bytes
    probabilities: tuple[float, ...]


@dataclass(frozen=True)
class Manifest:
    """A model version, without its weights. weights: their sha-256; preprocessing: the version it was trained for."""

    layers: tuple[Layer, ...]
    weights: str
    preprocessing: str
    labels: tuple[str, ...]
    metrics: Mapping[str, float]
    golden: tuple[Golden, ...]

    @property
    def version(self) -> str:
        """The model's version: sha-256 of `to_bytes()`, 64 hex digits."""
        return sha256(self.to_bytes())

    @property
    def golden_images(self) -> Images:
        """The golden inputs, uint8 (n, 28, 28)."""
        return decode([golden.value for golden in self.golden])

    def to_bytes(self) -> bytes:
        """JSON in one canonical form: the same model gives the same bytes, hence the same version."""
        content = {
            "format": FORMAT,
            "layers": self.layers,
            "weights": self.weights,
            "preprocessing": self.preprocessing,
            "labels": self.labels,
            "metrics": dict(self.metrics),
            "golden": [
                {"image": base64.b64encode(each.value).decode(), "probabilities": each.probabilities}
                for each in self.golden
            ],
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Manifest":
        """Read one back, taking nothing for granted. The layers are checked by `architecture`. Raises RefusedError."""
        try:
            if len(content) > LARGEST:
                raise ValueError(f"{len(content):,} bytes, more than {LARGEST:,}")
            return _parse(json.loads(content, parse_constant=_refuse_constant))
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            what = f"{error} is missing" if isinstance(error, KeyError) else f"{error}"
            raise RefusedError(f"The model's manifest cannot be used ({what}): publish the model again.") from error


def sha256(content: bytes) -> str:
    """64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def _parse(data: Any) -> Manifest:
    if _object(data)["format"] != FORMAT:
        raise ValueError(f"format {data['format']!r}, not {FORMAT}")
    labels = tuple(_text(label) for label in _list(data["labels"]))
    return Manifest(
        layers=tuple(_list(data["layers"])),
        weights=_text(data["weights"]),
        preprocessing=_text(data["preprocessing"]),
        labels=labels,
        metrics={_text(name): _number(value) for name, value in _object(data["metrics"]).items()},
        golden=tuple(_golden(each, len(labels)) for each in _list(data["golden"])),
    )


def _golden(data: Any, labels: int) -> Golden:
    try:
        value = base64.b64decode(_text(_object(data)["image"]), validate=True)
    except binascii.Error as error:
        raise ValueError(f"a golden image is no base64: {error}") from error
    probabilities = tuple(_number(each) for each in _list(data["probabilities"]))
    if len(value) != IMAGE_BYTES or len(probabilities) != labels:
        raise ValueError(f"a golden vector has {len(value)} bytes and {len(probabilities)} probabilities")
    if min(probabilities) < 0 or not np.isclose(sum(probabilities), 1, atol=1e-3):
        raise ValueError("the probabilities of a golden vector do not sum to 1: end the model with softmax")
    return Golden(value, probabilities)


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"an object belongs where {str(value)[:40]!r} is")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise TypeError(f"a list, not empty, belongs where {str(value)[:40]!r} is")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text belongs where {str(value)[:40]!r} is")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(f"a number belongs where {str(value)[:40]!r} is")
    return float(value)


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")
