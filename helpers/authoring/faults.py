"""A fault as a value: tools gather all of them and report once, so that one bad cell never hides the next."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong: where (a file, with line and cell where known), which rule, what and what to do.

    A warning is printed but does not fail the run: the rule leaves room for judgement.
    """

    where: str
    rule: str
    message: str
    warning: bool = False

    def __str__(self) -> str:
        kind = "warning" if self.warning else "fault"
        return f"{self.where}: {kind} {self.rule}: {self.message}"


def report(faults: Iterable[Fault], subject: str) -> int:
    """Print every fault and a closing line about `subject`; the exit status: 1 if one of them is not a warning."""
    faults = list(faults)
    for fault in faults:
        print(fault)
    serious = sum(not fault.warning for fault in faults)
    print(f"{subject}: {serious} faults, {len(faults) - serious} warnings.")
    return int(serious > 0)
