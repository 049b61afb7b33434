"""A pytest plugin that cures what makes nbval 0.11 differ from JupyterLab; each cure is tried in test_cures.py.

The cures lean on nbval's internals, which the lock file pins. When its test says that one is not needed, delete it.
"""

from collections.abc import Iterator
from typing import Any

import nbval.kernel
import pytest
from nbval.plugin import IPyNbCell

from helpers.authoring.session import own_services

OUTPUT_SECONDS = 30
_FAILED = pytest.StashKey[str]()
_SERVICES = pytest.StashKey[Any]()


def execute_with_history(self: Any, cell_input: str, allow_stdin: bool | None = None) -> str:
    """As JupyterLab does: without history IPython prints values that a `;` hides, and `Out` is empty (nbval #195)."""
    message: str = self.kc.execute(cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False)
    return message


def pytest_configure(config: pytest.Config) -> None:
    nbval.kernel.RunningKernel.execute_cell_input = execute_with_history
    # the same environment as JupyterLab's kernels; services named by variables are used, others start once for all
    config.stash[_SERVICES] = own_services(embedded=False)
    config.stash[_SERVICES].__enter__()


def pytest_unconfigure(config: pytest.Config) -> None:
    if services := config.stash.get(_SERVICES, None):
        services.__exit__(None, None, None)


def pytest_itemcollected(item: pytest.Item) -> None:
    """nbval waits a hard-coded 5 s for output after a cell's reply, too little on a busy machine (nbval #231)."""
    if isinstance(item, IPyNbCell):
        item.output_timeout = OUTPUT_SECONDS


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A failing cell makes those after it fail: report the first, skip the rest of its notebook."""
    if isinstance(item, IPyNbCell) and (first := item.parent.stash.get(_FAILED, "")):
        pytest.skip(f"not run, {first} failed before")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if isinstance(item, IPyNbCell) and report.failed:
        item.parent.stash[_FAILED] = item.name
    return report
