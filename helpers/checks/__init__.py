"""Exercises: what attendees call (`exercises`) and what authors declare them with (`docs/exercises.md`)."""

from helpers.checks.arrays import array, same
from helpers.checks.declaring import Exercise
from helpers.checks.lessons import exercises
from helpers.checks.models import model
from helpers.checks.outcomes import expect, need
from helpers.checks.stores import parsed, records, stored
from helpers.checks.values import function, items, number, text

__all__ = [
    "Exercise",
    "array",
    "exercises",
    "expect",
    "function",
    "items",
    "model",
    "need",
    "number",
    "parsed",
    "records",
    "same",
    "stored",
    "text",
]
