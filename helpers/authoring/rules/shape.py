"""Rules for the lesson as a whole: objectives and recap, marks and minutes, exercises, tags and their reasons."""

import re
from collections.abc import Iterator
from statistics import median

from helpers.authoring.faults import Fault
from helpers.authoring.rules.page import Page, Rule
from helpers.authoring.stored import IGNORED

OBJECTIVES = "You will be able to"
RECAP = "Recap"
MINUTES_PER_EXERCISE = 10
_TAGS = {"core", "extra", "raises-exception", *IGNORED}
_METADATA = {"tags", "reason", "jupyter"}
_CHECK = re.compile(r"\bcheck\(")
_ENSURE = re.compile(r"\bensure\(([^)]*)\)")


def objectives(page: Page) -> Iterator[Fault]:
    """Three to five things the reader will be able to do, and a recap that mirrors them."""
    promised = page.prose[0].bullets.get(OBJECTIVES, 0) if 0 in page.prose else 0
    if not 3 <= promised <= 5:
        yield page.fault("objectives", f"**{OBJECTIVES}** is followed by {promised} bullets: give 3 to 5.", 0)
    if not page.sections or page.sections[-1].title != RECAP:
        yield page.fault("recap", f"The last section is not '## {RECAP}': end with one.")
        return
    index = max(i for i, prose in page.prose.items() if any(text.startswith(RECAP) for _, text in prose.headings))
    kept = sum(page.prose[index].bullets.values())
    if kept != promised:
        yield page.fault("recap", f"{promised} objectives and {kept} bullets in the recap: mirror them.", index)


def minutes(page: Page) -> Iterator[Fault]:
    """Sections are marked and timed, and their minutes are those of the list of lessons."""
    for part in page.sections:
        if not part.mark or not part.minutes:
            message = f"{part.title!r} needs one of core and extra, and reading= and hands_on= minutes."
            yield Fault(f"{page.lesson.source}:{part.line}", "section_marks", message)
    whole = sum(part.minutes for part in page.sections)
    core = sum(part.minutes for part in page.sections if part.mark == "core")
    if (whole, core) != (page.lesson.minutes, page.lesson.core):
        listed = f"{page.lesson.minutes} and {page.lesson.core}"
        yield page.fault(
            "minutes", f"Sections add up to {whole} minutes, core {core}; the list says {listed}: mend one."
        )
    hands_on = sum(part.hands_on for part in page.sections)
    if whole and not 40 <= round(100 * hands_on / whole) <= 50:
        share = round(100 * hands_on / whole)
        yield page.fault("hands_on", f"{share} % of the minutes are hands-on: aim for 40 to 50 %.", warning=True)


def exercises(page: Page) -> Iterator[Fault]:
    """At least one checked exercise every ten minutes."""
    found = sum(len(_CHECK.findall(cell.text)) for _, cell in page.code)
    needed = page.lesson.minutes // MINUTES_PER_EXERCISE
    if found < needed:
        yield page.fault(
            "exercises", f"{found} exercises end in check() in {page.lesson.minutes} minutes: have {needed}."
        )


def services(page: Page) -> Iterator[Fault]:
    """What a lesson starts is announced in its first cell."""
    used = {name for _, cell in page.code for call in _ENSURE.findall(cell.text) for name in re.findall(r"\w+", call)}
    listed = {*page.lesson.services}
    if surprising := used - listed:
        yield page.fault("services", f"{sorted(surprising)} are started but not listed in lessons.toml: list them.")
    if idle := listed - used:
        yield page.fault("services", f"{sorted(idle)} are listed but no ensure() names them.", warning=True)


def metadata(page: Page) -> Iterator[Fault]:
    """No metadata and no tag that nothing reads."""
    for index, cell in enumerate(page.cells):
        if stray := {*cell.metadata} - _METADATA:
            yield page.fault("stray_metadata", f"{sorted(stray)} mean nothing here: remove them.", index)
        if unknown := {*cell.tags} - _TAGS:
            yield page.fault("unknown_tag", f"Tags {sorted(unknown)} mean nothing here: use {sorted(_TAGS)}.", index)


def reasons(page: Page) -> Iterator[Fault]:
    """What is not compared says why."""
    for index, cell in enumerate(page.cells):
        if {*cell.tags} & {*IGNORED} and not str(cell.metadata.get("reason", "")).strip():
            yield page.fault("no_reason", 'An uncompared cell gives no reason: add reason="…".', index)


def size(page: Page) -> Iterator[Fault]:
    """A lesson's measure: cells, lines a cell, words a line. Warnings, because the text decides."""
    lines = [len(cell.text.splitlines()) for _, cell in page.code]
    words = sum(prose.words for prose in page.prose.values())
    measures = (
        ("cells", len(page.cells), 25, 45),
        ("lines in the median code cell", median(lines) if lines else 0, 2, 4),
        ("words of prose per line of code", round(words / max(1, sum(lines)), 1), 12, 25),
    )
    for what, value, least, most in measures:
        if not least <= value <= most:
            yield page.fault("measure", f"{value:g} {what}, aim for {least} to {most}.", warning=True)


RULES: tuple[Rule, ...] = (objectives, minutes, exercises, services, metadata, reasons, size)
