"""The data sets: what they hold, and what is said when a file is not what it was."""

import gzip
import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from helpers import datasets
from helpers.datasets import CLOTHES, DatasetError

SHIPPED = datasets.DATA
LABELS = "fashion-mnist/t10k-labels-idx1-ubyte.gz"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the small files of data/ to spoil, read instead of the shipped ones."""
    for name in ("sha256.txt", "talk-patients.csv", "heart-cleveland.csv", LABELS):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(SHIPPED / name, tmp_path / name)
    monkeypatch.setattr(datasets, "DATA", tmp_path)
    return tmp_path


def reseal(data: Path, name: str) -> None:
    """Write the checksum of a file as it is now: someone replaced data and checksum alike."""
    digest = hashlib.sha256((data / name).read_bytes()).hexdigest()
    (data / "sha256.txt").write_bytes(f"{digest}  {name}\n".encode())


def read_labels() -> None:
    datasets._idx(LABELS, 10_000)


# What the data sets hold


def test_talk_patients_are_those_of_the_slides() -> None:
    patients = datasets.talk_patients()
    assert list(patients.columns) == ["id", "age", "sex", "trestbps", "target"]
    assert set(patients.dtypes.astype(str)) == {"int64"}
    assert patients.id.tolist() == list(range(15))
    assert patients.iloc[0].tolist() == [0, 63, 1, 233, 1]
    assert patients.target.iloc[10:].tolist() == [1, 0, 1, 0, 1]


def test_every_patient_of_the_talk_is_one_of_clevelands_with_cholesterol_under_trestbps() -> None:
    patients = datasets.talk_patients().rename(columns={"trestbps": "chol"})
    matches = patients.merge(datasets.heart(), on=["age", "sex", "chol"]).groupby("id").num.apply(list)
    assert matches.pop(10) == [0, 3]
    assert matches.tolist() == [[0]] * 14


def test_risk_table_is_that_of_the_slides() -> None:
    table = datasets.risk_table()
    assert list(table.columns) == ["id", "age", "sex", "trestbps", "risk"]
    assert table.to_numpy().tolist() == [
        [0, 20, 1, 145, 1],
        [1, 45, 1, 130, 1],
        [2, 43, 0, 130, 0],
        [3, 33, 1, 150, 0],
    ]


def test_heart_has_documented_types_and_counts() -> None:
    heart = datasets.heart()
    assert heart.shape == (303, 14)
    assert heart.select_dtypes("float64").columns.tolist() == ["oldpeak", "ca", "thal"]
    assert heart.select_dtypes("int64").shape[1] == 11
    assert heart.isna().sum().loc[lambda missing: missing > 0].to_dict() == {"ca": 4, "thal": 2}
    assert (heart.num == 0).sum() == 164
    assert heart.age.min() == 29


def test_heart_is_ucis_file_but_for_header_and_missing_values() -> None:
    lines = (SHIPPED / "heart-cleveland.csv").read_text().splitlines()[1:]
    original = "".join(",".join(value or "?" for value in line.split(",")) + "\n" for line in lines)
    published = "a74b7efa387bc9d108d7d0115d831fe9b414b29ae7124f331b622b4efa0427c8"
    assert hashlib.sha256(original.encode()).hexdigest() == published


def test_fashion_mnist_is_whole_shared_and_safe_to_share() -> None:
    clothes = datasets.fashion_mnist()
    assert clothes.train_images.shape == (60_000, 28, 28)
    assert clothes.test_images.shape == (10_000, 28, 28)
    assert np.bincount(clothes.train_labels).tolist() == [6_000] * 10
    assert np.bincount(clothes.test_labels).tolist() == [1_000] * 10
    assert {array.dtype.name for array in clothes} == {"uint8"}
    assert not any(array.flags.writeable for array in clothes)
    assert datasets.fashion_mnist() is clothes


def test_talk_images_come_in_the_order_of_the_slides() -> None:
    said = "Boot, Pullover, Trouser, Trouser, Shirt, Trouser, Coat, Shirt, Sandal, Sneaker"
    images, labels = datasets.talk_images()
    assert images.shape == (10, 28, 28)
    assert ", ".join(CLOTHES[label] for label in labels).replace("Ankle boot", "Boot") == said


# Checksums


def test_sources_and_checksum_file_agree_and_name_every_data_file() -> None:
    sources = (SHIPPED / "SOURCES.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| ([\d,]+) \|.*`([0-9a-f]{64})` \|$", sources, re.MULTILINE)
    assert {name: digest for name, _, digest in rows} == datasets._checksums()
    for name, size, _ in rows:
        assert (SHIPPED / name).stat().st_size == int(size.replace(",", ""))
    files = [file for kind in ("csv", "gz", "npz", "json") for file in SHIPPED.rglob(f"*.{kind}")]
    assert {file.relative_to(SHIPPED).as_posix() for file in files} == set(datasets._checksums())


def test_shipped_data_has_no_faults() -> None:
    assert datasets.faults() == []


# What goes wrong, and what is said


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def altered(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("spoil", [cut_short, altered, Path.unlink])
@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("talk-patients.csv", datasets.talk_patients),
        ("heart-cleveland.csv", datasets.heart),
        (LABELS, read_labels),
    ],
)
def test_spoilt_file_is_named_with_its_remedy(
    data: Path, name: str, read: Callable[[], object], spoil: Callable[[Path], None]
) -> None:
    read()
    spoil(data / name)
    with pytest.raises(DatasetError, match=rf"^data/{name} is not usable: .*`git checkout -- data/{name}`\.$"):
        read()


def test_message_shows_what_was_met(data: Path) -> None:
    cut_short(data / "talk-patients.csv")
    with pytest.raises(DatasetError, match=r"its 127 bytes have sha-256 [0-9a-f]{12}…, not 609529dd3c6a… \(cut short"):
        datasets.talk_patients()
    (data / "talk-patients.csv").unlink()
    with pytest.raises(DatasetError, match=r"cannot be read \(No such file or directory\)"):
        datasets.talk_patients()


def test_wrong_magic_is_refused_even_with_a_matching_checksum(data: Path) -> None:
    content = bytearray(gzip.decompress((data / LABELS).read_bytes()))
    content[2] = 0x0D  # the IDX type "float"
    (data / LABELS).write_bytes(gzip.compress(content))
    reseal(data, LABELS)
    with pytest.raises(DatasetError, match="IDX header reads 00 00 0d 01 00 00 27 10, not 00 00 08 01"):
        read_labels()


def test_too_few_values_are_refused_even_with_a_matching_checksum(data: Path) -> None:
    content = gzip.decompress((data / LABELS).read_bytes())
    (data / LABELS).write_bytes(gzip.compress(content[:-1]))
    reseal(data, LABELS)
    with pytest.raises(DatasetError, match="holds 9,999 values, not 10,000"):
        read_labels()


@pytest.mark.parametrize("content", ["", "not a checksum\n", "abc  talk-patients.csv\n"])
def test_spoilt_checksum_file_is_named(data: Path, content: str) -> None:
    (data / "sha256.txt").write_text(content)
    with pytest.raises(DatasetError, match=r"^data/sha256.txt is not usable: it is not a list"):
        datasets.talk_patients()
    assert len(datasets.faults()) == 1


def test_missing_checksum_is_named(data: Path) -> None:
    reseal(data, LABELS)
    with pytest.raises(DatasetError, match=r"^data/sha256.txt is not usable: it has no checksum for talk-"):
        datasets.talk_patients()


def test_faults_names_each_spoilt_file_once(data: Path) -> None:
    altered(data / "heart-cleveland.csv")
    absent = sorted(set(datasets._checksums()) - {"talk-patients.csv", "heart-cleveland.csv", LABELS})
    named = [re.match(r"data/(\S+) is not usable", fault)[1] for fault in datasets.faults()]  # type: ignore[index]
    assert sorted(named) == sorted([*absent, "heart-cleveland.csv"])
