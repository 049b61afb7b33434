"""The agendas: what half a day, one day and two days hold, when each lesson begins, when people rest.

What sits together is chosen here; the minutes are those of `lessons.toml`, and the clock follows from both.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from helpers.authoring.errors import AuthoringError
from helpers.authoring.lessons import Lesson

START = 9 * 60  # minutes since midnight
BREAK, LUNCH = 15, 60
LONGEST = 90  # minutes that people sit without a break

Sitting = tuple[str, ...]
"""Keys of lessons with no break between them."""


@dataclass(frozen=True)
class Day:
    """The sittings before and after lunch; a day without an afternoon has no lunch either."""

    morning: tuple[Sitting, ...]
    afternoon: tuple[Sitting, ...] = ()


@dataclass(frozen=True)
class Agenda:
    """A workshop: its heading, what it is good for, its days. core: only the core of each lesson is taught."""

    title: str
    purpose: str
    core: bool
    days: tuple[Day, ...]

    @property
    def keys(self) -> list[str]:
        """The lessons in the order in which they are taught."""
        return [key for day in self.days for sitting in (*day.morning, *day.afternoon) for key in sitting]

    def minutes(self, lesson: Lesson) -> int:
        """How long the lesson takes here."""
        return lesson.core if self.core else lesson.minutes


AGENDAS = (
    Agenda(
        "Half a day",
        "One straight line from a table of patients to a model that scores a stream. No labs: the exercises in the "
        "lessons are the practice.",
        core=True,
        days=(Day((("00", "01", "03"), ("04", "07"), ("08", "11"))),),
    ),
    Agenda(
        "One day",
        "The core of every lesson, all four labs included.",
        core=True,
        days=(
            Day(
                (("00", "01", "03"), ("04", "05"), ("lab1", "07")),
                (("08", "lab2"), ("09", "lab3"), ("10", "lab4", "11")),
            ),
        ),
    ),
    Agenda(
        "Two days",
        "Everything, the extras too.",
        core=False,
        days=(
            Day((("00", "01"), ("02", "03"), ("04",)), (("05",), ("lab1", "06"), ("07",))),
            Day((("08", "lab2"), ("09", "lab3")), (("10",), ("lab4",), ("11", "12"))),
        ),
    ),
)


def page(lessons: Sequence[Lesson], agendas: Sequence[Agenda] = AGENDAS) -> str:
    """All agendas as Markdown. Raises AuthoringError when one does not work out with the lessons' minutes."""
    return "\n".join(line for agenda in agendas for line in _section(agenda, lessons))


def _section(agenda: Agenda, lessons: Sequence[Lesson]) -> Iterator[str]:
    listed = {lesson.key: lesson for lesson in lessons}
    _verify(agenda, listed)
    taught = [listed[key] for key in agenda.keys]
    total = sum(map(agenda.minutes, taught))
    yield f"## {agenda.title}\n"
    kind = "core minutes" if agenda.core else "minutes"
    labs = sum(lesson.is_lab for lesson in taught)
    counted = f"{len(taught) - labs} lessons" + (f" and {labs} {'lab' if labs == 1 else 'labs'}" if labs else "")
    yield f"{agenda.purpose} {total} {kind} in {counted}.\n"
    for number, day in enumerate(agenda.days, 1):
        if len(agenda.days) > 1:
            yield f"### Day {number}\n"
        yield "| from | to | minutes | |\n|--:|--:|--:|---|"
        yield from _rows(day, agenda, listed)
        yield ""
    left = [lesson for lesson in lessons if lesson not in taught]
    if left:
        yield f"Left out: {', '.join(lesson.label.lower() for lesson in left)}.\n"


def _rows(day: Day, agenda: Agenda, listed: dict[str, Lesson]) -> Iterator[str]:
    now = START
    for half in (day.morning, day.afternoon):
        for place, sitting in enumerate(half):
            if now > START:
                name, pause = ("Break", BREAK) if place else ("Lunch", LUNCH)
                yield _row(now, pause, f"*{name}*")
                now += pause
            for key in sitting:
                minutes = agenda.minutes(listed[key])
                yield _row(now, minutes, f"{listed[key].label}: {listed[key].title}")
                now += minutes


def _row(start: int, minutes: int, what: str) -> str:
    return f"| {_clock(start)} | {_clock(start + minutes)} | {minutes} | {what} |"


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def _verify(agenda: Agenda, listed: dict[str, Lesson]) -> None:
    """Nothing twice, nothing before what it builds on, nobody sits too long."""
    for day in agenda.days:
        for sitting in (*day.morning, *day.afternoon):
            minutes = sum(agenda.minutes(listed[key]) for key in sitting)
            if minutes > LONGEST:
                raise AuthoringError(
                    f"{agenda.title}: {', '.join(sitting)} last {minutes} minutes without a break, more than "
                    f"{LONGEST}: part them in agenda.py."
                )
    for place, key in enumerate(agenda.keys):
        before = agenda.keys[:place]
        if key in before:
            raise AuthoringError(f"{agenda.title} has {key} twice: keep one in agenda.py.")
        if missing := set(listed[key].after) - set(before):
            raise AuthoringError(f"{agenda.title} has {key} before {', '.join(sorted(missing))}: mend agenda.py.")
