"""From the bytes of a record to the tensor a model takes, in one place and with a version.

Training, publishing and scoring all meet here: a manifest names the `VERSION` its model was trained for, and a model
of another version is refused. Scaling to 0–1 is *inside* the model, so that nobody can forget it.
"""

import base64
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from helpers.scoring.errors import PreprocessingError

Images = npt.NDArray[np.uint8]

VERSION = "uint8-28x28-1"
"""Change it with every change of what `decode` returns for the same bytes."""

SHAPE = (28, 28)
IMAGE_BYTES = 28 * 28
LONGEST_KEY = 256
"""Bytes. An id goes into the key and the value of a prediction, which must stay far below a topic's limit."""


def encode(image: Images) -> bytes:
    """One image, uint8 (28, 28), as the 784 bytes of a record's value, row by row. Raises PreprocessingError."""
    if image.dtype != np.uint8 or image.shape != SHAPE:
        raise PreprocessingError(
            f"An image is uint8 of shape (28, 28), not {image.dtype} of shape {image.shape}: keep the pixels as they "
            "come, 0–255; the model scales them itself."
        )
    return image.tobytes()


def decode(values: Sequence[bytes]) -> Images:
    """Values of 784 bytes each as uint8 (n, 28, 28), read-only. Raises PreprocessingError when one is of another size.

    One join and one view for the whole batch: 28 times faster than an array per record.
    """
    odd = next((value for value in values if len(value) != IMAGE_BYTES), None)
    if odd is not None:  # two wrong sizes can add up to a right one and shift every image between them
        raise PreprocessingError(f"{_size(len(odd))} cannot be an image: it has 784, 28 × 28.")
    return np.frombuffer(b"".join(values), np.uint8).reshape(-1, *SHAPE)


def raw(image: bytes | str) -> bytes:
    """The bytes of an image that SQL hands over as BYTES, or as VARCHAR: base64, as JSON holds bytes.

    Raises PreprocessingError when a text is no base64.
    """
    if isinstance(image, bytes):
        return image
    try:
        return base64.b64decode(image, validate=True)
    except ValueError as error:
        raise PreprocessingError(
            f"An image as text is its 784 bytes in base64, not {image[:20]!r}: {error}."
        ) from error


def fault(key: bytes | None, value: bytes | None) -> str | None:
    """Why a record cannot be scored, as a dead letter's reason; None when it can.

    A record is scored when its value has 784 bytes and its key is an id: UTF-8 text of 1 to 256 bytes.
    """
    if value is None:
        return "the value is null; an image has 784 bytes"
    if len(value) != IMAGE_BYTES:
        return f"the value has {_size(len(value))}; an image has 784, 28 × 28"
    if not key:
        return "the key is missing; it is the image's id, and a prediction without one belongs to nothing"
    if len(key) > LONGEST_KEY:
        return f"the key has {_size(len(key))}; an id has at most {LONGEST_KEY}"
    try:
        key.decode()
    except UnicodeDecodeError as error:
        return f"the key is not UTF-8 text (byte {error.object[error.start]:#04x} at {error.start}); an id is text"
    return None


def _size(count: int) -> str:
    return f"{count:,} byte" if count == 1 else f"{count:,} bytes"
