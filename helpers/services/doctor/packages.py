"""The packages: the locked ones, and those whose absence nobody would notice until everything is slow."""

import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from packaging.requirements import Requirement

from helpers.config import ROOT
from helpers.services.doctor.finding import Finding, fault, good, note

AGAIN = "run `py -m helpers.bootstrap lab` again" if sys.platform == "win32" else "run `make lab` again"
IMPORT_SECONDS = 120


def locked() -> Finding:
    """Every package of requirements.txt that this machine needs, in the locked version."""
    wrong = sorted((text for each in _wanted() if (text := _difference(each))), key=lambda text: "missing" not in text)
    if not wrong:
        return good("packages", "all as locked in requirements.txt")
    others = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    make = fault if "missing" in wrong[0] else note
    return make("packages", f"not as locked: {wrong[0]}{others}", AGAIN)


def crc32c() -> Finding:
    """kafka-python falls back to a checksum in pure Python without a word."""
    return _importable("crc32c", "kafka-python computes its checksums in C", "Kafka clients are 4 to 13 times slower")


def hiredis() -> Finding:
    """redis-py falls back to a parser in pure Python without a word."""
    return _importable("hiredis", "redis-py parses answers in C", "the Redis client is slower")


def jupyterlab() -> Finding:
    """The page the lessons are read in."""
    try:
        return good("jupyterlab", version("jupyterlab"))
    except PackageNotFoundError:
        return fault("jupyterlab", "is not installed", AGAIN)


def tensorflow() -> Finding:
    """Imported in a process of its own: on a processor it was not built for it ends the process that asks."""
    code = "import tensorflow; print(tensorflow.__version__)"
    try:
        child = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=IMPORT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return fault("tensorflow", f"did not load within {IMPORT_SECONDS} s", "close other programs and ask again")
    if child.returncode == 0:
        return good("tensorflow", child.stdout.strip())
    if child.returncode < 0:
        return fault(
            "tensorflow", "ends the process that loads it: this processor is too old", "use a dev container elsewhere"
        )
    last = (child.stderr.strip().splitlines() or ["no message"])[-1]
    return fault("tensorflow", f"cannot be loaded ({last[:120]})", AGAIN)


def _importable(name: str, gain: str, loss: str) -> Finding:
    try:
        importlib.import_module(name)
    except ImportError:
        return fault(name, f"is missing: {loss}", AGAIN)
    return good(name, gain)


def _wanted() -> Iterator[Requirement]:
    """The lock's requirements whose markers hold here."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    for line in re.findall(r"^[A-Za-z0-9].*?(?= \\$|$)", text, re.MULTILINE):
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate():
            yield requirement


def _difference(requirement: Requirement) -> str | None:
    try:
        found = version(requirement.name)
    except PackageNotFoundError:
        return f"{requirement.name} is missing"
    if requirement.specifier.contains(found, prereleases=True):
        return None
    return f"{requirement.name} is {found} (locked: {str(requirement.specifier).lstrip('=')})"
