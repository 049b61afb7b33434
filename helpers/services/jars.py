"""Apache Kafka's jars: locked in `jars.lock` by version, size and sha-256, fetched once, checked at every start."""

from dataclasses import dataclass
from pathlib import Path

from helpers.config import settings
from helpers.download import Progress, fetch, sha256
from helpers.errors import LabError

LOCK = Path(__file__).with_name("jars.lock")
CENTRAL = "https://repo1.maven.org/maven2"


class JarsError(LabError):
    """A jar is missing or is not the locked one."""


@dataclass(frozen=True)
class Jar:
    """One Maven artefact; size in bytes, sha256 in hexadecimal."""

    group: str
    artifact: str
    version: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        return f"{self.artifact}-{self.version}.jar"

    @property
    def url(self) -> str:
        return f"{CENTRAL}/{self.group.replace('.', '/')}/{self.artifact}/{self.version}/{self.name}"


def locked() -> list[Jar]:
    """Every jar of the lock file: `group:artifact:version size sha256`, a line each."""
    jars = []
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        where, size, digest = line.split()
        group, artifact, version = where.split(":")
        jars.append(Jar(group, artifact, version, int(size), digest))
    return jars


def folder() -> Path:
    """Where the jars lie."""
    return (settings().home / "jars").resolve()


def fetch_all() -> None:
    """Fetch what is missing, with progress. Raises helpers.download.DownloadError."""
    missing = [jar for jar in locked() if not _is_whole(jar)]
    if not missing:
        return
    progress = Progress("Kafka", len(missing), sum(jar.size for jar in missing))
    for jar in missing:
        fetch(jar.url, folder() / jar.name, jar.sha256, progress)
        progress.done += 1
    progress.finish()


def faults() -> list[str]:
    """What is wrong with the jars on disk, a sentence each; empty when all are the locked ones (about 0.3 s)."""
    found = []
    for jar in locked():
        path = folder() / jar.name
        if not path.exists():
            found.append(f"{jar.name} is missing")
        elif sha256(path) != jar.sha256:
            found.append(f"{jar.name} is damaged or altered")
    return found


def classpath() -> list[Path]:
    """The verified jars. Raises JarsError, naming the first that is missing or altered."""
    wrong = faults()
    if wrong:
        others = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise JarsError(f"{wrong[0]}{others}: run `lab setup`, which fetches what is missing.")
    return [folder() / jar.name for jar in locked()]


def _is_whole(jar: Jar) -> bool:
    path = folder() / jar.name
    return path.exists() and sha256(path) == jar.sha256
