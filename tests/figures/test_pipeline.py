"""The map of the data's way."""

import pytest

from helpers import figures
from helpers.figures import FigureError
from helpers.figures.pipeline import STATIONS


def test_pipeline_tells_counts_where_they_were_seen() -> None:
    pipeline = figures.pipeline({"images": 20_000, "predictions": 19_997, "images.dlq": 3}, lit="scorer")
    assert pipeline.text == (
        "20,000 pictures in, 19,997 predictions out, 3 put aside.\n"
        "Data → Producer → images (20,000) → Scorer → predictions (19,997) → KSQL → Answers. The Scorer takes its "
        "model from the Registry, where the trained Network lies; it also writes to Redis and, what fails, to "
        "images.dlq (3)."
    )
    assert pipeline.values == {"counts": {"images": 20_000, "predictions": 19_997, "images.dlq": 3}, "lit": "scorer"}


@pytest.mark.parametrize("lit", STATIONS)
def test_every_station_can_be_lit_and_says_so_in_words(lit: str) -> None:
    pipeline = figures.pipeline(lit=lit)
    assert pipeline.text.startswith(f"You are here: {STATIONS[lit].name}.")
    assert [text.get_text() for text in pipeline.figure.texts].count("you are here") == 1


def test_pipeline_without_anything_is_the_map() -> None:
    assert figures.pipeline().text.startswith("The way of the data, from the pictures to the answers.")


def test_unknown_station_is_answered_with_those_there_are() -> None:
    with pytest.raises(FigureError, match=r"knows no station 'score': choose from data, training, registry"):
        figures.pipeline(lit="score")
    with pytest.raises(FigureError, match=r"knows no station 'dead letters'"):
        figures.pipeline({"dead letters": 3})
