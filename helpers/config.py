"""The workbook's settings: the one place that reads the environment and `.env`."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from helpers.errors import LabError

ROOT = Path(__file__).resolve().parent.parent
ADDRESSES = "host:port, such as localhost:9092, with commas between several"


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
    return (_path("LAB_HOME", named) or ROOT / ".lab").resolve()


def folders(home: Path) -> dict[str, str]:
    """Environment variables that keep in the checkout what libraries would write into an attendee's own folder."""
    return {"KERAS_HOME": str(home / "keras"), "MPLCONFIGDIR": str(home / "matplotlib")}


def settings() -> Settings:
    """Read the settings afresh: the environment first, then `.env` in the checkout. Raises LabError on a bad value."""
    return Settings(
        root=ROOT,
        home=home(),
        bootstrap=_addresses(_value("KAFKA_BOOTSTRAP_SERVERS")),
        redis_url=_url("REDIS_URL", ("redis://", "rediss://", "unix://")),
        ksql_url=_url("KSQL_URL", ("http://", "https://")),
        java_home=_path("LAB_JAVA_HOME", _value("LAB_JAVA_HOME")),
    )


def place_of(name: str) -> str:
    """Where a setting was made, for sentences about it; "" when it was made nowhere."""
    if os.environ.get(name):
        return "the environment"
    return ".env" if _in_file(ROOT / ".env", name) else ""


def fault_in(address: str) -> str | None:
    """What is mistyped in `host:port`, to stand behind the address; None when nothing is."""
    host, colon, port = address.rpartition(":")
    if not address:
        return "has a comma too many"
    if "://" in address:
        return f"begins with {address.partition('://')[0]}://, which Kafka's addresses do not"
    if not colon or not port or address.endswith("]"):  # [::1]
        return "names no port"
    if not host:
        return "names no host"
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        return "has a port that is no number from 1 to 65535"
    return None


def _value(name: str) -> str | None:
    return os.environ.get(name) or _in_file(ROOT / ".env", name)


def _in_file(file: Path, name: str) -> str | None:
    if file.is_dir():  # as docker makes it when a file to be mounted is not there; dotenv overlooks it
        raise LabError(f"{file} is a folder: remove it, settings stand in a text file of that name.")
    try:
        return dotenv_values(file).get(name) or None
    except UnicodeDecodeError as error:  # what `>` writes in Windows PowerShell 5
        raise LabError(f"{file} is not UTF-8 text: save it again as UTF-8.") from error
    except OSError as error:
        raise LabError(f"{file} cannot be read ({error.strerror}): let it be yours to read.") from error


def _path(name: str, text: str | None) -> Path | None:
    try:
        return Path(text).expanduser() if text else None
    except RuntimeError as error:  # ~ without a HOME, ~somebody whom this machine does not know
        raise LabError(f"{name} holds {text!r}, and nobody knows where that ~ is: write the whole path.") from error


def _addresses(text: str | None) -> str | None:
    """`host:port[,host:port…]`, checked here because a client would be silent for 30 s about a typing mistake."""
    if text is None:
        return None
    addresses = [address.strip() for address in text.split(",")]
    for address in addresses:
        if fault := fault_in(address):
            raise LabError(f"KAFKA_BOOTSTRAP_SERVERS holds {address or text!r}, which {fault}: write {ADDRESSES}.")
    return ",".join(addresses)


def _url(name: str, schemes: tuple[str, ...]) -> str | None:
    text = _value(name)
    if text is None:
        return None
    shown = f"•••@{text.rpartition('@')[2]}" if "@" in text else text  # what stands before may be a password
    if not text.startswith(schemes):
        raise LabError(f"{name} holds {shown!r}: it must start with {' or '.join(schemes)}.")
    try:
        mistyped = urlsplit(text).port == 0
    except ValueError:
        mistyped = True
    if mistyped:
        password = ", and any # / ? of a password as %23 %2F %3F" if "@" in text else ""
        raise LabError(
            f"{name} holds {shown!r}, whose port is no number from 1 to 65535: write {schemes[0]}host:port{password}."
        )
    return text
