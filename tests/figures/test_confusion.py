"""Confusion in numbers and in pictures."""

import numpy as np
import pytest

from helpers import figures
from helpers.figures import FigureError

LABELS = ("Coat", "Shirt", "Bag")
TRUTH = [0, 0, 0, 0, 1, 1, 1, 2]
GUESSES = [0, 1, 1, 2, 0, 1, 1, 2]
IMAGES = np.zeros((8, 28, 28), np.uint8)


def test_confusion_counts_rows_as_truth_and_columns_as_guess() -> None:
    confusion = figures.confusion(TRUTH, GUESSES, LABELS)
    assert confusion.values["matrix"].tolist() == [[1, 2, 1], [1, 2, 0], [0, 0, 1]]
    assert confusion.values["accuracy"] == 0.5
    assert confusion.text == (
        "50.0% are right. Most often wrong: Coat called Shirt.\n"
        "Most frequent mistakes: Coat called Shirt, 2; Coat called Bag, 1; Shirt called Coat, 1. "
        "Recognised best: Bag, 100.0% of them; least: Coat, 25.0%."
    )


def test_confusion_without_mistakes_says_so() -> None:
    confusion = figures.confusion([0, 1], [0, 1], LABELS)
    assert confusion.text.startswith("100.0% are right. Nothing is taken for anything else.")
    assert confusion.values["mistakes"] == []


def test_confusion_writes_every_number() -> None:
    (axes,) = figures.confusion(TRUTH, GUESSES, LABELS).figure.axes
    assert [text.get_text() for text in axes.texts] == ["1", "2", "1", "1", "2", "0", "0", "0", "1"]


@pytest.mark.parametrize(
    ("truth", "guesses", "sentence"),
    [
        ([0, 1], [0], r"truth has shape \(2,\) and guesses \(1,\)"),
        ([], [], r"truth has shape \(0,\)"),
        ([0, 3], [0, 1], r"truth holds int64 from 0 to 3: give whole numbers from 0 to 2"),
        ([0, 1], [0.1, 0.9], r"guesses holds float64 from 0.1 to 0.9: .*argmax"),
    ],
)
def test_confusion_refuses_what_is_not_one_class_each(truth: list[int], guesses: list[float], sentence: str) -> None:
    with pytest.raises(FigureError, match=sentence):
        figures.confusion(truth, guesses, LABELS)


def test_confused_pictures_show_the_worst_pair_first_both_ways() -> None:
    confused = figures.confused_pictures(IMAGES, TRUTH, GUESSES, LABELS)
    assert confused.values["shown"] == [[1, 2], [4], [3], []]
    assert confused.text.splitlines() == [
        "Coat or Shirt? This is what the network confuses most.",
        "Coat called Shirt: 2. Shirt called Coat: 1.",
        "Coat called Bag: 1. Bag called Coat: 0.",
    ]


def test_confused_pictures_show_at_most_five_of_a_kind() -> None:
    images = np.zeros((9, 28, 28), np.uint8)
    assert figures.confused_pictures(images, [0] * 9, [1] * 9, LABELS).values["shown"] == [[0, 1, 2, 3, 4], []]


def test_confused_pictures_need_something_confused() -> None:
    with pytest.raises(FigureError, match="all guesses are right"):
        figures.confused_pictures(IMAGES[:2], [0, 1], [0, 1], LABELS)


def test_confused_pictures_need_a_picture_for_each_guess() -> None:
    with pytest.raises(FigureError, match="got 7 images for 8 guesses"):
        figures.confused_pictures(IMAGES[:7], TRUTH, GUESSES, LABELS)
