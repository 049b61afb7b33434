"""Services of their own for notebooks that are built or compared: nobody else's topics show in an output."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpers import services
from helpers.config import settings
from helpers.services import jupyter
from helpers.services.lending import lend

_ELSEWHERE = ("KAFKA_BOOTSTRAP_SERVERS", "REDIS_URL", "KSQL_URL")


@contextmanager
def own_services(*, embedded: bool = True) -> Iterator[Path]:
    """A fresh `LAB_HOME` for the kernels started inside, with the environment that JupyterLab's kernels have.

    A kernel's `services.ensure` starts what it needs there; it serves all later kernels and is stopped at the end.
    embedded: services named by environment variables take no part.
    """
    installed = settings().home
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="lab-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        lend(installed, home)
        try:
            os.environ.update(jupyter.environment(home))
            for name in _ELSEWHERE if embedded else ():
                os.environ.pop(name, None)
            yield home
        finally:
            services.down()
            os.environ.clear()
            os.environ.update(before)
