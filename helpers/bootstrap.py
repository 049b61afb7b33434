"""From a fresh clone to a running workbook: `python -m helpers.bootstrap lab`, which is all that `make lab` does.

Runs on the standard library alone, and far enough on an old Python to say that it is too old. It makes an environment,
fetches the locked wheels so that a stopped download goes on where it stopped, and installs from them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("LAB_HOME") or ROOT / ".lab")
WHEELS = HOME / "wheels"
SUPPORTED = ((3, 11), (3, 12), (3, 13))
WINDOWS = sys.platform == "win32"

STATE = ("clusters", "jars", "jupyter", "kafka", "kafka.aot", "lock", "logs", "redis", "run", "wheels")

COMMANDS = {
    "lab": "everything installed and running, JupyterLab open on lesson 00",
    "setup": "everything installed and fetched, nothing started",
    "test": "the whole test suite, in an environment of its own",
    "test-all": "the same with the long runs",
    "notebooks": "build and execute the notebooks from sources/",
    "bench": "the benchmarks, each beside a peer",
    "clean": "remove what the workbook made here: environments, services' data, wheels (never work/)",
}


class SetupError(Exception):
    """One sentence for a person: what is wrong and what to do."""


def main(arguments: list[str]) -> int:
    """Run one of COMMANDS; the rest of the arguments go on to it. Returns the exit status."""
    command, rest = (arguments or ["help"])[0], arguments[1:]
    if command not in COMMANDS:
        width = max(map(len, COMMANDS))
        print("\n".join(f"  {name:{width}}  {text}" for name, text in COMMANDS.items()))
        return 0 if command in ("help", "-h", "--help") else 2
    try:
        if command == "clean":
            return clean()
        if sys.version_info[:2] not in SUPPORTED:
            return with_another_python(arguments)
        if command in ("test", "test-all"):
            return test(rest, long=command == "test-all")
        python = environment(ROOT / ".venv", ROOT / "requirements.txt")
        run(python, "-m", "helpers.cli", "setup")
        if command == "lab":
            return call(python, "-m", "helpers.cli", "open", *rest)
        if command == "notebooks":
            return call(python, "-m", "helpers.authoring", "build", *rest)
        if command == "bench":
            return call(python, "-m", "benchmarks", *rest)
        return 0
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; the same command goes on where it was.", file=sys.stderr)
        return 130


def with_another_python(arguments: list[str]) -> int:
    """Go on with a Python that the locked wheels exist for, if this machine has one."""
    for major, minor in reversed(SUPPORTED):
        found = shutil.which(f"python{major}.{minor}")
        if found:
            return call(found, "-m", "helpers.bootstrap", *arguments)
    here = ".".join(map(str, sys.version_info[:3]))
    again = "`py -3.13 -m helpers.bootstrap lab`" if WINDOWS else "`make lab PYTHON=python3.13`"
    raise SetupError(
        f"This is Python {here} and the workbook needs 3.11, 3.12 or 3.13: install one from "
        f"https://www.python.org/downloads/ and run {again}."
    )


def test(rest: list[str], *, long: bool) -> int:
    """The test suite in `.venv-test`, which holds the workbook's own packages and the tests'."""
    python = environment(ROOT / ".venv-test", ROOT / "tests" / "requirements.txt")
    run(python, "-m", "helpers.cli", "setup")
    return call(python, "-m", "tests", *(["--long"] if long else []), *rest)


def environment(folder: Path, lock: Path) -> Path:
    """The Python of an environment that holds exactly `lock` and this checkout; made or mended if needed."""
    python = folder / ("Scripts/python.exe" if WINDOWS else "bin/python")
    stamp = folder / "installed"
    wanted = f"{sys.version_info[:2]} {digest(lock)} {digest(ROOT / 'pyproject.toml')}"
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    print(f"Making {folder.name} (once; needs the network)", file=sys.stderr, flush=True)
    try:
        run(sys.executable, "-m", "venv", "--clear", folder)
        WHEELS.mkdir(parents=True, exist_ok=True)
        pip = (python, "-m", "pip", "--disable-pip-version-check", "--quiet")
        run(
            *pip,
            "install",
            "--require-hashes",
            "--no-deps",
            "--find-links",
            WHEELS,
            "-r",
            only_pip(lock, folder),
        )
        fetch_wheels(python, lock)
        print("Installing", file=sys.stderr, flush=True)
        run(*pip, "install", "--no-index", "--find-links", WHEELS, "--require-hashes", "-r", lock)
        quiet = (python, "-W", "ignore", *pip[1:])  # setuptools explains editable installs at length
        run(*quiet, "install", "--no-index", "--no-deps", "--no-build-isolation", "-e", ROOT)
    except subprocess.CalledProcessError as error:
        raise SetupError(
            "The packages could not be installed: read what is printed above; if the network broke, run the same "
            "command again, it goes on where it stopped."
        ) from error
    stamp.write_text(wanted)
    return python


def only_pip(lock: Path, folder: Path) -> Path:
    """A requirements file with the lock's own pip: older ones cannot say what they would fetch without fetching it."""
    block = re.search(r"^pip==.*?(?=^\S)", lock.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    path = folder / "pip.txt"
    path.write_text(block.group(0) if block else "pip\n", encoding="utf-8")
    return path


def fetch_wheels(python: Path, lock: Path) -> None:
    """Have every wheel of the lock that this machine needs in WHEELS: an instructor can pass the folder around."""
    from helpers.download import DownloadError, Progress, fetch

    python_version = "{}.{}".format(*sys.version_info)
    plan = WHEELS / f"plan-{sys.platform}-{python_version}-{digest(lock)[:12]}.json"
    if not plan.exists():
        plan.write_text(json.dumps(wheels_needed(python, lock)))
    wheels = json.loads(plan.read_text())
    progress = Progress("Packages", len(wheels), 0)
    try:
        for name, wheel in wheels.items():
            fetch(wheel["url"], WHEELS / name, wheel["sha256"], progress)
            progress.done += 1
    except DownloadError as error:
        raise SetupError(str(error)) from error
    progress.finish()


def wheels_needed(python: Path, lock: Path) -> dict[str, dict[str, str]]:
    """Each wheel's name with its url and sha-256, as pip resolves the lock on this machine."""
    bare = re.sub(r"\s*\\?\n\s+--hash=\S+( \\)?", "", lock.read_text(encoding="utf-8"))
    listed = WHEELS / "requirements.txt"
    listed.write_text(bare, encoding="utf-8")
    report = WHEELS / "report.json"
    run(
        python,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--quiet",
        "install",
        "--dry-run",
        "--ignore-installed",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--report",
        report,
        "-r",
        listed,
    )
    found = [item["download_info"] for item in json.loads(report.read_text(encoding="utf-8"))["install"]]
    return {
        item["url"].rpartition("/")[2].partition("#")[0].replace("%2B", "+"): {
            "url": item["url"],
            "sha256": item["archive_info"]["hashes"]["sha256"],
        }
        for item in found
    }


def clean() -> int:
    """Stop what runs and remove everything the workbook made here, the attendee's own `work/` excepted."""
    python = ROOT / ".venv" / ("Scripts/python.exe" if WINDOWS else "bin/python")
    if python.exists():
        call(python, "-m", "helpers.cli", "down")
    for path in (
        ROOT / ".venv",
        ROOT / ".venv-test",
        *(HOME / name for name in STATE),
    ):  # LAB_HOME may hold more
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    print(f"Removed the environments and the state in {HOME}; work/ is yours and stays.")
    return 0


def digest(path: Path) -> str:
    """The file's sha-256."""
    from helpers.download import sha256

    return sha256(path)


def run(*command: str | Path) -> None:
    """Run a command that must succeed. Raises subprocess.CalledProcessError."""
    subprocess.run([str(part) for part in command], cwd=str(ROOT), check=True)


def call(*command: str | Path) -> int:
    """Run a command in the foreground and return its exit status; Ctrl+C is its business."""
    child = subprocess.Popen([str(part) for part in command], cwd=str(ROOT))
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
