"""The list of lessons: what it holds, how a lesson is called, and what it refuses."""

from pathlib import Path

import pytest

from helpers.authoring import AuthoringError, lessons
from helpers.authoring.lessons import Workbook
from helpers.config import ROOT
from tests.authoring import tiny

ONE = """[[lesson]]
key = "00"
slug = "begin"
title = "Begin"
minutes = 10
core = 10
services = []
after = []
stations = ["data"]
"""


def test_the_core_is_one_day_and_everything_two() -> None:
    listed = lessons.load()
    assert (len(listed), sum(each.is_lab for each in listed)) == (17, 4)
    assert sum(each.core for each in listed) == 350
    assert 10.5 <= sum(each.minutes for each in listed) / 60 <= 11.5


def test_titles_start_with_a_verb_not_with_a_number_or_article() -> None:
    for lesson in lessons.load():
        assert lesson.title.split()[0] not in {"The", "A", "An", "Lab:"}
        assert not lesson.title[0].isdigit()


@pytest.mark.parametrize("name", ["04", "4", "04_recognise_clothes", "notebooks/04_recognise_clothes.ipynb"])
def test_a_lesson_is_found_by_any_of_its_names(name: str) -> None:
    assert Workbook.at(ROOT).find(name).title.startswith("Recognise clothes")


@pytest.mark.parametrize("name", ["lab2", "L2", "labs/lab2.ipynb", "lab2_deploy_redis_and_kafka"])
def test_a_lab_is_found_by_any_of_its_names(name: str) -> None:
    assert Workbook.at(ROOT).find(name).key == "lab2"


def test_an_unknown_lesson_names_those_there_are() -> None:
    with pytest.raises(AuthoringError, match=r"no lesson '77': choose from 00, 01"):
        Workbook.at(ROOT).find("77")


def test_a_lesson_without_a_source_cannot_be_chosen(tmp_path: Path) -> None:
    with pytest.raises(AuthoringError, match=r"Lesson 02 has no source yet: write sources/notebooks/02_stop.py"):
        Workbook(tmp_path, tiny.LESSONS).choose(["02"])


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("core = 10", "core = 11", "core = 11 of 10 minutes"),
        ("services = []", 'services = ["postgres"]', "services \\['postgres'\\]"),
        ('stations = ["data"]', 'stations = ["mars"]', "stations \\['mars'\\]"),
        ("after = []", 'after = ["00"]', "comes before \\['00'\\]"),
        ('slug = "begin"\n', "", "cannot be read \\('slug'\\)"),
        ("minutes = 10", "minutes =", "cannot be read"),
    ],
)
def test_a_list_that_contradicts_itself_is_refused(tmp_path: Path, before: str, after: str, said: str) -> None:
    listed = tmp_path / "lessons.toml"
    listed.write_text(ONE.replace(before, after), encoding="utf-8")
    with pytest.raises(AuthoringError, match=said):
        lessons.load(listed)


def test_a_key_listed_twice_is_refused(tmp_path: Path) -> None:
    listed = tmp_path / "lessons.toml"
    listed.write_text(ONE + ONE, encoding="utf-8")
    with pytest.raises(AuthoringError, match="listed twice"):
        lessons.load(listed)
