"""Weights as .npz: the same arrays come back, and nothing hostile is read."""

import io
import struct
import zipfile
import zlib

import numpy as np
import pytest

from helpers.scoring import RefusedError, weights

ARRAYS = [np.arange(6, dtype=np.float32).reshape(2, 3), np.float32([1.5]), np.zeros((3, 1, 2), np.float32)]


def test_arrays_come_back_in_their_order() -> None:
    found = weights.unpack(weights.pack(ARRAYS))
    assert all(np.array_equal(one, other) for one, other in zip(found, ARRAYS, strict=True))


def test_the_same_arrays_give_the_same_bytes() -> None:
    assert weights.pack(ARRAYS) == weights.pack([array.copy() for array in ARRAYS])


def test_order_in_memory_does_not_matter() -> None:
    assert weights.pack([np.asfortranarray(array) for array in ARRAYS]) == weights.pack(ARRAYS)


def npz(*members: tuple[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def npy(shape: str, descr: str = "'<f4'", data: bytes = b"", fortran: bool = False) -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}".encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


def pickled() -> bytes:
    file = io.BytesIO()
    np.save(file, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    return file.getvalue()


def overlapping() -> bytes:
    """A zip whose directory lists one stored member's bytes 300 times: 1 MB that promises 300."""
    content = npy("(250000,)", data=bytes(1_000_000))
    directory, crc = b"", zlib.crc32(content)
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, 33, crc, len(content), len(content), 7, 0)
    body = local + b"000.npy" + content
    for index in range(300):
        name = f"{index:03d}.npy".encode()
        sizes = (crc, len(content), len(content), len(name), 0, 0, 0, 0, 0, 0)
        directory += struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 33, *sizes) + name
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 300, 300, len(directory), len(body), 0)
    return body + directory + end


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no readable"),
        (b"\x80\x04K\x01.", "no readable"),
        (weights.pack(ARRAYS)[:-40], "no readable"),
        (npz(("000.npy", npy("(1,)", data=bytes(4))), compression=zipfile.ZIP_DEFLATED), "compressed"),
        (npz(("weights.npy", npy("(1,)", data=bytes(4)))), "'weights.npy' as array 0"),
        (npz(("../000.npy", npy("(1,)", data=bytes(4)))), "as array 0"),
        (npz(("000.npy", npy("(10**6, 10**6)", data=bytes(4)))), "no readable"),
        (npz(("000.npy", npy("(1000000, 1000000)", data=bytes(4)))), "promises 4,000,000,000,000 bytes"),
        (npz(("000.npy", npy("(-1, -1)", data=bytes(4)))), "no readable|promises"),
        (npz(("000.npy", npy("(2,)", data=bytes(4)))), "promises 8 bytes"),
        (npz(("000.npy", npy("(1,)", "'<f8'", bytes(8)))), "float64, not float32"),
        (npz(("000.npy", npy("(1,)", "'|O'", b"cos\nsystem\n."))), "object, not float32"),
        (npz(("000.npy", npy("(1, 1)", data=bytes(4), fortran=True))), "Fortran"),
        (npz(("000.npy", pickled())), "object, not float32"),
        (npz(("000.npy", b"\x93NUMPY\x03\x00" + bytes(20))), "format"),
        (npz(("000.npy", npy("(1,)" + " " * 5000, data=bytes(4)))), "no readable"),
        (overlapping(), "promises more than it holds"),
    ],
)
def test_what_pack_cannot_have_written_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        weights.unpack(content)


def test_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = weights.pack(ARRAYS)
    monkeypatch.setattr(weights, "LARGEST", len(content) - 1)
    with pytest.raises(RefusedError, match="MB"):
        weights.unpack(content)
    with pytest.raises(RefusedError, match="MB"):
        weights.pack(ARRAYS)
