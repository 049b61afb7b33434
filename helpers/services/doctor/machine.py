"""The machine: its Python, its kind, its memory, its disk, its ports."""

import os
import platform
import shutil
import socket
import sys
from pathlib import Path

import psutil

from helpers.config import settings
from helpers.services.doctor.finding import Finding, fault, good, note, shown
from helpers.services.process import HOST, ServiceError, free_port

MEMORY_GB = 4  # broker 0.4, JupyterLab 0.2, a kernel with TensorFlow 1.0, a browser, and the system
DISK_GB = 2  # what the services store, with room to spare
PROMISED = {("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "arm64"), ("Windows", "AMD64")}


def python() -> Finding:
    """The version, which must be one the locked wheels exist for."""
    found = platform.python_version()
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return good("python", f"{found} in {shown(Path(sys.prefix))}")
    again = "`py -3.13 -m helpers.bootstrap lab`" if sys.platform == "win32" else "`make lab PYTHON=python3.13`"
    return fault("python", f"{found}, but the packages are locked for 3.11 to 3.13", f"install 3.13, then {again}")


def kind() -> Finding:
    """Operating system and processor: TensorFlow has wheels for four of them."""
    found = platform.system(), platform.machine()
    if found in PROMISED:
        return good("platform", " ".join(found))
    return fault(
        "platform", f"{' '.join(found)}: TensorFlow has no package for it", "open the folder as a dev container"
    )


def memory() -> Finding:
    """What is free now."""
    now = psutil.virtual_memory()
    total, free = now.total / 2**30, now.available / 2**30
    text = f"{free:.1f} of {total:.1f} GB free"
    if total < MEMORY_GB * 0.9:  # a machine sold with 4 GB shows a little less
        return fault(
            "memory", f"{text}, and the workbook needs {MEMORY_GB}", "use a larger machine, or a dev container"
        )
    if free < MEMORY_GB / 2:
        return note("memory", text, "close other programs")
    return good("memory", text)


def disk() -> Finding:
    """Free space where the services keep their data."""
    folder = settings().home
    while not folder.exists():
        folder = folder.parent
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        return fault("disk", f"{folder} is no folder you can write to", "set LAB_HOME to one")
    free = shutil.disk_usage(folder).free / 2**30
    if free < DISK_GB:
        return fault(
            "disk",
            f"{free:.1f} GB free under {folder}, and {DISK_GB} are needed",
            "free some space, or set LAB_HOME to a folder on another disk",
        )
    return good("disk", f"{free:.0f} GB free")


def ports() -> Finding:
    """Whether a service may listen on this machine at all."""
    try:
        with socket.create_server((HOST, free_port())) as server:
            port = server.getsockname()[1]
            socket.create_connection((HOST, port), timeout=2).close()  # a VPN may let programs listen, and no more
        return good("ports", f"free ones on {HOST}, such as {port}")
    except (ServiceError, OSError) as error:
        return fault("ports", f"none can be opened on 127.0.0.1 ({error})", "let the firewall allow local connections")
