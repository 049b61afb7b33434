"""The workbook's settings: the one place that reads the environment and `.env`."""

import os
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from helpers.errors import LabError

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Where things are; `None` means that the workbook starts its own.

    root: the checkout. home: state, logs, jars and ports (`LAB_HOME`, else `.lab` in the checkout).
    bootstrap: `KAFKA_BOOTSTRAP_SERVERS`. redis_url: `REDIS_URL`. ksql_url: `KSQL_URL`. java_home: `LAB_JAVA_HOME`.
    """

    root: Path
    home: Path
    bootstrap: str | None = None
    redis_url: str | None = None
    ksql_url: str | None = None
    java_home: Path | None = None


def home() -> Path:
    """Where the state is, whatever else is mistyped: `lab down` must always be able to find it."""
    try:
        named = _value("LAB_HOME")
    except LabError:  # settings() says what is wrong with the file
        named = None
    return Path(named or ROOT / ".lab").expanduser().resolve()


def settings() -> Settings:
    """Read the settings afresh: the environment first, then `.env` in the checkout. Raises LabError on a bad value."""
    java_home = _value("LAB_JAVA_HOME")
    return Settings(
        root=ROOT,
        home=home(),
        bootstrap=_addresses(_value("KAFKA_BOOTSTRAP_SERVERS")),
        redis_url=_url("REDIS_URL", ("redis://", "rediss://", "unix://")),
        ksql_url=_url("KSQL_URL", ("http://", "https://")),
        java_home=Path(java_home).expanduser() if java_home else None,
    )


def _value(name: str) -> str | None:
    try:
        return os.environ.get(name) or dotenv_values(ROOT / ".env").get(name) or None
    except UnicodeDecodeError as error:  # what `>` writes in Windows PowerShell 5
        raise LabError(f"{ROOT / '.env'} is not UTF-8 text: save it again as UTF-8.") from error


def _addresses(text: str | None) -> str | None:
    """`host:port[,host:port…]`, checked here because a client would be silent for 30 s about a typing mistake."""
    if text is None:
        return None
    for address in text.split(","):
        host, _, port = address.strip().rpartition(":")
        if not host or not (port.isascii() and port.isdigit()) or not 0 < int(port) < 65536:
            raise LabError(
                f"KAFKA_BOOTSTRAP_SERVERS holds {address.strip()!r}: write host:port, such as localhost:9092, "
                "with commas between several."
            )
    return text


def _url(name: str, schemes: tuple[str, ...]) -> str | None:
    text = _value(name)
    if text is not None and not text.startswith(schemes):
        shown = f"•••@{text.rpartition('@')[2]}" if "@" in text else text  # what stands before may be a password
        raise LabError(f"{name} holds {shown!r}: it must start with {' or '.join(schemes)}.")
    return text
