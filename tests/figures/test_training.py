"""Training curves: where validation turns for the worse, or that it does not."""

import pytest

from helpers import figures
from helpers.figures import FigureError

HISTORY = {"loss": [0.9, 0.5, 0.4], "accuracy": [0.6, 0.8, 0.9], "val_accuracy": [0.6, 0.7, 0.7]}


def test_curves_name_the_epoch_of_the_lowest_validation_loss() -> None:
    curves = figures.curves({**HISTORY, "val_loss": [0.8, 0.6, 0.7]})
    assert curves.values["best"] == 2
    assert curves.values["turned"]
    assert curves.text == (
        "Validation loss is lowest after epoch 2 of 3; from there it learns by heart.\n"
        "Validation loss goes from 0.800 to 0.700, its lowest is 0.600; training loss goes from 0.900 to 0.400. "
        "Accuracy ends at 90.0% in training and 70.0% in validation."
    )


@pytest.mark.parametrize("validation", [[0.8, 0.6, 0.5], [0.8, 0.500, 0.509]])
def test_curves_that_fall_or_only_waver_have_not_turned(validation: list[float]) -> None:
    curves = figures.curves({**HISTORY, "val_loss": validation})
    assert not curves.values["turned"]
    assert curves.text.startswith(
        "In 3 epochs validation loss has not turned upwards: it is not yet learning by heart."
    )


def test_curves_draw_the_numbers_given() -> None:
    curves = figures.curves({**HISTORY, "val_loss": [0.8, 0.6, 0.7]})
    loss, accuracy = curves.figure.axes
    assert [line.get_ydata().tolist() for line in loss.lines[:2]] == [[0.9, 0.5, 0.4], [0.8, 0.6, 0.7]]
    assert [line.get_ydata().tolist() for line in accuracy.lines[:2]] == [[0.6, 0.8, 0.9], [0.6, 0.7, 0.7]]
    assert loss.lines[0].get_linestyle() != loss.lines[1].get_linestyle()


def test_one_epoch_is_enough() -> None:
    once = {name: [0.5] for name in ("loss", "val_loss", "accuracy", "val_accuracy")}
    assert figures.curves(once).values["best"] == 1


def test_a_history_without_validation_is_refused() -> None:
    with pytest.raises(FigureError, match=r"finds no val_loss in \['accuracy', 'loss', 'val_accuracy'\]: fit with"):
        figures.curves(HISTORY)
