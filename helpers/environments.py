"""Environments that hold exactly what a lock file says, made from wheels that are fetched first.

Runs on the standard library alone. A stopped download goes on where it stopped, and the folder of wheels can be passed
around: with it an environment is made without a network.
"""

import json
import re
import subprocess
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote

from helpers.download import Progress, fetch, sha256
from helpers.errors import LabError

WINDOWS = sys.platform == "win32"
HASHES = re.compile(r"\s*\\?\n\s+--hash=\S+( \\)?")
PIP = re.compile(r"^pip==(\S+).*?(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


class InstallError(LabError):
    """The packages could not be installed."""


def environment(root: Path, name: str, lock: Path, wheels: Path) -> Path:
    """The Python of the environment `root`/`name`, which holds exactly `lock` and the checkout `root` itself.

    Made anew when it is not there or no longer what it should be. Raises InstallError, helpers.download.DownloadError.
    """
    folder = root / name
    python = folder / ("Scripts/python.exe" if WINDOWS else "bin/python")
    stamp = folder / "installed"
    if python.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted(root, folder, lock):
        return python
    print(f"Making {name} (once; needs the network)", file=sys.stderr, flush=True)
    wheels.mkdir(parents=True, exist_ok=True)
    if python.exists() and stamp.exists():
        _stop_what_runs(python, root)
    try:
        _run(sys.executable, "-m", "venv", "--clear", folder)
        _install_pip(python, lock, wheels)
        _fetch_wheels(python, lock, wheels)
        print("Installing", file=sys.stderr, flush=True)
        _pip(python, "install", "--no-index", "--find-links", wheels, "--require-hashes", "-r", lock)
        _pip(python, "install", "--no-index", "--no-deps", "--no-build-isolation", "-e", root)
    except subprocess.CalledProcessError as error:
        raise InstallError(
            "The packages could not be installed, for the reason printed above: if the network broke, run the same "
            "command again, which goes on where it stopped; else look into the README under Troubleshooting."
        ) from error
    stamp.write_text(wanted(root, folder, lock), encoding="utf-8")
    return python


def _stop_what_runs(python: Path, root: Path) -> None:
    """A broker may run on the Java in there, JupyterLab on its Python."""
    quiet = subprocess.DEVNULL
    with suppress(OSError):
        subprocess.run([str(python), "-m", "helpers.cli", "down"], cwd=root, stdout=quiet, stderr=quiet, check=False)


def wanted(root: Path, folder: Path, lock: Path) -> str:
    """What an environment must be; its place too, as one that was moved still points to where it was."""
    return f"{sys.version_info[:2]} {folder} {sha256(lock)} {sha256(root / 'pyproject.toml')}"


def _install_pip(python: Path, lock: Path, wheels: Path) -> None:
    """The lock's own pip: older ones cannot say what they would fetch without fetching it."""
    locked = PIP.search(lock.read_text(encoding="utf-8"))
    if locked is None:
        raise InstallError(f"{lock.name} does not name a pip: restore it with `git checkout {lock.name}`.")
    only = wheels / "pip.txt"
    only.write_text(locked[0], encoding="utf-8")
    have = any(wheels.glob(f"pip-{locked[1]}-*.whl"))
    _pip(
        python, "install", "--require-hashes", "--no-deps", *(["--no-index"] if have else []),
        "--find-links", wheels, "-r", only,
    )  # fmt: skip


def _fetch_wheels(python: Path, lock: Path, wheels: Path) -> None:
    """Have every wheel of the lock that this machine needs in `wheels`."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    plan = wheels / f"plan-{sysconfig.get_platform()}-{version}-{sha256(lock)[:12]}.json"
    if not plan.exists():
        unfinished = plan.with_suffix(".new")
        unfinished.write_text(json.dumps(_plan(python, lock, wheels)), encoding="utf-8")
        unfinished.replace(plan)
    needed = json.loads(plan.read_text(encoding="utf-8"))
    progress = Progress("Packages", len(needed), 0)
    for name, wheel in needed.items():
        fetch(wheel["url"], wheels / name, wheel["sha256"], progress)
        progress.done += 1
    progress.finish()


def _plan(python: Path, lock: Path, wheels: Path) -> dict[str, dict[str, str]]:
    """Each wheel's name with its url and sha-256, as pip resolves the lock on this machine."""
    listed, report = wheels / "requirements.txt", wheels / "report.json"
    listed.write_text(without_hashes(lock.read_text(encoding="utf-8")), encoding="utf-8")
    _pip(
        python, "install", "--dry-run", "--ignore-installed", "--no-deps", "--only-binary", ":all:",
        "--report", report, "-r", listed,
    )  # fmt: skip
    found = [item["download_info"] for item in json.loads(report.read_text(encoding="utf-8"))["install"]]
    return {
        unquote(item["url"].partition("#")[0].rpartition("/")[2]): {
            "url": item["url"],
            "sha256": item["archive_info"]["hashes"]["sha256"],
        }
        for item in found
    }


def without_hashes(lock: str) -> str:
    """The lock's requirements alone: with hashes pip would insist on fetching each wheel to tell what it is."""
    return HASHES.sub("", lock)


def _pip(python: Path, *arguments: str | Path) -> None:
    # setuptools explains editable installs at length, pip how to upgrade itself
    _run(python, "-W", "ignore", "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments)


def _run(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], check=True)
