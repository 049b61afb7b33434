"""Rules for markdown cells: one title, ordered headings, pictures in words, links that lead somewhere."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from helpers.authoring.faults import Fault
from helpers.authoring.markdown import anchors
from helpers.authoring.rules.page import Page, Rule

# what plain JupyterLab shows as raw text
_FOREIGN = re.compile(r"^(?::{3,}|`{3,}\{|> ?\[!\w+\]|\{\w+\}`)", re.MULTILINE)
_REMOTE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)


def one_title(page: Page) -> Iterator[Fault]:
    """Exactly one H1, at the very start."""
    titles = [index for index, prose in page.prose.items() for level, _ in prose.headings if level == 1]
    if not page.cells or not page.cells[0].text.startswith("# "):
        yield page.fault("title", "The first cell does not start with the title.", 0 if page.cells else None)
    for index in titles[1:]:
        yield page.fault("title", "There is a second H1, the factory writes the only one: use ##.", index)


def heading_order(page: Page) -> Iterator[Fault]:
    """No level is skipped, for readers who move by headings; a ## starts its cell, for the marks."""
    before = 0
    for index, prose in page.prose.items():
        for place, (level, text) in enumerate(prose.headings):
            if level > before + 1:
                yield page.fault("heading_order", f"{text!r} is H{level} after H{before}: skip no level.", index)
            if level == 2 and (place or not page.cells[index].text.startswith("## ")):
                yield page.fault("heading_inside", f"{text!r} stands inside a cell: start a cell with it.", index)
            before = level


def alt_text(page: Page) -> Iterator[Fault]:
    """Every picture says in words what it shows."""
    for index, prose in page.prose.items():
        for alt, target in prose.images:
            if not alt.strip() or alt.strip() == PurePosixPath(target).name:
                yield page.fault(
                    "missing_alt_text", f"The picture {target} has alt text {alt!r}: say what it shows.", index
                )


def links(page: Page) -> Iterator[Fault]:
    """Relative links and pictures resolve to what an attendee has; pictures never come from the network."""
    for index, prose in page.prose.items():
        for _, target in prose.images:
            if _REMOTE.match(target):
                yield page.fault("remote_image", f"{target[:60]} needs a network: keep it in sources/images.", index)
            elif not _reaches(page, target):
                yield page.fault("wrong_link", f"There is no picture {target}: put it into sources/images.", index)
        for target in prose.links:
            if not _REMOTE.match(target) and not _reaches(page, target):
                yield page.fault("wrong_link", f"{target} leads nowhere from {page.path.parent}/: mend it.", index)


def plain_syntax(page: Page) -> Iterator[Fault]:
    """Directives and GitHub's alerts need extensions; plain JupyterLab shows their marks as text."""
    for index in page.prose:
        if match := _FOREIGN.search(page.cells[index].text):
            yield page.fault(
                "needs_extension", f"{match[0]!r} needs an extension: use <details> or an alert box.", index
            )


RULES: tuple[Rule, ...] = (one_title, heading_order, alt_text, links, plain_syntax)


def _reaches(page: Page, target: str) -> bool:
    path, _, fragment = target.partition("#")
    if not path:
        return fragment in {anchor for prose in page.prose.values() for anchor in anchors(prose)}
    return PurePosixPath(posixpath.normpath(page.path.parent / path)) in page.reachable
