"""From a fresh clone to a running workbook: `python -m helpers.bootstrap lab`, which is all that `make lab` does.

Runs on the standard library alone. This file can be read by any Python from 3.6 on, so that an old one hands over to a
newer one or says what to install; hence the quoted annotations. `helpers.environments` does the installing.
"""

import errno
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from helpers.errors import LabError

ROOT = Path(__file__).resolve().parent.parent
SUPPORTED = ((3, 12), (3, 13), (3, 11))  # as they are looked for: 3.12 is the newest with a wheel of a real Redis
WINDOWS = sys.platform == "win32"
VARIABLE = re.compile(r"\s*(?:export\s+)?LAB_HOME\s*=\s*(?:'([^']*)'|\"([^\"]*)\"|(.*?))\s*(?:\s#.*)?$")

# What the workbook keeps in LAB_HOME, and how it marks a folder as its own.
STATE = (
    *(
        "clusters",
        "jars",
        "jupyter",
        "kafka",
        "kafka.aot",
        "keras",
        "ksql",
        "lock",
        "lock.holder",
        "logs",
        "matplotlib",
    ),
    *("redis", "run"),
    *("setup.lock", "streams", "training", "wheels"),
)
MARK = "made-by-ml-data-pipelines"

COMMANDS = {
    "lab": "everything installed and running, JupyterLab open on lesson 00",
    "setup": "everything installed and fetched, nothing started",
    "test": "the whole test suite, in an environment of its own",
    "test-all": "the same with the long runs",
    "notebooks": "build and execute the notebooks from sources/",
    "bench": "the benchmarks, each beside a peer",
    "clean": "remove what the workbook made here: environments, services' data, wheels (never work/)",
    "help": "this list",
}


class SetupError(LabError):
    """Something stands in the way of the installation that a person must remove."""


def main(arguments: "list[str]") -> int:
    """Run one of COMMANDS; the rest of the arguments go on to it. Returns the exit status."""
    command, rest = (arguments or ["help"])[0], arguments[1:]
    if command not in COMMANDS or command == "help":
        return show_help(command)
    try:
        if not (sys.version_info[:2] in SUPPORTED and importlib.util.find_spec("ensurepip")):
            return hand_over(*another_python(), "-m", "helpers.bootstrap", *arguments)
        return clean() if command == "clean" else carry_out(command, rest)
    except LabError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\nThe workbook could not write its files ({error}): see to that and try again.", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:  # it has said itself what was wrong
        return error.returncode
    except KeyboardInterrupt:
        print("\nStopped; the same command goes on where it was.", file=sys.stderr)
        return 130


def show_help(asked: str) -> int:
    """Print COMMANDS; an exit status of 2 when something else was asked for."""
    known = asked in ("help", "-h", "--help")
    out = sys.stdout if known else sys.stderr
    if not known:
        print(f"There is no command {asked!r}; there are:", file=out)
    width = max(map(len, COMMANDS))
    print("\n".join(f"  {name:{width}}  {text}" for name, text in COMMANDS.items()), file=out)
    return 0 if known else 2


def another_python() -> "list[str]":
    """The command of a Python on this machine that will do. Raises SetupError when there is none."""
    for major, minor in SUPPORTED:
        for program, option in ((f"python{major}.{minor}", ()), ("py", (f"-{major}.{minor}",))):
            found = shutil.which(program)
            if found and _can_install(found, *option):
                return [found, *option]
    here = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] in SUPPORTED:
        raise SetupError(
            f"This Python {here} cannot make environments: install that part of it (on Debian and Ubuntu "
            "`sudo apt install python3-venv`) and run the same command again."
        )
    again = "`py -3.12 -m helpers.bootstrap lab`" if WINDOWS else "`make lab PYTHON=python3.12`"
    raise SetupError(
        f"This is Python {here} and the workbook needs 3.11, 3.12 or 3.13: install 3.12 from "
        f"https://www.python.org/downloads/ and run {again}."
    )


