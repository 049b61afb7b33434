"""A model's weights as the bytes of an `.npz` file, and back, without trusting a byte of it.

`.npz` is a zip of `.npy` arrays (numpy.lib.format). Before NumPy sees one, its header must announce exactly the bytes
that are there: a header can ask for a terabyte, and a compressed member can become one.
"""

import math
import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import IO

import numpy as np
import numpy.typing as npt

from helpers.scoring.errors import RefusedError

Array = npt.NDArray[np.float32]

LARGEST = 64 * 2**20
"""Bytes of a model's weights: 16 million parameters, 160 times lesson 04's network."""

HEADER_BYTES = 1_000  # NumPy writes 128


def pack(arrays: Sequence[npt.NDArray[np.floating]]) -> bytes:
    """Arrays in their order as an uncompressed `.npz`; the same arrays give the same bytes. Raises RefusedError."""
    file = BytesIO()
    # The names keep the order; savez dates all members 1980, so that equal weights have equal hashes.
    members = {f"{index:03d}": np.ascontiguousarray(array, "<f4") for index, array in enumerate(arrays)}
    np.savez(file, allow_pickle=False, **members)
    if file.tell() > LARGEST:
        raise RefusedError(f"The weights take {file.tell() >> 20} MB; the registry takes {LARGEST >> 20} MB at most.")
    return file.getvalue()


def unpack(content: bytes) -> list[Array]:
    """The float32 arrays of `pack`, in their order. Raises RefusedError on anything `pack` cannot have written."""
    if len(content) > LARGEST:
        raise RefusedError(f"The weights take {len(content) >> 20} MB, more than the {LARGEST >> 20} MB allowed.")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            # members may overlap, so that few bytes become many
            _require(sum(member.file_size for member in members) <= LARGEST, "promises more than it holds")
            for index, member in enumerate(members):
                _require(member.filename == f"{index:03d}.npy", f"holds {member.filename!r} as array {index}")
                _require(member.compress_type == zipfile.ZIP_STORED, f"has array {index} compressed")
                with archive.open(member) as file:
                    _check_header(file, member.file_size, index)
        with np.load(BytesIO(content), allow_pickle=False) as arrays:
            return [arrays[f"{index:03d}"] for index in range(len(members))]
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise RefusedError(f"The weights are no readable .npz file ({error}): publish the model again.") from error


def _check_header(file: IO[bytes], size: int, index: int) -> None:
    version = np.lib.format.read_magic(file)
    _require(version == (1, 0), f"has array {index} in .npy format {version}")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(file, max_header_size=HEADER_BYTES)
    _require(dtype == np.dtype("<f4"), f"has array {index} as {dtype}, not float32")
    _require(not fortran, f"has array {index} in Fortran order")
    promised = 4 * math.prod(shape)
    _require(promised == size - file.tell(), f"promises {promised:,} bytes for array {index} where others are")


def _require(right: bool, what: str) -> None:
    if not right:
        raise RefusedError(f"The weights' .npz file {what}: publish the model again.")
