"""The benchmark's arithmetic, and one small run of it."""

import json

import pytest

from benchmarks import scoring


def designs() -> list[scoring.Design]:
    made = [
        scoring.Design("naive", "naive", 60),
        scoring.Design("quix", "a peer", 1000),
        scoring.Design("ours", "us", 10),
    ]
    for design, rates in zip(made, ([10, 20, 10], [100, 200, 50], [1000, 1000, 4000]), strict=True):
        design.rates = [float(rate) for rate in rates]
    return made


def test_rates_and_ratios_are_medians_of_the_rounds() -> None:
    naive, _, ours = designs()
    assert naive.rate == 10
    assert ours.times(naive) == 100  # of 100, 50 and 400, each within its round


def test_the_table_names_every_design_with_its_rounds() -> None:
    lines = scoring.table(designs()).splitlines()
    assert [line.split("  ")[0] for line in lines[1:]] == ["naive", "a peer", "us"]
    assert lines[3].split()[1:] == ["1,000", "100.0", "10.0", "0", "1,000,", "1,000,", "4,000"]


def test_json_has_figures_and_machine() -> None:
    content = json.loads(scoring.as_json(designs()))
    assert content["designs"]["ours"]["times"] == {"naive": 100, "quix": 10}
    assert content["machine"]["cores"] >= 1
    assert content["packages"]["kafka-python"].startswith("3.")


@pytest.mark.services
@pytest.mark.long
def test_a_small_run_agrees_with_the_reference(
    kafka: str, redis_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka)
    monkeypatch.setenv("REDIS_URL", redis_url)
    assert scoring.main(["--rounds", "1", "--scale", "0.05", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out.partition("\n")[2])["designs"]
    assert [design["wrong"] for design in figures.values()] == [0, 0, 0, 0]
