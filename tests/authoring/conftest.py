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

    def make(**sources: str) -> Workbook:
        root = tmp_path / "workbook"
        for name, text in sources.items():
            path = root / "sources" / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        images = root / "sources" / "images"
        images.mkdir(parents=True, exist_ok=True)
        (images / "dots.svg").write_text(tiny.DOTS, encoding="utf-8")
        return Workbook(root, tiny.LESSONS)

    return make
