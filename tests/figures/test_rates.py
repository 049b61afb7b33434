"""Factors from step to step."""

import pytest
from matplotlib.patches import Rectangle

from helpers import figures
from helpers.figures import FigureError


def test_factors_multiply_against_the_step_before_and_the_first() -> None:
    factors = figures.factors({"naive": 20.0, "direct": 250.0, "batch": 25_000.0})
    assert factors.values["to_previous"] == [1, 12.5, 100]
    assert factors.values["to_first"] == [1, 12.5, 1250]
    assert factors.text.splitlines() == [
        "From 20.0 to 25,000 records/s: ×1,250.",
        "naive: 20.0.",
        "direct: 250, ×12.5 the step before, ×12.5 in all.",
        "batch: 25,000, ×100 the step before, ×1,250 in all.",
    ]


def test_bars_grow_by_the_same_length_for_the_same_factor() -> None:
    (axes,) = figures.factors({"a": 10.0, "b": 100.0, "c": 1000.0}).figure.axes
    first, second, third = [patch.get_width() for patch in axes.patches if isinstance(patch, Rectangle)]
    assert first == 0
    assert second == pytest.approx(third / 2)


def test_a_step_back_is_shown_as_one() -> None:
    assert "slower: 50.0, ×0.500 the step before" in figures.factors({"fast": 100.0, "slower": 50.0}).text


@pytest.mark.parametrize("steps", [{}, {"only": 1.0}, {"naive": 1.0, "stopped": 0.0}])
def test_factors_refuse_less_than_two_rates(steps: dict[str, float]) -> None:
    with pytest.raises(FigureError, match=r"give two steps or more, each with a rate above 0"):
        figures.factors(steps)
