"""requirements.txt and tests/requirements.txt: exact, hashed, what pyproject.toml asks for, wheels everywhere.

What needs the package index is skipped, with the reason, where it cannot be reached.
"""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

# how each lock is made; a newer one with --upgrade at the end, as .github/workflows/weekly.yml does
COMPILE = "uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet"
LOCKS = {
    "requirements.txt": f"{COMPILE} --output-file requirements.txt",
    "tests/requirements.txt": (
        f"{COMPILE} --group test --constraint requirements.txt --output-file tests/requirements.txt"
    ),
}
DECLARED = {
    "requirements.txt": PROJECT["project"]["dependencies"],
    "tests/requirements.txt": PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["test"],
}

PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = {  # uv's name, and what markers see there
    "x86_64-unknown-linux-gnu": {"sys_platform": "linux", "platform_machine": "x86_64", "os_name": "posix"},
    "aarch64-unknown-linux-gnu": {"sys_platform": "linux", "platform_machine": "aarch64", "os_name": "posix"},
    "aarch64-apple-darwin": {"sys_platform": "darwin", "platform_machine": "arm64", "os_name": "posix"},
    "x86_64-pc-windows-msvc": {"sys_platform": "win32", "platform_machine": "AMD64", "os_name": "nt"},
}
SYSTEMS = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}
ENVIRONMENTS = [
    pytest.param(
        platform,
        python,
        {
            **marks,
            "platform_system": SYSTEMS[marks["sys_platform"]],
            "python_version": python,
            "python_full_version": f"{python}.9",
        },
        id=f"{platform}-{python}",
    )
    for platform, marks in PLATFORMS.items()
    for python in PYTHONS
]


@dataclass(frozen=True)
class Pin:
    """One entry of a lock; `direct`: pyproject.toml itself asks for it."""

    name: str
    version: str
    marker: str | None
    hashes: frozenset[str]
    direct: bool


def pins(lock: str) -> list[Pin]:
    """Every entry. Fails on a line that is none of: name==version, a hash, a comment."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    found = []
    for entry in re.split(r"\n(?=\S)", text.strip()):
        head, *rest = (line.removesuffix("\\").strip() for line in entry.splitlines())
        match = re.fullmatch(r"([a-z0-9-]+)==([^\s;]+)(?: ; (.+))?", head)
        assert match, f"{lock}: {head!r} is not one exact version"
        hashes = frozenset(line.removeprefix("--hash=") for line in rest if line.startswith("--hash="))
        comments = [line for line in rest if line.startswith("#")]
        assert len(hashes) + len(comments) == len(rest), f"{lock}: {head} has lines of another kind"
        direct = any("ml-data-pipelines (pyproject.toml" in line for line in comments)
        found.append(Pin(match[1], match[2], match[3], hashes, direct))
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_is_one_version_with_its_hashes(lock: str) -> None:
    for pin in pins(lock):
        assert pin.hashes, f"{pin.name} could be anything"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in pin.hashes), pin.name


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize(("platform", "python", "marks"), ENVIRONMENTS)
def test_it_holds_what_pyproject_asks_for(lock: str, platform: str, python: str, marks: dict[str, str]) -> None:
    here = [pin for pin in pins(lock) if pin.marker is None or Marker(pin.marker).evaluate(marks)]
    versions = {pin.name: pin.version for pin in here}
    assert len(versions) == len(here), "one version of a package at a time"
    for wanted in map(Requirement, DECLARED[lock]):
        if wanted.marker is None or wanted.marker.evaluate(marks):
            version = versions.get(canonicalize_name(wanted.name))
            assert version is not None, f"{wanted.name} is not locked for {platform}, Python {python}"
            assert wanted.specifier.contains(version), f"{wanted} is asked for, {version} is locked"


@pytest.mark.parametrize("lock", LOCKS)
def test_it_was_made_from_this_pyproject(lock: str) -> None:
    asked = {canonicalize_name(Requirement(text).name) for text in DECLARED[lock]}
    direct = {pin.name for pin in pins(lock) if pin.direct}
    assert direct == asked, f"make it again: {LOCKS[lock]}"


def test_the_tests_run_on_what_the_attendees_get() -> None:
    """The second lock holds every entry of the first unchanged, so what is proved of it holds for both."""
    ours, tests = ({(pin.name, pin.version, pin.marker, pin.hashes) for pin in pins(lock)} for lock in LOCKS)
    assert not {entry[:3] for entry in ours - tests}


def uv(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The uv of this environment, whatever settings this machine has."""
    command = [sys.executable, "-m", "uv", *map(str, arguments), "--no-config"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skips the test when the package index cannot be reached."""
    folder = tmp_path_factory.mktemp("index")
    asked = uv("pip", "install", "--dry-run", "--no-cache", "--no-deps", "--target", folder, "packaging")
    if asked.returncode != 0:
        last = (asked.stderr.strip().splitlines() or ["no message"])[-1].strip()
        pytest.skip(f"the package index cannot be reached ({last}): wheels and drift are not checked")


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize(("platform", "python", "marks"), ENVIRONMENTS)
def test_there_is_a_wheel_of_everything(platform: str, python: str, marks: dict[str, str], tmp_path: Path) -> None:
    locked = ("--require-hashes", "--only-binary", ":all:", "-r", "tests/requirements.txt")
    place = ("--python-platform", platform, "--python-version", python, "--target", tmp_path / "none")
    tried = uv("pip", "install", "--dry-run", "--quiet", *locked, *place)
    assert tried.returncode == 0, tried.stderr


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("lock", LOCKS)
def test_making_it_again_changes_nothing(lock: str, tmp_path: Path) -> None:
    """uv keeps the versions it finds in its output, so a difference comes from pyproject.toml alone."""
    copy = tmp_path / "lock.txt"
    shutil.copy(ROOT / lock, copy)
    command, _ = LOCKS[lock].split(" --output-file ")
    made = uv(*shlex.split(command)[1:], "--output-file", copy)
    assert made.returncode == 0, made.stderr
    assert copy.read_text(encoding="utf-8") == (ROOT / lock).read_text(encoding="utf-8"), (
        f"pyproject.toml has moved on: {LOCKS[lock]}"
    )
