"""`python -m helpers.authoring build|check|lint|report`: the notebook factory on the command line."""

import argparse
import sys
from collections.abc import Sequence

from helpers.authoring import coverage, pages
from helpers.authoring.compare import check
from helpers.authoring.errors import AuthoringError
from helpers.authoring.factory import build
from helpers.authoring.faults import report
from helpers.authoring.lessons import Workbook
from helpers.authoring.linting import lint
from helpers.config import settings


def main(arguments: Sequence[str] | None = None, workbook: Workbook | None = None) -> int:
    """Run one command; the exit status: 0 all well, 1 faults, 2 wrong use."""
    given = _parser().parse_args(arguments)
    workbook = Workbook.at(settings().root) if workbook is None else workbook
    try:
        if given.command == "build":
            faults = build(workbook, given.lessons, prose_only=given.prose)
            if (workbook.root / pages.README).is_file():
                pages.write(workbook)
            return report(faults, "build")
        if given.command == "check":
            return report(check(workbook, given.lessons), "check")
        if given.command == "lint":
            return report(lint(workbook, given.lessons), "lint")
        return _report(workbook, accept=given.accept)
    except AuthoringError as error:
        print(error, file=sys.stderr)
        return 2


def _report(workbook: Workbook, *, accept: bool) -> int:
    measured = coverage.measure(workbook)
    floor = workbook.root / coverage.FLOOR
    print(coverage.table(measured))
    if accept:
        coverage.write_floor(floor, measured)
        print(f"The floor is written to {coverage.FLOOR}.")
        return 0
    return report(coverage.below(measured, coverage.read_floor(floor)), "report")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m helpers.authoring", description="Build and check the notebooks.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, does in (
        ("build", "execute sources and write notebooks"),
        ("check", "compare sources and built notebooks"),
        ("lint", "apply the house rules to the sources"),
    ):
        command = commands.add_parser(name, help=does)
        command.add_argument("lessons", nargs="*", metavar="NN", help="04, lab1, …; none: all of them")
        if name == "build":
            command.add_argument("--prose", action="store_true", help="execute nothing, keep outputs")
    ratchet = commands.add_parser("report", help="how many cells are compared, executed only, ignored")
    ratchet.add_argument("--accept", action="store_true", help="make today's shares the new floor")
    return parser


if __name__ == "__main__":
    sys.exit(main())
