"""The map: valid SVG, the same every time, its words saying what its picture shows."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from helpers.authoring import lessons, strip

SVG = "{http://www.w3.org/2000/svg}"


def bold(drawing: str) -> set[str | None]:
    return {
        text.text for text in ElementTree.fromstring(drawing).iter(f"{SVG}text") if text.get("font-weight") == "700"
    }


@pytest.mark.parametrize("lesson", lessons.load(), ids=lambda lesson: lesson.key)
def test_exactly_the_lessons_stations_are_lit(lesson: lessons.Lesson) -> None:
    drawing = strip.draw(lesson.stations)
    assert bold(drawing) == {strip.STATIONS[key].name for key in lesson.stations}
    assert drawing == strip.draw(lesson.stations)


def test_a_lit_station_differs_by_more_than_colour() -> None:
    def radii(drawing: str) -> list[str | None]:
        return [circle.get("r") for circle in ElementTree.fromstring(drawing).iter(f"{SVG}circle")]

    assert radii(strip.draw(())).count("6") == len(strip.STATIONS)
    assert radii(strip.draw(("ksql",))).count("9") == 1


def test_the_words_name_the_place_and_the_whole_way() -> None:
    said = strip.describe(("producer", "topics"))
    assert said.startswith("You are here: Producer and Kafka topics.")
    assert all(station.name in said for station in strip.STATIONS.values())
    assert strip.describe(tuple(strip.STATIONS)).startswith("You are here: the whole way.")


def test_every_station_lies_on_a_track_and_no_two_labels_meet() -> None:
    assert {key for track in strip.TRACKS for key in track} == {*strip.STATIONS}
    for row in (strip.TOP, strip.BOTTOM):
        stops = sorted((station for station in strip.STATIONS.values() if station.y == row), key=lambda each: each.x)
        for left, right in pairwise(stops):
            assert right.x - left.x > 4 * (len(left.name) + len(right.name)) + 4
