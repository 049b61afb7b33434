"""Predictions are JSON whatever the id."""

import json

from hypothesis import given
from hypothesis import strategies as st

from helpers.datasets import CLOTHES
from helpers.scoring.model import Model
from helpers.scoring.predictions import Encoder

TEXT = st.text(min_size=1).filter(lambda text: not any("\ud800" <= each <= "\udfff" for each in text))


@given(TEXT, st.integers(0, 9), st.floats(0, 1), st.integers(0, 10**4), st.integers(0, 2**62))
def test_every_field_comes_back(
    model: Model, id: str, label: int, confidence: float, partition: int, offset: int
) -> None:
    (value,) = Encoder(model).encode([id.encode()], [label], [confidence], [partition], [offset])
    assert json.loads(value) == {
        "id": id,
        "label": CLOTHES[label],
        "confidence": round(confidence, 6),
        "model": model.short_version,
        "source_partition": partition,
        "source_offset": offset,
    }
