"""JupyterLab on `work/`, as `make lab` runs it: its own settings, its own port, its token kept."""

import json
import os
import secrets
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from helpers.config import folders
from helpers.services.process import HOST, Process, listening, spawn, wait_until
from helpers.services.records import Record

PREFERRED_PORT = 8888
START_SECONDS = 60.0


def start(home: Path, work: Path, first: str, announce: Callable[[Record], Record]) -> Record:
    """Start the server on `work`, to open on the notebook `first`; `announce` hears of it before it is ready, and then.

    The record's address holds the token. Raises ServiceError.
    """
    work.mkdir(exist_ok=True)
    token = secrets.token_hex(24)
    log = home / "logs" / "jupyter.log"
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        f"--ServerApp.ip={HOST}",
        f"--ServerApp.port={PREFERRED_PORT}",  # or another: only the server can tell without a race
        "--ServerApp.port_retries=50",
        f"--ServerApp.root_dir={work}",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container
        command.append("--allow-root")
    child = spawn(command, log, environment(home) | {"JUPYTER_TOKEN": token})
    record = announce(Record("jupyter", "JupyterLab", "", Process.of(child.pid)))
    wait_until(lambda: _port(home, token) is not None, child, "JupyterLab", log, START_SECONDS)
    return announce(replace(record, address=f"http://{HOST}:{_port(home, token)}/lab/tree/{first}?token={token}"))


def _port(home: Path, token: str) -> int | None:
    """Where the server with this token listens, as it writes down shortly before it does."""
    for path in (home / "jupyter" / "runtime").glob("jpserver-*.json"):
        with suppress(OSError, ValueError):  # another's may vanish, ours may be half written
            server = json.loads(path.read_text(encoding="utf-8"))
            if server["token"] == token and listening(port := int(server["port"])):
                return port
    return None


def environment(home: Path) -> dict[str, str]:
    """The environment of the server and its kernels: settings of the checkout's own.

    An attendee's own settings stay out of the lessons: Jupyter's (a password, another kernel, a theme that hides
    things) and Keras' (another backend).
    """
    folder = home / "jupyter"
    own = {
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "data",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": folder / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": folder / "workspaces",
        "IPYTHONDIR": folder / "ipython",
    }
    for shipped, place in (("labconfig", "config/labconfig"), ("kernelconfig", "ipython")):
        shutil.copytree(Path(__file__).with_name(shipped), folder / place, dirs_exist_ok=True)
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {
        **os.environ,
        "PATH": programs,  # so that a terminal in JupyterLab finds `lab`
        **{name: str(path) for name, path in own.items()},
        **folders(home),
        "LAB_HOME": str(home),
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONWARNINGS": "ignore::DeprecationWarning",
    }
