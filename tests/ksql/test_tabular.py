"""Entities as the text that ksqlDB's command line prints: its own samples where they are at hand, and a table."""

import json
import os
from pathlib import Path

import pytest

from helpers.ksql.tabular import text

FOLDER = Path(os.environ.get("KSQL_CASES") or Path(__file__).parents[3] / "shared" / "ksql" / "cases") / "cli"
SAMPLES = sorted(FOLDER.glob("*.json"))


@pytest.mark.skipif(not SAMPLES, reason=f"no samples at {FOLDER}: name the folder of the cases in KSQL_CASES")
@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.name.split(".")[1] for sample in SAMPLES])
def test_sample(sample):
    entities = json.loads(sample.read_text(encoding="utf-8"))
    wanted = sample.with_suffix(".tabular").read_text(encoding="utf-8")
    assert "".join(map(text, entities)) == wanted


def test_a_list_is_sorted_and_as_wide_as_its_longest_row():
    stream = {"type": "STREAM", "keyFormat": "KAFKA", "valueFormat": "JSON", "isWindowed": False}
    streams = [{**stream, "name": "VIEWS", "topic": "v"}, {**stream, "name": "A", "topic": "all"}]
    assert text({"@type": "streams", "streams": streams}).split("\n") == [
        "",
        " Stream Name | Kafka Topic | Key Format | Value Format | Windowed ",
        "-" * 66,
        " A           | all         | KAFKA      | JSON         | false    ",
        " VIEWS       | v           | KAFKA      | JSON         | false    ",
        "-" * 66,
        "",
    ]
