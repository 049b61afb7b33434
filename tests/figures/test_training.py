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
        "Validation cost is lowest after epoch 2 of 3; from there it learns by heart.\n"
        "Validation cost goes from 0.800 to 0.700, its lowest is 0.600; training cost goes from 0.900 to 0.400. "
        "Accuracy ends at 90.0% in training and 70.0% in validation."
    )


@pytest.mark.parametrize("validation", [[0.8, 0.6, 0.5], [0.8, 0.500, 0.509]])
def test_curves_that_fall_or_only_waver_have_not_turned(validation: list[float]) -> None:
    curves = figures.curves({**HISTORY, "val_loss": validation})
    assert not curves.values["turned"]
    assert curves.text.startswith(
        "In 3 epochs validation cost has not turned upwards: it is not yet learning by heart."
    )


def test_curves_draw_the_numbers_given() -> None:
    curves = figures.curves({**HISTORY, "val_loss": [0.8, 0.6, 0.7]})
    loss, accuracy = curves.figure.axes
    assert [line.get_ydata().tolist() for line in loss.lines[:2]] == [[0.9, 0.5, 0.4], [0.8, 0.6, 0.7]]
    assert [line.get_ydata().tolist() for line in accuracy.lines[:2]] == [[0.6, 0.8, 0.9], [0.6, 0.7, 0.7]]
    assert loss.lines[0].get_linestyle() != loss.lines[1].get_linestyle()


@pytest.mark.parametrize(("epochs", "counted"), [(1, "1 epoch"), (2, "2 epochs")])
def test_one_or_two_epochs_are_points_and_too_early_to_see_a_turn(epochs: int, counted: str) -> None:
    begun = {"loss": [0.6, 0.4], "val_loss": [0.4, 0.5], "accuracy": [0.8, 0.85], "val_accuracy": [0.84, 0.85]}
    curves = figures.curves({name: values[:epochs] for name, values in begun.items()})
    assert curves.text.startswith(f"After {counted} it is too early to see whether validation cost turns upwards.\n")
    assert not curves.values["turned"]
    assert all(line.get_marker() == "o" for axes in curves.figure.axes for line in axes.lines)


@pytest.mark.parametrize("last", [0.9, 0.843, 0.8301])
def test_no_two_labels_of_an_axis_read_alike(last: float) -> None:
    curves = figures.curves({**HISTORY, "val_loss": [0.8], "loss": [0.9], "accuracy": [0.83], "val_accuracy": [last]})
    curves.figure.canvas.draw()
    for axes in curves.figure.axes:
        labels = [label.get_text() for label in axes.get_yticklabels()]
        assert len(set(labels)) == len(labels)


def test_a_history_without_validation_is_refused() -> None:
    with pytest.raises(FigureError, match=r"finds no val_loss in \['accuracy', 'loss', 'val_accuracy'\]: fit with"):
        figures.curves(HISTORY)
