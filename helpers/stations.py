"""Any notebook opens first: what earlier lessons would have left behind, made in seconds (`lab goto 11`)."""

from collections.abc import Callable

from helpers import services
from helpers.authoring.lessons import Workbook, load
from helpers.authoring.work import copy_of
from helpers.config import ROOT
from helpers.errors import LabError
from helpers.scoring import registry


def _model() -> str:
    """Lesson 04 leaves a model in the registry; the workbook's own stands in for it."""
    there = {record.name for record in services.running()} >= {"kafka", "redis"}
    find = services.ensure if there else services.up  # what a command starts must outlive the command
    find("kafka", "redis")
    until = "" if there else ", Kafka and Redis run until `lab down`"
    return f"Model {registry.ensure_shipped()[:12]} is in the registry{until}"


NEEDS: dict[str, tuple[Callable[[], str], ...]] = {"00": (_model,), "11": (_model,)}
"""By lesson: what must be there. Lessons that make all they need themselves are not listed."""


def prepare(lesson: str) -> str:
    """Make what the lesson expects, keep what is there; a sentence on what was done. Raises LabError."""
    known = [each.key for each in load()]
    if lesson not in known:
        raise LabError(f"There is no lesson {lesson!r}: choose from {', '.join(known)}.")
    notebook = copy_of(Workbook.at(ROOT), lesson).relative_to(ROOT)
    done = [step() for step in NEEDS.get(lesson, ())]
    return f"{'; '.join(done) or 'It makes all it needs itself'}: open {notebook.as_posix()}."
