"""The list of lessons: what `lessons.toml` says, checked once, and where each notebook lies."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

from helpers.authoring.errors import AuthoringError
from helpers.authoring.strip import STATIONS

LIST = Path(__file__).with_name("lessons.toml")

NOTEBOOKS = PurePosixPath("notebooks")
LABS = PurePosixPath("labs")
SOLUTIONS = LABS / "solutions"
INSTRUCTOR = LABS / "instructor"
_SERVICES = ("kafka", "redis", "ksql")


@dataclass(frozen=True)
class Lesson:
    """A lesson ("04") or a lab ("lab1"): title, whole and core minutes, services, map stations, prerequisites."""

    key: str
    slug: str
    title: str
    minutes: int
    core: int
    services: tuple[str, ...]
    after: tuple[str, ...]
    stations: tuple[str, ...]

    @property
    def is_lab(self) -> bool:
        return self.key.startswith("lab")

    @property
    def label(self) -> str:
        """How prose names it: `Lesson 04`, `Lab 1`."""
        return f"Lab {self.key.removeprefix('lab')}" if self.is_lab else f"Lesson {self.key}"

    @property
    def source(self) -> PurePosixPath:
        """Its percent script, relative to the checkout."""
        return PurePosixPath("sources") / ("labs" if self.is_lab else "notebooks") / f"{self.key}_{self.slug}.py"

    @property
    def notebook(self) -> PurePosixPath:
        """The attendee's notebook, relative to the checkout."""
        return LABS / f"{self.key}.ipynb" if self.is_lab else NOTEBOOKS / f"{self.key}_{self.slug}.ipynb"

    @property
    def executed(self) -> PurePosixPath:
        """The notebook whose outputs are stored and compared: the lesson itself, or the lab's solution."""
        return SOLUTIONS / f"{self.key}.ipynb" if self.is_lab else self.notebook

    @property
    def instructor(self) -> PurePosixPath:
        """The instructor's notebook of a lab."""
        return INSTRUCTOR / f"{self.key}.ipynb"

    @property
    def strip(self) -> PurePosixPath:
        """The map of its stations, beside the notebook."""
        return self.notebook.parent / "images" / f"here_{self.key}.svg"


@cache
def load(path: Path = LIST) -> tuple[Lesson, ...]:
    """All lessons and labs in the workbook's order. Raises AuthoringError if the list contradicts itself."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["lesson"]
        lessons = tuple(
            Lesson(
                key=entry["key"],
                slug=entry["slug"],
                title=entry["title"],
                minutes=entry["minutes"],
                core=entry["core"],
                services=tuple(entry["services"]),
                after=tuple(entry["after"]),
                stations=tuple(STATIONS) if entry["stations"] == ["all"] else tuple(entry["stations"]),
            )
            for entry in entries
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise AuthoringError(f"{path.name} cannot be read ({error}): mend it.") from error
    for lesson in lessons:
        _verify(lesson, lessons, path)
    return lessons


@dataclass(frozen=True)
class Workbook:
    """A checkout and its list of lessons. `present` are those that have a source: only they are built and linked."""

    root: Path
    lessons: tuple[Lesson, ...]

    @classmethod
    def at(cls, root: Path) -> "Workbook":
        """The workbook in `root`, with the list that this package ships."""
        return cls(root, load())

    @cached_property
    def present(self) -> tuple[Lesson, ...]:
        return tuple(lesson for lesson in self.lessons if (self.root / lesson.source).is_file())

    def find(self, key: str) -> Lesson:
        """The lesson called `04`, `4`, `lab1`, `L1` or by its file's name. Raises AuthoringError if there is none."""
        wanted = Path(key).stem.lower()
        if wanted.isdigit():
            wanted = wanted.zfill(2)
        elif wanted[:1] == "l" and wanted[1:].isdigit():
            wanted = f"lab{wanted[1:]}"
        for lesson in self.lessons:
            if wanted in (lesson.key, f"{lesson.key}_{lesson.slug}"):
                return lesson
        raise AuthoringError(f"There is no lesson {key!r}: choose from {', '.join(each.key for each in self.lessons)}.")

    def choose(self, keys: Sequence[str]) -> tuple[Lesson, ...]:
        """The present lessons called `keys`, or all present ones. Raises AuthoringError for one without a source."""
        if not keys:
            return self.present
        chosen = tuple(self.find(key) for key in keys)
        for lesson in chosen:
            if lesson not in self.present:
                raise AuthoringError(f"{lesson.label} has no source yet: write {lesson.source}.")
        return chosen


def _verify(lesson: Lesson, lessons: Sequence[Lesson], path: Path) -> None:
    keys = [each.key for each in lessons]
    complaints = (
        (keys.count(lesson.key) > 1, "is listed twice: keep one"),
        (not 0 <= lesson.core <= lesson.minutes, f"has core = {lesson.core} of {lesson.minutes} minutes: mend one"),
        (bool(wrong := set(lesson.services) - {*_SERVICES}), f"names services {sorted(wrong)}: use {_SERVICES}"),
        (bool(wrong := set(lesson.stations) - {*STATIONS}), f"names stations {sorted(wrong)}: use {list(STATIONS)}"),
        (bool(wrong := set(lesson.after) - {*keys[: keys.index(lesson.key)]}), f"comes before {sorted(wrong)}"),
    )
    for wrong_so, complaint in complaints:
        if wrong_so:
            raise AuthoringError(f"{path.name}: {lesson.key} {complaint}.")
