"""Tiny workbooks in a folder of the test's own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.authoring.lessons import Workbook
from tests.authoring import tiny

Make = Callable[..., Workbook]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Make a workbook of the given sources (path below sources/ without .py → text); more calls change it."""

    return lambda **sources: tiny.workbook(tmp_path / "workbook", sources)
