"""Reading percent scripts: cells, their lines, their sections; and scripts that are none."""

from pathlib import Path

import pytest

from helpers.authoring import AuthoringError, source
from tests.authoring import tiny


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "01_count.py"
    path.write_text(text, encoding="utf-8")
    return path


def test_cells_know_their_kind_metadata_and_line(tmp_path: Path) -> None:
    cells = source.read(written(tmp_path, tiny.LESSON))
    assert [cell.kind for cell in cells[:4]] == ["markdown", "code", "markdown", "code"]
    assert cells[1].text == "total = 0"
    assert tiny.LESSON.splitlines()[cells[1].line - 1] == "# %%"
    assert cells[6].metadata["reason"] == "an address in memory"


def test_sections_have_marks_and_minutes(tmp_path: Path) -> None:
    parts = source.sections(source.read(written(tmp_path, tiny.LESSON)))
    assert [(part.title, part.mark, part.reading, part.hands_on) for part in parts] == [
        ("Count", "core", 3, 2),
        ("Count further", "extra", 2, 2),
        ("Recap", "core", 1, 0),
    ]


def test_magics_lose_their_comment(tmp_path: Path) -> None:
    [cell] = source.read(written(tmp_path, "# %%\n# %%ksql\nSELECT * FROM orders;\n"))
    assert cell.text == "%%ksql\nSELECT * FROM orders;"


def test_a_cell_mark_inside_a_string_costs_only_the_line_numbers(tmp_path: Path) -> None:
    cells = source.read(written(tmp_path, '# %%\ntext = """\n# %% not a cell\n"""\n'))
    assert all(cell.line == 0 for cell in cells) or len(cells) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import os\n", "starts with 'import os"),
        ("", "starts with ''"),
        ("# %% [markdown] tags=[\n", "Line 1 has the options tags=\\[: write"),
        ('# %% tags=["a"], x=1\n', "is not a percent"),
    ],
)
def test_a_file_that_is_no_percent_script_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(AuthoringError, match=said):
        source.read(written(tmp_path, text))


def test_a_missing_file_and_a_foreign_encoding_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AuthoringError, match="cannot be read"):
        source.read(tmp_path / "none.py")
    (tmp_path / "latin.py").write_bytes("# %%\n# Größe".encode("latin-1"))
    with pytest.raises(AuthoringError, match="UTF-8"):
        source.read(tmp_path / "latin.py")
