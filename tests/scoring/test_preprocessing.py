"""Bytes to images: what is taken, what is refused, and with which words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.scoring import PreprocessingError
from helpers.scoring.preprocessing import LONGEST_KEY, decode, encode, fault

IMAGE = bytes(range(256)) * 3 + bytes(16)


def test_what_is_encoded_is_decoded(images: np.ndarray) -> None:
    decoded = decode([encode(image) for image in images[:100]])
    assert decoded.dtype == np.uint8
    assert np.array_equal(decoded, images[:100])


def test_no_values_are_no_images() -> None:
    assert decode([]).shape == (0, 28, 28)


def test_rows_come_first() -> None:
    assert decode([IMAGE])[0, 1, 0] == 28


@pytest.mark.parametrize("sizes", [(783,), (785,), (0,), (784, 783, 785), (784, 0, 1568)])
def test_wrong_sizes_are_refused_also_when_they_add_up(sizes: tuple[int, ...]) -> None:
    with pytest.raises(PreprocessingError, match="784, 28 × 28"):
        decode([bytes(size) for size in sizes])


@pytest.mark.parametrize("image", [np.zeros((28, 28)), np.zeros((28, 27), np.uint8), np.zeros((1, 28, 28), np.uint8)])
def test_only_uint8_images_are_encoded(image: np.ndarray) -> None:
    with pytest.raises(PreprocessingError, match=f"not {image.dtype} of shape"):
        encode(image)


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        (b"1", None, "the value is null"),
        (b"1", b"", "the value has 0 bytes"),
        (b"1", b"x", "the value has 1 byte;"),
        (b"1", bytes(783), "the value has 783 bytes"),
        (b"1", bytes(785), "the value has 785 bytes"),
        (b"1", bytes(1_000_000), "the value has 1,000,000 bytes"),
        (None, IMAGE, "the key is missing"),
        (b"", IMAGE, "the key is missing"),
        (b"i" * (LONGEST_KEY + 1), IMAGE, "the key has 257 bytes"),
        (b"ab\xff", IMAGE, "the key is not UTF-8 text (byte 0xff at 2)"),
    ],
)
def test_what_cannot_be_scored_is_told_why(key: bytes | None, value: bytes | None, reason: str) -> None:
    assert (fault(key, value) or "").startswith(reason)


@pytest.mark.parametrize("key", [b"1", "größe-№ 1".encode(), b"i" * LONGEST_KEY])
def test_images_with_an_id_can_be_scored(key: bytes) -> None:
    assert fault(key, IMAGE) is None


@given(st.none() | st.binary(max_size=300), st.none() | st.binary(max_size=800) | st.just(IMAGE))
def test_whatever_passes_can_be_decoded(key: bytes | None, value: bytes | None) -> None:
    if fault(key, value) is None:
        assert key is not None
        assert value is not None
        assert key.decode()
        assert decode([value]).shape == (1, 28, 28)
