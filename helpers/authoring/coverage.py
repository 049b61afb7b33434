"""How much of the notebooks nbval really compares, and the floor below which that share may not fall.

nbval is silent about what it does not look at: a stripped cell, a picture, a tag. So every code cell is counted as
compared, executed only (prints nothing, or pictures alone), ignored or skipped, and the share of the first is kept.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.authoring import stored
from helpers.authoring.errors import AuthoringError
from helpers.authoring.faults import Fault
from helpers.authoring.lessons import Workbook

FLOOR = Path("tests/notebooks/coverage.toml")
_PICTURES = ("image/png", "image/jpeg")
_UNCOMPARED = (*_PICTURES, "application/vnd.jupyter.widget-view+json")


@dataclass(frozen=True)
class Coverage:
    """The code cells of one notebook by what nbval does with them; `reasons` are those of ignored and skipped cells."""

    path: str
    compared: int
    executed_only: int
    ignored: int
    skipped: int
    reasons: tuple[tuple[int, str, str], ...] = ()

    @property
    def cells(self) -> int:
        return self.compared + self.executed_only + self.ignored + self.skipped

    @property
    def percent(self) -> int:
        """The compared share in whole percent, rounded down."""
        return 100 * self.compared // self.cells if self.cells else 100


def classify(cell: Any) -> str:
    """What nbval does with a stored code cell: `compared`, `executed_only`, `ignored` or `skipped`."""
    tags = cell.metadata.get("tags", [])
    if "nbval-skip" in tags:
        return "skipped"
    if "nbval-ignore-output" in tags:
        return "ignored"
    seen = cell.execution_count is not None and any(_compared(output) for output in cell.outputs)
    return "compared" if seen else "executed_only"


def cover(path: str, notebook: Any) -> Coverage:
    """Count the code cells of one notebook."""
    kinds = [(number, cell, classify(cell)) for number, cell in stored.code_cells(notebook)]
    count = {
        kind: sum(each == kind for _, _, each in kinds) for kind in ("compared", "executed_only", "ignored", "skipped")
    }
    reasons = tuple(
        (number, kind, str(cell.metadata.get("reason", "no reason given")))
        for number, cell, kind in kinds
        if kind in ("ignored", "skipped")
    )
    return Coverage(path, **count, reasons=reasons)


def measure(workbook: Workbook) -> tuple[Coverage, ...]:
    """The coverage of every executed notebook that exists; a missing one is for `check` to name."""
    paths = [lesson.executed for lesson in workbook.present if (workbook.root / lesson.executed).is_file()]
    return tuple(cover(str(path), stored.read(workbook.root / path)) for path in paths)


def table(coverages: Sequence[Coverage]) -> str:
    """The report as people read it: a row a notebook, the sum, and each ignored cell with its reason."""
    everything = Coverage(
        "all",
        sum(each.compared for each in coverages),
        sum(each.executed_only for each in coverages),
        sum(each.ignored for each in coverages),
        sum(each.skipped for each in coverages),
    )
    lines = [f"{'notebook':<46}{'cells':>6}{'compared':>10}{'only run':>10}{'ignored':>9}{'skipped':>9}"]
    for each in (*coverages, everything):
        share = f"{each.compared} {each.percent:>3}%"
        lines.append(
            f"{each.path:<46}{each.cells:>6}{share:>10}{each.executed_only:>10}{each.ignored:>9}{each.skipped:>9}"
        )
    for each in coverages:
        lines += [f"{each.path} cell {number}: {kind}, {reason}" for number, kind, reason in each.reasons]
    return "\n".join(lines)


def read_floor(path: Path) -> dict[str, int]:
    """The recorded share of each notebook in percent. Raises AuthoringError if the file is damaged."""
    if not path.is_file():
        return {}
    try:
        floor = tomllib.loads(path.read_text(encoding="utf-8"))["compared"]
        return {name: int(share) for name, share in floor.items()}
    except (tomllib.TOMLDecodeError, KeyError, ValueError, AttributeError) as error:
        raise AuthoringError(f"{path.name} cannot be read ({error}): write it anew with report --accept.") from error


def write_floor(path: Path, coverages: Iterable[Coverage]) -> None:
    """Record the shares of now as the new floor."""
    rows = "".join(f'"{each.path}" = {each.percent}\n' for each in coverages)
    head = "# The share of code cells whose output nbval compares, in percent: may rise, may not fall.\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"{head}# Written by `python -m helpers.authoring report --accept`.\n[compared]\n{rows}", encoding="utf-8"
    )


def below(coverages: Iterable[Coverage], floor: dict[str, int]) -> list[Fault]:
    """Notebooks whose compared share fell, or that have no floor yet."""
    faults = []
    for each in coverages:
        if each.path not in floor:
            faults.append(
                Fault(each.path, "no_floor", f"{each.percent} % compared, no floor yet: run report --accept.")
            )
        elif each.percent < floor[each.path]:
            faults.append(
                Fault(each.path, "fell", f"{each.percent} % compared, it was {floor[each.path]} %: compare more cells.")
            )
    return faults


def _compared(output: Any) -> bool:
    """Does nbval compare anything of this output that would change with what it shows?"""
    if output.output_type == "stream":
        return True
    if output.output_type == "error":
        return True
    kinds = {*output.get("data", {})}
    # beside a picture the plain text is only "<Figure size 640x480 with 1 Axes>"
    return bool(kinds) and not kinds & {*_UNCOMPARED}
