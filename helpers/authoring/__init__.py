"""The notebook factory: sources/ → notebooks/ and labs/, their rules, and the attendees' copies in work/."""

from helpers.authoring.compare import check
from helpers.authoring.errors import AuthoringError
from helpers.authoring.factory import build
from helpers.authoring.faults import Fault
from helpers.authoring.lessons import Lesson, Workbook
from helpers.authoring.linting import lint

__all__ = ["AuthoringError", "Fault", "Lesson", "Workbook", "build", "check", "lint"]
