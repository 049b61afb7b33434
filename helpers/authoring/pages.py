"""`python -m helpers.authoring.pages`: write what README.md and docs/agenda.md say of the lessons.

`make notebooks` does it too; run it after a change of `lessons.toml`. A test compares.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import PurePosixPath

from helpers.authoring import agenda
from helpers.authoring.errors import AuthoringError
from helpers.authoring.lessons import Lesson, Workbook
from helpers.config import settings

README = PurePosixPath("README.md")
AGENDA = PurePosixPath("docs/agenda.md")
BEGIN, END = "<!-- lessons: python -m helpers.authoring.pages -->", "<!-- /lessons -->"
HEAD = """\
# Agendas

Made from `helpers/authoring/lessons.toml` by `python -m helpers.authoring.pages`: change the minutes there, what sits
together in `helpers/authoring/agenda.py`. Nobody sits longer than {longest} minutes; breaks take {pause}, lunch
{lunch}. What *core* and *extra* mean, and what to drop when time runs out: [instructor.md](instructor.md).

"""


def pages(workbook: Workbook) -> dict[PurePosixPath, str]:
    """Each page as it should read, by its path in the checkout. Raises AuthoringError."""
    readme = (workbook.root / README).read_text(encoding="utf-8")
    if readme.count(BEGIN) != 1 or readme.count(END) != 1:
        raise AuthoringError(f"{README} needs the lines {BEGIN!r} and {END!r} once each: put them back.")
    block = "\n".join((BEGIN, *_table(workbook), END))
    head = HEAD.format(longest=agenda.LONGEST, pause=agenda.BREAK, lunch=agenda.LUNCH)
    return {
        README: re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: block, readme, flags=re.DOTALL),
        AGENDA: (head + agenda.page(workbook.lessons)).rstrip() + "\n",
    }


def write(workbook: Workbook) -> None:
    """Bring the pages up to date. Raises AuthoringError."""
    for path, text in pages(workbook).items():
        (workbook.root / path).write_text(text, encoding="utf-8", newline="\n")


def _table(workbook: Workbook) -> Iterator[str]:
    """The lessons and labs in order, by the keys that `lab goto` takes; those that are built are links."""
    yield "| | | minutes | core |\n|---|---|--:|--:|"
    for lesson in workbook.lessons:
        yield f"| {lesson.key} | {_title(lesson, workbook)} | {lesson.minutes} | {lesson.core or '–'} |"
    minutes, core = (sum(getattr(each, name) for each in workbook.lessons) for name in ("minutes", "core"))
    yield f"| | all | {minutes} | {core} |"


def _title(lesson: Lesson, workbook: Workbook) -> str:
    if not (workbook.root / lesson.notebook).is_file():
        return f"{lesson.title} *(to come)*"
    solution = f" · [solution]({lesson.executed})" if lesson.is_lab else ""
    return f"[{lesson.title}]({lesson.notebook}){solution}"


def main() -> int:
    """Write the pages; 0, or 1 when they cannot be made."""
    try:
        write(Workbook.at(settings().root))
    except AuthoringError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
