"""`python -m tests.cold_start`: the way of a stranger, measured; no part of the suite, as it fetches everything anew.

Clones this checkout into an empty folder, with an empty HOME and nothing on the PATH but Python, git and make; runs
`make lab` until JupyterLab answers, lesson 00 in headless Chromium where there is one, Ctrl+C, `make lab` again without
a network, Ctrl+C, `make clean`. Prints seconds and megabytes. Linux and macOS.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.processes import hears_signals, processes_of

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ("git", "git-upload-pack", "make", "sh", "uname", "env")
OF_THE_MACHINE = re.compile(r"PIP_|SSL_|\w+_proxy$", re.IGNORECASE)  # how this machine reaches the network
NO_NETWORK = {f"{name}_proxy": "http://127.0.0.1:9" for name in ("http", "https")} | {"no_proxy": "127.0.0.1"}
SECONDS = 1800


def main(arguments: list[str]) -> int:
    """Measure all of it, or the second start alone in the folder that the first left."""
    parser = argparse.ArgumentParser("python -m tests.cold_start", description=__doc__)
    parser.add_argument("--second", type=Path, metavar="FOLDER", help=argparse.SUPPRESS)
    folder = parser.parse_args(arguments).second
    if folder is not None:
        # a network of one's own begins with 127.0.0.1 switched off
        subprocess.run(["ip", "link", "set", "lo", "up"], stderr=subprocess.DEVNULL, check=False)
        with lab(folder, "second make lab, no network: until JupyterLab answers", **NO_NETWORK):
            pass
        return 0
    with tempfile.TemporaryDirectory(prefix="stranger-") as name:
        return measure(Path(name))


def measure(folder: Path) -> int:
    """The whole way in `folder`; 1 when something of it remains at the end."""
    (folder / "home").mkdir()
    (folder / "bin").mkdir()
    for tool in TOOLS:
        (folder / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    (folder / "bin" / "python3").symlink_to(Path(sys._base_executable).resolve())  # type: ignore[attr-defined]
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with timed("git clone"):
        subprocess.run(["git", "clone", "--quiet", ROOT, folder / "clone"], env=environment(folder), check=True)
    clone = folder / "clone"
    with lab(folder, "make lab: until JupyterLab answers") as page:
        for name in (".git", ".lab/wheels", ".lab/jars", ".venv", "."):
            print(f"{megabytes(clone / name):8.0f} MB  {name if name != '.' else 'all together'}")
        run_first_lesson(page, folder)
    alone = ["unshare", "--net", "--map-root-user"] if shutil.which("unshare") else []
    subprocess.run([*alone, sys.executable, "-m", "tests.cold_start", "--second", folder], cwd=ROOT, check=True)
    with timed("make clean"):
        subprocess.run(["make", "clean"], cwd=clone, env=environment(folder), check=True)
    status = subprocess.check_output(["git", "status", "--short", "--ignored"], cwd=clone, text=True)
    left = [name for name in status.split()[1::2] if not name.endswith("__pycache__/")]
    print(f"left in the clone: {left}, in HOME: {[path.name for path in (folder / 'home').iterdir()]}")
    return 0 if left == ["work/"] else 1


@contextmanager
def lab(folder: Path, what: str, **more: str) -> Iterator[str]:
    """`make lab` while the block runs, then Ctrl+C; its page."""
    clone, said = folder / "clone", folder / "said.txt"
    with timed(what), said.open("wb") as output:
        child = subprocess.Popen(
            ["make", "lab", "ARGS=--no-browser"],
            cwd=clone,
            env=environment(folder) | more,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=hears_signals,
        )
        page = wait_for_page(child, said)
    try:
        yield page
    finally:
        with timed("Ctrl+C: until everything has ended"):
            os.killpg(child.pid, signal.SIGINT)
            child.wait(60)
            while processes_of(clone):
                time.sleep(0.1)
        print(f"exit status {child.returncode}; it said:\n" + re.sub("(?m)^", "    ", said.read_text()))


def wait_for_page(child: subprocess.Popen[bytes], said: Path) -> str:
    """The printed address, once it answers."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        found = re.search(r"^JupyterLab: (\S+)$", said.read_text(), re.MULTILINE)
        if found:
            with urllib.request.urlopen(found[1], timeout=30) as answer:
                assert b"jupyter-config-data" in answer.read()
            return found[1]
        time.sleep(0.1)
    sys.exit(f"JupyterLab does not answer:\n{said.read_text()}")


def run_first_lesson(address: str, folder: Path) -> None:
    """Run > Run All Cells in a Chromium, where there is one."""
    from tests.browser.chromium import chromium, find
    from tests.browser.page import Page

    found = find()
    if found is None:
        return print("no Chromium: lesson 00 was not run")
    with chromium(*found, folder / "profile") as driver:
        page = Page(driver, folder)
        with timed("lesson 00 opens, its kernel ready"):
            page.open(address, 120)
        with timed("lesson 00 runs from its first cell to its last"):
            page.run_all(400)
        errors = page.find('[data-mime-type="application/vnd.jupyter.error"]')
        print(f"errors in lesson 00: {[error.text for error in errors]}")
    return None


def environment(folder: Path) -> dict[str, str]:
    """Nothing of this user's but the way to the network."""
    kept = {name: value for name, value in os.environ.items() if OF_THE_MACHINE.match(name)}
    return kept | {"HOME": str(folder / "home"), "PATH": str(folder / "bin"), "LANG": "C.UTF-8", "TMPDIR": str(folder)}


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long the block took."""
    started = time.monotonic()
    yield
    print(f"{time.monotonic() - started:8.1f} s   {what}", flush=True)


def megabytes(folder: Path) -> float:
    """What the folder holds, in millions of bytes."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir()) / 1e6


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
