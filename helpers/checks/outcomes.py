"""Outcomes are exceptions: a check that returns means "right".

Outcome
├── NotAttempted   the hole is still there
├── Raised         the attendee's code raised, or did not end
├── Wrong          with the name of the misconception
└── CannotCheck    a service is down, an earlier cell was not run: with what to do
"""

from helpers.errors import LabError


class Outcome(LabError):
    """The root of what a check can end in, other than "right"."""


class NotAttempted(Outcome):
    """The answer is still the placeholder `...`, or holds it."""


class Raised(Outcome):
    """The attendee's code raised; the exception is the cause. call: how it was called, for the message."""

    def __init__(self, call: str = "") -> None:
        super().__init__(call)
        self.call = call


class Wrong(Outcome):
    """The answer shows a misconception, by its name; values fill the {fields} of its text."""

    def __init__(self, misconception: str, **values: object) -> None:
        super().__init__(misconception)
        self.misconception = misconception
        self.values = values


class CannotCheck(Outcome):
    """The answer may well be right: its text says what is missing and what to do."""


def expect(condition: object, misconception: str, **values: object) -> None:
    """Go on if the condition holds, else end the check: the attendee reads the misconception's text.

    values fill the {fields} of that text. Raises Wrong.
    """
    if not condition:
        raise Wrong(misconception, **values)


def need(condition: object, remedy: str) -> None:
    """Go on if what the check itself needs is there, else end it with what to do. Raises CannotCheck."""
    if not condition:
        raise CannotCheck(remedy)
