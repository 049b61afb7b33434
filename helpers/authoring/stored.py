"""What lies in notebooks/ and labs/: reading a built notebook, and whether its outputs can be trusted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from helpers.authoring.errors import AuthoringError
from helpers.authoring.faults import Fault

MEGABYTES = 3
IGNORED = ("nbval-ignore-output", "nbval-skip")


def read(path: Path) -> Any:
    """A stored notebook. Raises AuthoringError if it is missing or damaged."""
    try:
        return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except FileNotFoundError as error:
        raise AuthoringError(f"{path.name} is not built: run python -m helpers.authoring build.") from error
    except Exception as error:  # nbformat raises its own, json's and more for a damaged file
        raise AuthoringError(f"{path.name} is not a notebook ({type(error).__name__}): build it again.") from error


def code_cells(notebook: Any) -> list[tuple[int, Any]]:
    """The code cells with their number as people count all cells, from 1."""
    return [(number, cell) for number, cell in enumerate(notebook.cells, 1) if cell.cell_type == "code"]


def executed_faults(where: str, notebook: Any) -> list[Fault]:
    """Why outputs are not to be trusted that should come from one run, in order, in a fresh kernel."""
    cells = code_cells(notebook)
    counts = [cell.execution_count for _, cell in cells]
    outputs = any(cell.outputs for _, cell in cells)
    if cells and not any(counts):
        rule, what = ("stripped", "has outputs but no counts") if outputs else ("never_executed", "was never executed")
        return [Fault(where, rule, f"The notebook {what}, so nothing would be compared: build it.")]
    faults = list(_output_faults(where, cells))
    if cells and not outputs:
        faults.append(Fault(where, "stripped", "Every output was removed, so nothing would be compared: build it."))
    if counts != list(range(1, len(counts) + 1)):
        faults.append(
            Fault(
                where, "out_of_order", f"The counts are {counts}, not 1 to {len(counts)} from a fresh kernel: build it."
            )
        )
    return faults


def unexecuted_faults(where: str, notebook: Any) -> list[Fault]:
    """Outputs and counts in a notebook that attendees get with its holes."""
    return [
        Fault(f"{where} cell {number}", "outputs_left", "An attendee's notebook holds outputs or counts: build it.")
        for number, cell in code_cells(notebook)
        if cell.outputs or cell.execution_count
    ]


def size_faults(where: str, path: Path) -> list[Fault]:
    """A file too large to review and to clone on a workshop's network."""
    size = path.stat().st_size / 1e6
    if size <= MEGABYTES:
        return []
    return [Fault(where, "too_large", f"The notebook has {size:.1f} MB, more than {MEGABYTES}: draw smaller figures.")]


def _output_faults(where: str, cells: list[tuple[int, Any]]) -> Iterator[Fault]:
    for number, cell in cells:
        tags = cell.metadata.get("tags", [])
        for output in cell.outputs:
            place = f"{where} cell {number}"
            if output.output_type == "error" and "raises-exception" not in tags:
                yield Fault(place, "raised", f"The cell stored {output.ename}: {output.evalue}; mend it or tag it.")
            if output.get("name") == "stderr" and not {*tags} & {*IGNORED}:
                line = output.text.strip().partition("\n")[0]
                yield Fault(place, "stderr", f"The reader sees a warning, {line!r}: silence it at its source.")
