"""The script that made the shipped model makes one as good."""

import pytest

from helpers.scoring import shipped
from helpers.scoring.manifest import Manifest
from helpers.scoring.model import verified

pytestmark = pytest.mark.long


def test_it_trains_a_model_that_is_good_enough(
    tmp_path: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "SHIPPED", tmp_path)
    assert shipped.main() == 0
    manifest = Manifest.from_bytes((tmp_path / "fashion.json").read_bytes())
    model = verified(manifest, (tmp_path / "fashion.npz").read_bytes())
    assert model.manifest.metrics["accuracy"] >= shipped.LEAST_ACCURACY
