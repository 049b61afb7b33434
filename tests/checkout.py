"""A clone with a small lock: `make` works in it as in the real one, with stand-ins for what it hands over to."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from helpers import environments
from tests.wheelhouse import Index, pip_wheel, wheel

ROOT = Path(__file__).resolve().parents[1]
SIZE = 2_000_000
BIG = "shop-1.0+lab.1-py3-none-any.whl"  # a local version: its + is %2B in a URL
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither signals nor scripts of this kind")
STAND_IN = """
import json, os, sys, time
try:
    print(json.dumps(sys.argv[1:]), flush=True)
    time.sleep(60 if os.environ.get("SLOW") == sys.argv[1] else 0)
except KeyboardInterrupt:
    time.sleep(0.5)
    print("tidied up", flush=True)
    sys.exit(130)
if os.environ.get("FAIL") == sys.argv[1]:
    sys.exit("The jars could not be had: try again.")
"""
BACKEND = """
import zipfile
def build_editable(folder, settings=None, metadata=None):
    name = "toy-0-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as archive:
        archive.writestr("toy.pth", __file__.rpartition("backend.py")[0])
        archive.writestr("toy-0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: toy\\nVersion: 0\\n")
        archive.writestr("toy-0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        archive.writestr("toy-0.dist-info/RECORD", "")
    return name
"""


@dataclass
class Checkout:
    """A clone with a small lock and stand-ins for the programs that `make` hands over to."""

    root: Path
    index: str = "http://127.0.0.1:9/simple/"

    @classmethod
    def at(cls, root: Path, index: Index) -> "Checkout":
        (root / "helpers").mkdir(parents=True)
        for name in ("__init__", "bootstrap", "download", "environments", "errors"):
            shutil.copy(ROOT / "helpers" / f"{name}.py", root / "helpers")
        shutil.copy(ROOT / "Makefile", root)
        (root / "helpers" / "cli.py").write_text(STAND_IN)
        for room in ("tests", "benchmarks", "helpers/authoring"):
            (root / room).mkdir()
            (root / room / "__main__.py").write_text(STAND_IN)
        (root / "backend.py").write_text(BACKEND)
        (root / "pyproject.toml").write_text(
            '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
            '[project]\nname = "toy"\nversion = "0"\n'
        )
        absent = f"elsewhere==1.0 ; sys_platform == 'plan9' \\\n    --hash=sha256:{'1' * 64}\n    # via us\n"
        for lock in ("requirements.txt", "tests/requirements.txt"):
            (root / lock).write_text(absent + index.lock())
        return cls(root, index.url)

    @property
    def python(self) -> Path:
        return self.root / ".venv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

    def environ(self, **more: str) -> dict[str, str]:
        """Nobody's pip settings, no LAB_*: the index and what the test asks for."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "LAB_"))}
        own = {"PIP_INDEX_URL": self.index, "PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1", "PIP_RETRIES": "0"}
        return kept | own | {"NO_PROXY": "*"} | more

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "helpers.bootstrap", *arguments]

    def run(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            cwd=self.root,
            env=self.environ(**environ),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def looks_installed(self) -> None:
        """Let the next command find its environment made, though it is the tests' own Python."""
        for name, lock in ((".venv", "requirements.txt"), (".venv-test", "tests/requirements.txt")):
            folder = self.root / name
            python = folder / self.python.relative_to(self.root / ".venv")
            python.parent.mkdir(parents=True, exist_ok=True)
            python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
            python.chmod(0o755)
            (folder / "installed").write_text(environments.wanted(self.root, folder, self.root / lock))


@contextmanager
def serving() -> Iterator[Index]:
    pip = pip_wheel()
    server = Index(dict([wheel("shop", "1.0+lab.1", SIZE), wheel("tiny", "2.0")]) | {pip.name: pip.read_bytes()})
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def index() -> Iterator[Index]:
    with serving() as server:
        yield server


@pytest.fixture
def checkout(tmp_path: Path, index: Index) -> Checkout:
    return Checkout.at(tmp_path / "my clone ü", index)


@pytest.fixture
def made(checkout: Checkout) -> Checkout:
    checkout.looks_installed()
    return checkout