def _can_install(*python: str) -> bool:
    """Whether it runs: a name on the PATH may be a stand-in for a Python that is not installed."""
    tried = subprocess.run([*python, "-c", "import ensurepip"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return tried.returncode == 0


def carry_out(command: str, rest: "list[str]") -> int:
    """Make the environment, fetch what the services need, then hand over to the command's own program."""
    from helpers.environments import environment

    home = lab_home()
    claim(home)
    test = command == "bench" or command.startswith("test")  # the peers of the benchmarks are the tests' packages
    lock = ROOT / "tests" / "requirements.txt" if test else ROOT / "requirements.txt"
    with alone(home / "setup.lock"):
        python = environment(ROOT, ".venv-test" if test else ".venv", lock, home / "wheels")
        run(python, "-m", "helpers.cli", "setup")
    programs = {
        "lab": ("helpers.cli", "open"),
        "test": ("tests",),
        "test-all": ("tests", "--long"),
        "notebooks": ("helpers.authoring", "build"),
        "bench": ("benchmarks",),
    }
    return hand_over(python, "-m", *programs[command], *rest) if command in programs else 0


@contextmanager
def alone(lock: Path) -> "Iterator[None]":
    """Keep every other installation out; one that comes later waits, and then finds everything done."""
    with lock.open("ab") as file:
        waits = False
        while not _locked(file):
            if not waits:
                print("Another `make` is installing here: waiting until it is done.", file=sys.stderr, flush=True)
            waits = True
            time.sleep(0.2)
        yield  # closing the file, also by dying, sets the lock free


def _locked(file: "IO[bytes]") -> bool:
    """Take the lock of an open file, unless somebody has it."""
    try:
        if sys.platform == "win32":  # written out for the type checker
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:  # for any other reason: a network disk that knows no locks
        return error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return True


def clean() -> int:
    """Stop what runs and remove everything the workbook made here, the attendee's own `work/` excepted."""
    python = ROOT / ".venv" / ("Scripts/python.exe" if WINDOWS else "bin/python")
    if python.exists():
        subprocess.call([str(python), "-m", "helpers.cli", "down"], cwd=str(ROOT))
    home = lab_home()
    mine = [ROOT / ".venv", ROOT / ".venv-test", *ROOT.glob("*.egg-info")]
    if home == ROOT / ".lab":
        mine.append(home)
    elif (home / MARK).exists():
        mine += [home / name for name in (*STATE, MARK)]
    for path in mine:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        elif path.exists() or path.is_symlink():
            path.unlink()
    left = [path for path in mine if path.exists()]
    if left:
        raise SetupError(f"{left[0]} could not be removed: close what still uses it and run `make clean` again.")
    print(f"Removed the environments and the state in {home}; work/ is yours and stays.")
    return 0


def lab_home() -> Path:
    """LAB_HOME as `helpers.config` reads it, which needs packages that may not be there yet."""
    file = ROOT / ".env"
    if file.is_dir():
        raise SetupError(f"{file} is a folder: remove it, settings stand in a text file of that name.")
    try:
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    except UnicodeDecodeError as error:  # what `>` writes in Windows PowerShell 5
        raise SetupError(f"{file} is not UTF-8 text: save it again as UTF-8.") from error
    found = [next(filter(None, match.groups()), "") for match in map(VARIABLE.match, lines) if match]
    given = os.environ.get("LAB_HOME") or (found and _expanded(found[-1])) or ROOT / ".lab"
    try:
        return Path(given).expanduser().resolve()
    except RuntimeError as error:
        raise SetupError(
            f"LAB_HOME holds {given!r}, and nobody knows where that ~ is: write the whole path."
        ) from error


def _expanded(text: str) -> str:
    """`${NAME}` filled in, as dotenv does it; `$NAME` stays as it is."""
    return re.sub(r"\$\{(\w+)\}", lambda match: os.environ.get(match[1], ""), text)


def claim(home: Path) -> None:
    """Mark LAB_HOME as the workbook's, so that `clean` may empty it. Raises SetupError if it holds other things."""
    home.mkdir(parents=True, exist_ok=True)
    if home == ROOT / ".lab" or (home / MARK).exists():
        return
    others = sorted(path.name for path in home.iterdir() if path.name not in (*STATE, MARK))
    if others:
        raise SetupError(
            f"LAB_HOME is {home}, which holds other things ({others[0]}): name a folder for the workbook alone, "
            f"such as {home / 'lab'}."
        )
    (home / MARK).write_text("`make clean` removes what the workbook keeps in this folder.\n", encoding="utf-8")


def run(*command: "str | Path") -> None:
    """Run a command that must succeed; on Ctrl+C it is left the time to tidy up.

    Raises subprocess.CalledProcessError, KeyboardInterrupt.
    """
    child = subprocess.Popen([str(part) for part in command], cwd=str(ROOT))
    interrupted = False
    while True:
        try:
            status = child.wait()
            break
        except KeyboardInterrupt:  # the terminal has told the child too
            interrupted = True
    if interrupted:
        raise KeyboardInterrupt
    if status:
        raise subprocess.CalledProcessError(status, child.args)


def hand_over(*command: "str | Path") -> int:
    """Become this command, so that a signal meant for it finds it; on Windows, which cannot, wait for it."""
    sys.stdout.flush()
    if not WINDOWS:
        os.chdir(str(ROOT))
        os.execv(str(command[0]), [str(part) for part in command])
    try:
        run(*command)
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
