"""Counts the answers in pytest's own reports."""

from collections import Counter
from collections.abc import Iterable
from typing import Any


def line(reports: Iterable[Any]) -> str:
    """`N of N wrong answers caught, M of M right answers accepted`; "" if no answer was met.

    reports: what pytest keeps of a run. An answer whose service is missing counts as met and not as caught.
    """
    met: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    for report in reports:
        kind = dict(getattr(report, "user_properties", ())).get("answer")
        if kind and report.when == "call":  # the other phases repeat the properties
            met[kind] += 1
            passed[kind] += report.outcome == "passed"
    if not met:
        return ""
    return (
        f"{passed['wrong']} of {met['wrong']} wrong answers caught, "
        f"{passed['right']} of {met['right']} right answers accepted"
    )
