"""What counts as compared, and the floor that may rise but not fall."""

from pathlib import Path
from typing import Any

import nbformat
import pytest

from helpers.authoring import AuthoringError, coverage
from tests.authoring import tiny

new_output = nbformat.v4.new_output


def shown(*outputs: Any, count: int | None = 1, **metadata: Any) -> Any:
    cell = tiny.printed("show()", count, **metadata)
    cell.outputs = list(outputs)
    return cell


def data(**kinds: str) -> Any:
    return new_output("display_data", {kind.replace("_", "/"): text for kind, text in kinds.items()})


PICTURE = data(image_png="iVBORw0KGgo=", text_plain="<Figure size 640x480 with 1 Axes>")
PRINT = new_output("stream", name="stdout", text="three bars\n")
VALUE = new_output("execute_result", {"text/plain": "3"}, execution_count=1)


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("compared", shown(PRINT)),
        ("compared", shown(VALUE)),
        ("compared", shown(data(text_html="<b>3</b>", text_plain="3"))),
        ("compared", shown(PICTURE, PRINT)),
        ("executed_only", shown()),
        ("executed_only", shown(PICTURE)),
        ("executed_only", shown(data(image_jpeg="x"))),
        ("executed_only", shown(PRINT, count=None)),
        ("ignored", shown(PRINT, tags=["nbval-ignore-output"])),
        ("skipped", shown(PRINT, tags=["nbval-skip"])),
    ],
)
def test_a_cell_is_counted_as_what_nbval_does_with_it(kind: str, cell: Any) -> None:
    assert coverage.classify(cell) == kind


BOOK = tiny.notebook(
    shown(PRINT),
    shown(PICTURE),
    nbformat.v4.new_markdown_cell("text"),
    shown(PRINT, tags=["nbval-ignore-output"], reason="it varies"),
    shown(tags=["nbval-skip"]),
)


def test_a_notebook_is_summed_up_with_reasons() -> None:
    found = coverage.cover("notebooks/x.ipynb", BOOK)
    assert (found.compared, found.executed_only, found.ignored, found.skipped) == (1, 1, 1, 1)
    assert found.percent == 25
    assert found.reasons == ((4, "ignored", "it varies"), (5, "skipped", "no reason given"))
    table = coverage.table([found])
    assert "notebooks/x.ipynb cell 4: ignored, it varies" in table
    assert table.splitlines()[2].split() == ["all", "4", "1", "25%", "1", "1", "1"]


def test_the_floor_may_rise_but_not_fall(tmp_path: Path) -> None:
    now = coverage.cover("notebooks/x.ipynb", BOOK)
    coverage.write_floor(tmp_path / "floor.toml", [now])
    floor = coverage.read_floor(tmp_path / "floor.toml")
    assert floor == {"notebooks/x.ipynb": 25}
    better = coverage.cover("notebooks/x.ipynb", tiny.notebook(shown(PRINT), shown(PICTURE)))
    worse = coverage.cover("notebooks/x.ipynb", tiny.notebook(*BOOK.cells, shown(PICTURE)))
    assert coverage.below([now], floor) == coverage.below([better], floor) == []
    assert [fault.rule for fault in coverage.below([worse], floor)] == ["fell"]


def test_a_stripped_notebook_falls_below_its_floor() -> None:
    stripped = coverage.cover("notebooks/x.ipynb", tiny.notebook(shown(), shown()))
    assert [fault.rule for fault in coverage.below([stripped], {"notebooks/x.ipynb": 25})] == ["fell"]


def test_a_new_notebook_needs_a_floor() -> None:
    assert [fault.rule for fault in coverage.below([coverage.cover("x", BOOK)], {})] == ["no_floor"]


@pytest.mark.parametrize("text", ["[compared", "x = 1", '[compared]\n"x" = "much"', "compared = 3"])
def test_a_damaged_floor_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "floor.toml").write_text(text)
    with pytest.raises(AuthoringError, match=r"floor\.toml cannot be read"):
        coverage.read_floor(tmp_path / "floor.toml")
