"""`lab doctor`."""

import argparse
import json
from dataclasses import asdict

from helpers.services.doctor.rounds import examine


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options of `lab doctor`."""
    parser.add_argument("--json", action="store_true", help="for programs")


def run(options: argparse.Namespace) -> int:
    """Print the findings; 0 when nothing needs mending, else 1."""
    report = examine()
    if options.json:
        print(json.dumps([asdict(finding) for finding in report.findings], indent=2, ensure_ascii=False))
    else:
        print(report)
    return 1 if report.faults else 0
