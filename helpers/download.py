"""Fetch files over bad Wi-Fi: progress, resume, retries, checked by sha-256.

Only the standard library: the first `make lab` runs this before anything is installed.
"""

import errno
import functools
import hashlib
import http.client
import importlib
import os
import ssl
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from helpers.errors import LabError

TRIES = 5  # in a row without a byte
TIMEOUT_S = 30
CHUNK = 1 << 18
PASSING = (408, 425, 429)  # what a server says that means: later
FULL = (errno.ENOSPC, errno.EDQUOT)


class DownloadError(LabError):
    """A file could not be fetched whole; the text says which, why, and what to do."""


def sha256(path: Path) -> str:
    """The file's sha-256 as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Progress:
    """One line that is rewritten while files arrive: `12 of 49 · 34 of 120 MB · kafka-clients-4.3.1.jar`."""

    def __init__(self, what: str, files: int, size: int) -> None:
        """what: heads the line. files: how many will come. size: their bytes together, 0 where nobody knows."""
        self.what, self.files, self.size = what, files, size
        self.done = self.bytes = 0
        self._shown = 0.0

    def advance(self, count: int, name: str) -> None:
        """Add `count` bytes of file `name`; redraws at most ten times a second, and only in a terminal."""
        self.bytes += count
        if sys.stderr.isatty() and time.monotonic() - self._shown > 0.1:
            self._shown = time.monotonic()
            total = f" of {self.size >> 20}" if self.size else ""
            line = f"{self.what}: {self.done} of {self.files} · {self.bytes >> 20}{total} MB · {name}"
            print(f"\r\x1b[2K{line[:100]}", end="", file=sys.stderr, flush=True)

    def finish(self) -> None:
        """End the line with what was fetched in all."""
        clear = "\r\x1b[2K" if sys.stderr.isatty() else ""
        print(f"{clear}{self.what}: {self.files} files, {self.bytes >> 20} MB", file=sys.stderr, flush=True)


def fetch(url: str, path: Path, digest: str, progress: Progress) -> None:
    """Fetch `url` to `path` unless it is there already; a part left by a stopped download is continued.

    Raises DownloadError when it cannot be had or its sha-256 is not `digest`.
    """
    if path.exists() and sha256(path) == digest:
        progress.advance(path.stat().st_size, path.name)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    _complete(url, part, progress)
    if sha256(part) != digest:
        part.unlink()
        raise DownloadError(
            f"{path.name} arrived altered (its sha-256 is not the locked one) and was thrown away: "
            "run the same command again, on another network if it repeats."
        )
    part.replace(path)


def _complete(url: str, part: Path, progress: Progress) -> None:
    """Append to the part until it is whole; every stretch that arrives gives a broken connection new tries."""
    have = _size(part)
    progress.advance(have, part.stem)
    failures = 0
    while True:
        try:
            return _append(url, part, progress)
        except (OSError, http.client.HTTPException) as error:
            failures = 1 if _size(part) > have else failures + 1
            have = _size(part)
            if failures == TRIES or not _passing(error):
                raise DownloadError(f"{part.stem} could not be downloaded ({error}): {_remedy(error, part)}") from error
            time.sleep(failures)


def _append(url: str, part: Path, progress: Progress) -> None:
    have = _size(part)
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        answer = urllib.request.urlopen(request, timeout=TIMEOUT_S, context=_trusted())
    except urllib.error.HTTPError as error:
        if error.code == 416:  # nothing is missing: the part was whole when the last run was stopped
            return
        raise
    with answer, part.open("ab") as file:
        if have and answer.status != 206:  # a server that ignores Range sends everything again
            file.truncate(0)
            progress.advance(-have, part.stem)
            have = 0
        while block := answer.read(CHUNK):
            file.write(block)
            progress.advance(len(block), part.stem)
        expected = answer.headers.get("Content-Length")
    if expected is not None and _size(part) < have + int(expected):
        raise ConnectionError(f"the connection ended after {_size(part)} bytes")


def _passing(error: Exception) -> bool:
    if isinstance(error, urllib.error.HTTPError):
        return error.code >= 500 or error.code in PASSING
    return not (isinstance(error, OSError) and error.errno in FULL)


def _remedy(error: Exception, part: Path) -> str:
    if isinstance(error, OSError) and error.errno in FULL:
        return f"free some space for {part.parent} and run the same command again; it goes on where it stopped."
    return "check the network or proxy and run the same command again; it goes on where it stopped."


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


@functools.cache
def _trusted() -> ssl.SSLContext:
    """The system's certificates and, as pip does, Mozilla's and a company's own.

    A Python from python.org on macOS comes with none; a company that reads along tells pip its certificate.
    """
    context = ssl.create_default_context()
    for name in ("certifi", "pip._vendor.certifi"):
        with suppress(ImportError, OSError):
            context.load_verify_locations(importlib.import_module(name).where())
            break
    own = os.environ.get("PIP_CERT") or os.environ.get("REQUESTS_CA_BUNDLE")
    if own and Path(own).is_file():
        context.load_verify_locations(own)
    return context
