"""The line that CI prints: how many answers of attendees were taken as they should be."""

import pytest

from .counting import line


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for found in terminalreporter.stats.values() for report in found]
    if sentence := line(reports):
        terminalreporter.write_line(sentence)
