"""Walls and single pictures: what they count, say and refuse."""

import numpy as np
import pytest

from helpers import figures
from helpers.datasets import CLOTHES, talk_images
from helpers.figures import FigureError

IMAGES = np.zeros((3, 28, 28), np.uint8)


def test_wall_names_the_talks_ten_images() -> None:
    images, labels = talk_images()
    wall = figures.wall(images, labels=CLOTHES, truth=labels)
    assert wall.text == (
        "10 pictures of clothes, 28 × 28 pixels each.\n"
        "In order: Ankle boot, Pullover, Trouser, Trouser, Shirt, Trouser, Coat, Shirt, Sandal, Sneaker."
    )


def test_wall_says_which_predictions_are_wrong_and_how_sure_they_were() -> None:
    wall = figures.wall(IMAGES, labels=CLOTHES, predictions=[0, 6, 2], truth=[0, 2, 2], confidence=[0.9, 0.714, 1])
    assert wall.values["wrong"] == [1]
    assert wall.values["predictions"] == ["T-shirt/top", "Shirt", "Pullover"]
    assert wall.text.splitlines() == [
        "3 pictures, named by the network: 2 right, 1 wrong.",
        "In order: T-shirt/top, Pullover, Pullover.",
        "Picture 1: Pullover, called Shirt (71% sure).",
    ]


def test_wall_marks_wrong_and_right_with_signs_and_words_not_colour_alone() -> None:
    wall = figures.wall(IMAGES, labels=CLOTHES, predictions=[0, 6, 2], truth=[0, 2, 2])
    written = [text.get_text() for text in wall.figure.texts]
    assert {"✓ T-shirt/top", "✗ Shirt", "is Pullover", "✓ Pullover"} <= set(written)


def test_wall_takes_names_as_well_as_numbers() -> None:
    named = figures.wall(IMAGES, labels=CLOTHES, predictions=["Bag", "Coat", "Bag"], truth=[8, 4, 8])
    assert named.values["wrong"] == []
    assert named.text.startswith("3 pictures, named by the network: all right.")


def test_wall_without_truth_judges_nothing() -> None:
    wall = figures.wall(IMAGES[:1], labels=CLOTHES, predictions=[8])
    assert wall.text == "One picture and what the network takes them for.\nIn order: Bag."
    assert wall.values["wrong"] == []


def test_wall_of_which_nothing_is_known_gives_no_name_away() -> None:
    wall = figures.wall(IMAGES, labels=CLOTHES)
    assert wall.text == "3 pictures of clothes, 28 × 28 pixels each."
    assert {text.get_text() for text in wall.figure.texts} & set(CLOTHES) == set()


def test_wall_counts_from_0_as_arrays_do() -> None:
    wall = figures.wall(IMAGES, labels=CLOTHES, truth=[0, 2, 2])
    written = [text.get_text() for text in wall.figure.texts]
    assert [number for number in written if number.isdigit()] == ["0", "1", "2"]


def test_wall_lists_names_only_where_they_are_few() -> None:
    wall = figures.wall(np.zeros((11, 28, 28), np.uint8), labels=CLOTHES, truth=[0] * 11)
    assert wall.text == "11 pictures of clothes, 28 × 28 pixels each."


@pytest.mark.parametrize("shape", [(28, 28), (0, 28, 28), (65, 28, 28)])
def test_wall_refuses_what_is_no_wall(shape: tuple[int, ...]) -> None:
    with pytest.raises(FigureError, match=rf"shape \({', '.join(map(str, shape))}\): give 1 to 64"):
        figures.wall(np.zeros(shape, np.uint8), labels=CLOTHES, truth=[])


@pytest.mark.parametrize("what", ["predictions", "truth", "confidence"])
def test_wall_refuses_a_wrong_number_of(what: str) -> None:
    with pytest.raises(FigureError, match=rf"got 2 {what} for 3 pictures"):
        figures.wall(IMAGES, labels=CLOTHES, **{what: [0, 1]})


def test_picture_shows_the_part_where_most_happens() -> None:
    image = np.zeros((28, 28), np.uint8)
    image[16:20, 11:15] = [[0, 255, 0, 255], [255, 0, 255, 0]] * 2
    picture = figures.picture(image, "Checks")
    row, column = picture.values["corner"]
    assert row <= 16 <= 19 < row + 10
    assert column <= 11 <= 14 < column + 10
    np.testing.assert_array_equal(picture.values["window"], image[row : row + 10, column : column + 10])
    assert picture.text.startswith(
        "Checks: 28 × 28 = 784 numbers, from 0 for white to 255 for black.\n776 of them are 0."
    )


def test_picture_writes_every_number_of_the_part() -> None:
    picture = figures.picture(talk_images()[0][0], "Ankle boot")
    part = picture.figure.axes[1]
    assert [text.get_text() for text in part.texts] == [str(value) for value in picture.values["window"].flat]


@pytest.mark.parametrize("image", [np.zeros((28, 28)), np.zeros((9, 28), np.uint8), np.zeros((1, 28, 28), np.uint8)])
def test_picture_refuses_what_is_no_picture(image: np.ndarray) -> None:
    with pytest.raises(FigureError, match=r"give one image, uint8 of shape \(28, 28\)"):
        figures.picture(image, "Nothing")
