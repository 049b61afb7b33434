"""The workbook's data sets: offline, typed, and verified by sha-256 each time they are read.

Origin, licence and making of every file: `data/SOURCES.md`. Checksums: `data/sha256.txt`.
"""

import gzip
import hashlib
import math
from functools import cache
from io import BytesIO
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.config import ROOT
from helpers.errors import LabError

__all__ = [
    "CLOTHES",
    "DatasetError",
    "FashionMNIST",
    "fashion_mnist",
    "faults",
    "heart",
    "risk_table",
    "talk_images",
    "talk_patients",
]

DATA = ROOT / "data"
CHECKSUMS = "sha256.txt"

CLOTHES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
"""What the labels 0–9 of Fashion-MNIST mean (Zalando's README; the talk says Boot for Ankle boot)."""

_HEART = {
    **dict.fromkeys(("age", "sex", "cp", "trestbps", "chol", "fbs", "restecg", "thalach", "exang"), "int64"),
    "oldpeak": "float64",
    "slope": "int64",
    **dict.fromkeys(("ca", "thal"), "float64"),  # some are missing, and NaN is a float
    "num": "int64",
}

Bytes = npt.NDArray[np.uint8]


class DatasetError(LabError):
    """A file of `data/` is missing, cut short or altered; git brings it back."""


class FashionMNIST(NamedTuple):
    """Zalando's 70,000 pictures of clothes. All arrays are uint8 and read-only.

    images: (60000, 28, 28) and (10000, 28, 28); 0 is background, 255 the darkest cloth.
    labels: (60000,) and (10000,); 0–9, indices into `CLOTHES`, every one equally often.
    """

    train_images: Bytes
    train_labels: Bytes
    test_images: Bytes
    test_labels: Bytes


def talk_patients() -> pd.DataFrame:
    """The talk's 15 patients, as its slides show them: the first ten train, the last five test.

    All int64. id: 0–14. age: years. sex: 1 male, 0 female. trestbps: headed so on the slides, but the
    numbers are the patients' serum *cholesterol* in mg/dl. target: 0 or 1, the talk's own.
    Raises DatasetError.
    """
    return _table("talk-patients.csv")


def risk_table() -> pd.DataFrame:
    """The talk's four-row table of risks.

    All int64. id: 0–3. age: years. sex: 1 male, 0 female. trestbps: resting blood pressure, mm Hg.
    risk: 0 or 1. Raises DatasetError.
    """
    return _table("talk-risk-table.csv")


def heart() -> pd.DataFrame:
    """The 303 patients of the Cleveland Clinic Foundation (UCI Heart Disease, 1988), one a row.

    int64 but for oldpeak, ca and thal, which are float64; ca lacks four values and thal two (NaN).

    age: years
    sex: 1 male, 0 female
    cp: chest pain; 1 typical angina, 2 atypical angina, 3 other pain, 4 none
    trestbps: resting blood pressure, mm Hg
    chol: serum cholesterol, mg/dl
    fbs: 1 if fasting blood sugar > 120 mg/dl
    restecg: resting ECG; 0 normal, 1 ST-T abnormal, 2 left ventricular hypertrophy
    thalach: highest heart rate reached, beats/min
    exang: 1 if exercise brings angina
    oldpeak: ST depression brought by exercise, mm
    slope: of the ST segment at peak exercise; 1 up, 2 flat, 3 down
    ca: large vessels coloured by fluoroscopy, 0–3
    thal: thallium scan; 3 normal, 6 fixed defect, 7 reversible defect
    num: 0 no disease (164 patients), 1–4 disease (139)

    Raises DatasetError. Source of the meanings: https://archive.ics.uci.edu/dataset/45/heart+disease
    """
    return _table("heart-cleveland.csv", _HEART)


@cache
def fashion_mnist() -> FashionMNIST:
    """Fashion-MNIST in full; read once a process, then shared. Raises DatasetError."""
    return FashionMNIST(
        train_images=_idx("fashion-mnist/train-images-idx3-ubyte.gz", 60_000, 28, 28),
        train_labels=_idx("fashion-mnist/train-labels-idx1-ubyte.gz", 60_000),
        test_images=_idx("fashion-mnist/t10k-images-idx3-ubyte.gz", 10_000, 28, 28),
        test_labels=_idx("fashion-mnist/t10k-labels-idx1-ubyte.gz", 10_000),
    )


def talk_images() -> tuple[Bytes, Bytes]:
    """The talk's images 1–10 and their labels: uint8 (10, 28, 28) and (10,).

    The slides' order (boot, pullover, trouser, trouser, shirt, trouser, coat, shirt, sandal, sneaker) is the
    start of Fashion-MNIST's test set. Raises DatasetError.
    """
    clothes = fashion_mnist()
    return clothes.test_images[:10], clothes.test_labels[:10]


def faults() -> list[str]:
    """Check every file of `data/`: one sentence for each that is missing or altered."""
    try:
        names = list(_checksums())
    except DatasetError as error:
        return [str(error)]
    return [sentence for name in names if (sentence := _fault(name))]


def _fault(name: str) -> str | None:
    try:
        verified(name)
    except DatasetError as error:
        return str(error)
    return None


def _table(name: str, dtype: dict[str, str] | str = "int64") -> pd.DataFrame:
    return pd.read_csv(BytesIO(verified(name)), dtype=dtype)


def _idx(name: str, *shape: int) -> Bytes:
    """Unpack a gzipped IDX file: two zero bytes, type (8 = uint8), rank, a big-endian uint32 for each
    dimension, then the values. Format: http://yann.lecun.com/exdb/mnist/ ("The IDX file format").
    """
    content = gzip.decompress(verified(name))
    header = bytes((0, 0, 8, len(shape))) + b"".join(size.to_bytes(4) for size in shape)
    if not content.startswith(header):
        found = content[: len(header)].hex(" ")
        raise DatasetError(_spoilt(name, f"its IDX header reads {found}, not {header.hex(' ')}"))
    if len(content) - len(header) != math.prod(shape):
        raise DatasetError(_spoilt(name, f"it holds {len(content) - len(header):,} values, not {math.prod(shape):,}"))
    return np.frombuffer(content, np.uint8, offset=len(header)).reshape(shape)


def verified(name: str) -> bytes:
    """The file's bytes, if they are the ones the workbook was made with."""
    content, expected = _read(name), _checksums().get(name)
    if expected is None:
        raise DatasetError(_spoilt(CHECKSUMS, f"it has no checksum for {name}"))
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        what = f"its {len(content):,} bytes have sha-256 {found[:12]}…, not {expected[:12]}…"
        raise DatasetError(_spoilt(name, f"{what} (cut short or altered)"))
    return content


def _read(name: str) -> bytes:
    try:
        return (DATA / name).read_bytes()
    except OSError as error:
        raise DatasetError(_spoilt(name, f"it cannot be read ({error.strerror})")) from error


def _checksums() -> dict[str, str]:
    """Name → sha-256, from lines as sha256sum writes them: 64 hex digits, two spaces, the name in `data/`."""
    pairs = [line.split("  ") for line in _read(CHECKSUMS).decode("ascii", errors="replace").splitlines()]
    if not pairs or any(len(pair) != 2 or len(pair[0]) != 64 for pair in pairs):
        raise DatasetError(_spoilt(CHECKSUMS, "it is not a list of sha-256 checksums and file names"))
    return {name: digest for digest, name in pairs}


def _spoilt(name: str, what: str) -> str:
    return f"data/{name} is not usable: {what}; restore it with `git checkout -- data/{name}`."
