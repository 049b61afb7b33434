"""One finding, and the report they make: as a table in a notebook, as lines in a terminal, as JSON for programs."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from helpers.config import ROOT


class Grade(StrEnum):
    """How a finding is to be taken."""

    GOOD = "ok"
    NOTE = "note"  # works, but the reader should know
    FAULT = "fault"


MARKS = {Grade.GOOD: "✓", Grade.NOTE: "•", Grade.FAULT: "✗"}


@dataclass(frozen=True)
class Finding:
    """What was looked at, what was found in one sentence, and what to do about it, if anything."""

    subject: str
    grade: Grade
    found: str
    remedy: str = ""

    def __str__(self) -> str:
        """One line."""
        arrow = f" → {self.remedy}" if self.remedy else ""
        return f"{MARKS[self.grade]} {self.subject:11} {self.found}{arrow}"


def shown(path: Path) -> str:
    """A path as a reader knows it: inside the checkout, from there."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def good(subject: str, found: str) -> Finding:
    """Nothing to do."""
    return Finding(subject, Grade.GOOD, found)


def note(subject: str, found: str, remedy: str = "") -> Finding:
    """It works, and the reader should know."""
    return Finding(subject, Grade.NOTE, found, remedy)


def fault(subject: str, found: str, remedy: str) -> Finding:
    """Something will not work; the remedy is what to type or to do."""
    return Finding(subject, Grade.FAULT, found, remedy)


@dataclass(frozen=True)
class Report:
    """All findings, in the order in which a person would mend them."""

    findings: tuple[Finding, ...]

    @property
    def faults(self) -> tuple[Finding, ...]:
        """Those that something must be done about."""
        return tuple(finding for finding in self.findings if finding.grade is Grade.FAULT)

    @property
    def verdict(self) -> str:
        """One sentence for the reader."""
        count = len(self.faults)
        if count == 0:
            return "This machine is ready."
        return f"{count} {'thing needs' if count == 1 else 'things need'} mending: what to do stands behind each ✗."

    def __str__(self) -> str:
        return "\n".join([*map(str, self.findings), self.verdict])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """The verdict, then what the reader should know; what is as it should be is folded."""
        well = [each for each in self.findings if each.grade is Grade.GOOD]
        others = [each for each in self.findings if each.grade is not Grade.GOOD]
        shown = f"<p><b>{html.escape(self.verdict)}</b></p>{_table(others)}"
        if well:
            shown += f"<details><summary>✓ {len(well)} checks passed</summary>{_table(well)}</details>"
        return shown


def _table(findings: Sequence[Finding]) -> str:
    if not findings:
        return ""
    rows = [(f"{MARKS[each.grade]} {each.grade}", each.subject, each.found, each.remedy) for each in findings]
    heads = _row("th", ("", "looked at", "found", "what to do"))
    return f"<table>{heads}{''.join(_row('td', row) for row in rows)}</table>"


def _row(tag: str, cells: Sequence[str]) -> str:
    inside = "".join(f"<{tag} style='text-align:left'>{html.escape(cell)}</{tag}>" for cell in cells)
    return f"<tr>{inside}</tr>"
