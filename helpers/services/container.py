"""JupyterLab as the container of docker-compose.yml runs it: `python -m helpers.services.container`."""

import os
import sys
from pathlib import Path

from helpers.config import settings
from helpers.services.jupyter import environment

PORT = 8888


def command(work: Path, port: int = PORT) -> list[str]:
    """JupyterLab on all addresses of the container; docker publishes the port on the host's 127.0.0.1 alone.

    The token is JUPYTER_TOKEN, which Jupyter reads from the environment.
    """
    where = ("--ServerApp.ip=0.0.0.0", f"--ServerApp.port={port}", "--ServerApp.port_retries=0")
    return [sys.executable, "-m", "jupyterlab", "--no-browser", *where, f"--ServerApp.root_dir={work}"]


def main() -> None:
    """Become JupyterLab: docker's signals reach it directly."""
    now = settings()
    start = command(now.root / "work")
    os.execve(start[0], start, environment(now.home))


if __name__ == "__main__":
    main()
