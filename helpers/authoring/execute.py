"""Runs a notebook in a fresh kernel of this very Python and brings its outputs home."""

import asyncio
import copy
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets import default

from helpers.authoring.errors import AuthoringError

CELL_SECONDS = 120


class _ThisPython(AsyncKernelManager):
    """Looks for kernels nowhere, so that `python3` is the interpreter we run in and not one installed by the user."""

    @default("kernel_spec_manager")
    def _no_installed_kernels(self) -> KernelSpecManager:
        return KernelSpecManager(kernel_dirs=[])


def execute(notebook: Any, folder: Path, seconds: float = CELL_SECONDS) -> Any:
    """A copy of `notebook` with outputs and counts, run in `folder`, each cell in at most `seconds`.

    Raises AuthoringError naming the cell that raised, ran too long or killed the kernel.
    """
    executed = copy.deepcopy(notebook)
    started: list[int] = []
    client = NotebookClient(
        executed,
        timeout=seconds,
        kernel_name="python3",
        kernel_manager_class=_ThisPython,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=lambda cell, cell_index: started.append(cell_index),
    )
    try:
        asyncio.run(client.async_execute())
    except CellTimeoutError as error:
        raise AuthoringError(f"{_place(executed, started)} ran longer than {seconds:g} s: bound it.") from error
    except DeadKernelError as error:
        raise AuthoringError(f"{_place(executed, started)} killed the kernel: {error}") from error
    except CellExecutionError as error:
        raise AuthoringError(f"{_place(executed, started)} raised {error.ename}: {error.evalue}") from error
    executed.metadata = copy.deepcopy(notebook.metadata)  # without what this kernel says of itself
    return executed


def carry_outputs(fresh: Any, executed: Any) -> Any:
    """A copy of `fresh` with the outputs and counts of `executed`, whose code is the same.

    Raises AuthoringError if the code cells differ: then only execution can tell what they print.
    """
    carried = copy.deepcopy(fresh)
    new = [cell for cell in carried.cells if cell.cell_type == "code"]
    old = [cell for cell in executed.cells if cell.cell_type == "code"]
    if [cell.source for cell in new] != [cell.source for cell in old]:
        raise AuthoringError("The code has changed since the notebook was executed: build it.")
    for cell, before in zip(new, old, strict=True):
        cell.outputs = copy.deepcopy(before.outputs)
        cell.execution_count = before.execution_count
    return carried


def _place(notebook: Any, started: list[int]) -> str:
    index = started[-1]
    return f"Cell {index + 1} ({notebook.cells[index].source.partition(chr(10))[0]!r})"
