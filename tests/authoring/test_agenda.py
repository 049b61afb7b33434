"""Agendas: what the clock says, what is refused, and that the three we ship teach what they promise."""

import pytest

from helpers.authoring import AuthoringError, lessons
from helpers.authoring.agenda import AGENDAS, LONGEST, Agenda, Day, page
from tests.authoring import tiny

HALF, ONE, TWO = AGENDAS


def agenda(*morning: tuple[str, ...], afternoon: tuple[tuple[str, ...], ...] = (), core: bool = True) -> Agenda:
    return Agenda("A day", "Try it.", core, (Day(morning, afternoon),))


def test_the_clock_follows_from_the_minutes() -> None:
    made = page(tiny.LESSONS, [agenda(("00", "01"), ("lab1",), afternoon=(("02",),), core=False)])
    assert made.splitlines() == [
        "## A day",
        "",
        "Try it. 40 minutes in 3 lessons and 1 lab.",
        "",
        "| from | to | minutes | |",
        "|--:|--:|--:|---|",
        "| 9:00 | 9:10 | 10 | Lesson 00: Begin here |",
        "| 9:10 | 9:20 | 10 | Lesson 01: Count things |",
        "| 9:20 | 9:35 | 15 | *Break* |",
        "| 9:35 | 9:45 | 10 | Lab 1: Practise |",
        "| 9:45 | 10:45 | 60 | *Lunch* |",
        "| 10:45 | 10:55 | 10 | Lesson 02: Stop in time |",
    ]


def test_the_core_is_shorter_and_what_is_left_out_is_said() -> None:
    made = page(tiny.LESSONS, [agenda(("00", "01"))])
    assert "16 core minutes in 2 lessons." in made
    assert "| 9:10 | 9:16 | 6 | Lesson 01: Count things |" in made
    assert "Left out: lesson 02, lab 1." in made


@pytest.mark.parametrize(
    ("morning", "said"),
    [
        ((("00", "01", "00"),), "has 00 twice"),
        ((("01", "00"),), "has 01 before 00"),
        ((("00",), ("lab1",)), "has lab1 before 01"),
    ],
)
def test_an_agenda_that_makes_no_sense_is_refused(morning: tuple[tuple[str, ...], ...], said: str) -> None:
    with pytest.raises(AuthoringError, match=said):
        page(tiny.LESSONS, [agenda(*morning)])


def test_nobody_sits_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpers.authoring.agenda.LONGEST", 15)
    with pytest.raises(AuthoringError, match="00, 01 last 16 minutes without a break, more than 15"):
        page(tiny.LESSONS, [agenda(("00", "01"))])


def test_the_shipped_agendas_hold_what_they_promise() -> None:
    listed = lessons.load()
    labs = {lesson.key for lesson in listed if lesson.is_lab}
    assert not labs & set(HALF.keys)
    assert HALF.keys[-1] == "11", "the model in the pipeline"
    assert ONE.keys == [lesson.key for lesson in listed if lesson.core]
    assert TWO.keys == [lesson.key for lesson in listed]
    assert (HALF.core, ONE.core, TWO.core) == (True, True, False)


def test_days_end_in_time_and_lunch_comes_at_noon() -> None:
    for each in AGENDAS:
        rows = [
            line.split("|")[1:5] for line in page(lessons.load(), [each]).splitlines() if ":" in line and "|" in line
        ]
        times = [(begins.strip(), what.strip()) for begins, _, _, what in rows if begins.strip()[0].isdigit()]
        hours = {what: int(begins.split(":")[0]) for begins, what in times}
        assert hours.get("*Lunch*", 12) in (11, 12)
        assert max(hours.values()) < 17
    assert LONGEST <= 90
