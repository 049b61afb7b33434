"""A manifest comes back as it was, and nothing in one is taken for granted."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from helpers.scoring import RefusedError, manifest
from helpers.scoring.manifest import Manifest

Shipped = tuple[Manifest, bytes]


def test_it_comes_back_and_keeps_its_version(shipped: Shipped) -> None:
    original, _ = shipped
    again = Manifest.from_bytes(original.to_bytes())
    assert again == replace(original, metrics=dict(original.metrics))
    assert again.version == original.version == manifest.sha256(original.to_bytes())


def test_every_part_changes_the_version(shipped: Shipped) -> None:
    original, _ = shipped
    others = [
        replace(original, layers=original.layers[1:]),
        replace(original, weights="0" * 64),
        replace(original, preprocessing="other"),
        replace(original, labels=original.labels[::-1]),
        replace(original, metrics={"accuracy": 1.0}),
        replace(original, golden=original.golden[1:]),
    ]
    assert len({each.version for each in [original, *others]}) == 7


def test_golden_images_are_images(shipped: Shipped) -> None:
    assert shipped[0].golden_images.shape == (len(shipped[0].golden), 28, 28)


def change(path: list[Any], value: Any) -> Callable[[dict[str, Any]], None]:
    def apply(content: dict[str, Any]) -> None:
        *way, last = path
        place: Any = content
        for step in way:
            place = place[step]
        place[last] = value

    return apply


def remove(key: str) -> Callable[[dict[str, Any]], None]:
    return lambda content: content.pop(key)


@pytest.mark.parametrize(
    ("alter", "reason"),
    [
        *((remove(key), f"'{key}' is missing") for key in ("format", "layers", "weights", "labels", "golden")),
        (change(["format"], 2), "format 2, not 1"),
        (change(["layers"], []), "a list, not empty"),
        (change(["layers"], {"0": 1}), "a list, not empty"),
        (change(["weights"], 5), "text belongs where '5' is"),
        (change(["labels"], "abc"), "a list, not empty"),
        (change(["labels", 0], None), "text belongs"),
        (change(["metrics"], [1]), "an object belongs"),
        (change(["metrics", "accuracy"], "good"), "a number belongs"),
        (change(["metrics", "accuracy"], True), "a number belongs"),
        (change(["golden"], []), "a list, not empty"),
        (change(["golden", 0], "AAAA"), "an object belongs"),
        (change(["golden", 0, "image"], None), "text belongs"),
        (change(["golden", 0, "image"], "AAAA"), "3 bytes"),
        (change(["golden", 0, "image"], "ÄÖ"), "golden image|ASCII"),
        (change(["golden", 0, "image"], "A"), "no base64"),
        (change(["golden", 0, "probabilities"], [1.0]), "1 probabilities"),
        (change(["golden", 0, "probabilities"], [2.0, -1.0, *[0.0] * 8]), "do not sum to 1"),
        (change(["golden", 0, "probabilities"], [0.5] * 10), "do not sum to 1"),
    ],
)
def test_whatever_is_wrong_is_named(shipped: Shipped, alter: Callable[[dict[str, Any]], None], reason: str) -> None:
    content = json.loads(shipped[0].to_bytes())
    alter(content)
    with pytest.raises(RefusedError, match=reason):
        Manifest.from_bytes(json.dumps(content).encode())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\x80\x04K\x01.",
        b"\xff\xfe",
        b'{"format": NaN}',
        b"[" * 100_000,
        b" " * (manifest.LARGEST + 1),
    ],
)
def test_what_is_no_manifest_is_refused(content: bytes) -> None:
    with pytest.raises(RefusedError, match="cannot be used"):
        Manifest.from_bytes(content)
