"""Tiny material: a list of three lessons and a lab, sources of a few cells, and cells that are stored."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

from helpers.authoring.lessons import Lesson, Workbook

LESSONS = (
    Lesson("00", "begin", "Begin here", 10, 10, (), (), ("data",)),
    Lesson("01", "count", "Count things", 10, 6, (), ("00",), ("network", "registry")),
    Lesson("02", "stop", "Stop in time", 10, 0, ("kafka",), ("01",), ("topics",)),
    Lesson("lab1", "practise", "Practise", 10, 10, (), ("01",), ("answers",)),
)

LESSON = """\
# %% [markdown]
# After the beginning we count.
#
# **You will be able to**
#
# - count to three,
# - say why,
# - stop.

# %%
total = 0

# %% [markdown] tags=["core"] reading=3 hands_on=2
# ## Count
#
# Which number comes next? See ![three dots](images/dots.svg) and [the beginning](00_begin.ipynb).

# %%
total += 1
print(total)

# %%
check("next_number", ...)

# %% [markdown] tags=["extra"] reading=2 hands_on=2
# ## Count further

# %% tags=["nbval-ignore-output"] reason="an address in memory"
object()

# %% [markdown] tags=["core"] reading=1 hands_on=0
# ## Recap
#
# - One, two, three.
# - Because.
# - Now.
"""

LAB = """\
# %% [markdown]
# Practise what lesson 01 showed: [lesson 01](../notebooks/01_count.ipynb).
#
# **You will be able to**
#
# - add,
# - double,
# - explain.

# %%
start = 20

# %% [markdown] tags=["core"] reading=3 hands_on=4
# ## Add

# %% [markdown] tags=["note"]
# Let them guess first.

# %%
step = 2  # hole: step = ...
check("step", step)

# %%
def double(number):
    # <solution>
    # hole: twice = ...  # of number
    # hole: return ...
    twice = 2 * number
    return twice
    # </solution>

double(start + step)

# %% tags=["solution"]
print("all of it")

# %% [markdown] tags=["solution"]
# A model answer.

# %% [markdown] tags=["core"] reading=2 hands_on=1
# ## Recap
#
# - Adding.
# - Doubling.
# - Explaining.
"""

DOTS = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="3"><title>three dots</title></svg>\n'
_RUNS = LESSON.replace("check(", "(lambda *answer: 'check')(")
SOURCES = {
    "notebooks/00_begin": _RUNS.replace('tags=["extra"] reading=2', 'tags=["core"] reading=2'),
    "notebooks/01_count": _RUNS,
    "labs/lab1_practise": LAB.replace("check(", "print("),
}


def workbook(root: Path, sources: Mapping[str, str] = SOURCES) -> Workbook:
    """A workbook in `root` of the given sources: path below sources/ without .py → text."""
    for name, text in sources.items():
        path = root / "sources" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (root / "sources" / "images").mkdir(parents=True, exist_ok=True)
    (root / "sources" / "images" / "dots.svg").write_text(DOTS, encoding="utf-8")
    return Workbook(root, LESSONS)


def notebook(*cells: Any) -> Any:
    """A notebook of the given nbformat cells."""
    return nbformat.v4.new_notebook(cells=list(cells))


def printed(source: str, count: int | None, text: str | None = None, **metadata: Any) -> Any:
    """A code cell with a count and, if given, what it printed."""
    outputs = [nbformat.v4.new_output("stream", name="stdout", text=text)] if text else []
    return nbformat.v4.new_code_cell(source, execution_count=count, outputs=outputs, metadata=metadata)
