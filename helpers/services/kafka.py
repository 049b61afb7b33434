"""An Apache Kafka broker in KRaft mode, as a process on this machine: its settings, its data, its start.

The settings follow Kafka's documentation of KRaft (broker and controller in one process); what was measured about
them stands in docs/architecture.md.
"""

import base64
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from helpers.services import jars, java, keeper
from helpers.services.pins import BROKER_SETTINGS, KAFKA_VERSION
from helpers.services.process import (
    HOST,
    Process,
    ServiceError,
    free_port,
    listening,
    spawn,
    stop,
    wait_until,
)
from helpers.services.records import Record, Records

NEEDED_MB = 500  # below it a broker stops in the middle of its work
READY = "Kafka Server started"  # the broker's own last word of a start
START_SECONDS = 60.0


@dataclass(frozen=True)
class Voter:
    """A node of the quorum and the ports of its two listeners."""

    node: int
    port: int
    controller_port: int


@dataclass(frozen=True)
class Broker:
    """One broker; `folder` holds its settings and data, `quorum` every node of its cluster, itself included."""

    name: str
    folder: Path
    log: Path
    me: Voter
    quorum: tuple[Voter, ...]
    settings: Mapping[str, str]
    aot_cache: Path | None = None  # classes already loaded and linked (JEP 514): a start takes 1 s less

    @property
    def address(self) -> str:
        """`127.0.0.1:port` for clients."""
        return f"{HOST}:{self.me.port}"

    def properties(self) -> dict[str, str]:
        """All of `server.properties`."""
        voters = ",".join(f"{voter.node}@{HOST}:{voter.controller_port}" for voter in self.quorum)
        listeners = f"PLAINTEXT://{HOST}:{self.me.port}"
        return {
            "process.roles": "broker,controller",
            "node.id": str(self.me.node),
            "controller.quorum.voters": voters,
            "listeners": f"{listeners},CONTROLLER://{HOST}:{self.me.controller_port}",
            "advertised.listeners": listeners,
            "controller.listener.names": "CONTROLLER",
            "log.dirs": (self.folder / "data").as_posix(),
            **self.settings,
        }

    def format(self, cluster_id: str) -> None:
        """Prepare the data directory once; one whose preparation was cut short is prepared anew.

        Raises ServiceError when the disk is full or Kafka's own tool refuses.
        """
        free = shutil.disk_usage(_existing(self.folder)).free >> 20
        if free < NEEDED_MB:
            raise ServiceError(
                f"Only {free} MB are free under {self.folder} and Kafka needs {NEEDED_MB}: free some space, or set "
                "LAB_HOME to a folder on another disk."
            )
        done = self.folder / "formatted"
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "server.properties"
        lines = (f"{key}={_escaped(value)}\n" for key, value in self.properties().items())
        config.write_text("".join(lines), encoding="ascii")
        if done.exists():
            return
        shutil.rmtree(self.folder / "data", ignore_errors=True)
        tool = [*_java(), "kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", str(config)]
        try:
            answer = subprocess.run(tool, capture_output=True, text=True, timeout=START_SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise ServiceError(
                f"Kafka could not prepare its data within {START_SECONDS:.0f} s: close other programs and try again."
            ) from error
        if answer.returncode != 0:
            reason = _reason(answer.stderr) or "it did not say why."
            raise ServiceError(f"Kafka could not prepare its data under {self.folder}: {reason}")
        done.write_text(cluster_id, encoding="utf-8")

    def launch(self, *flags: str) -> subprocess.Popen[bytes]:
        """Start the process without waiting for it; flags: more of the Java's own."""
        if self.aot_cache is not None and self.aot_cache.exists() and java.version() >= 25:
            flags = (f"-XX:AOTCache={self.aot_cache}", *flags)
        java_flags = _java("-Xmx384m", "-XX:+UseSerialGC", *flags)
        return spawn([*java_flags, "kafka.Kafka", str(self.folder / "server.properties")], self.log)

    def record(self, child: subprocess.Popen[bytes]) -> Record:
        """What others must know of the process."""
        return Record(self.name, f"kafka {KAFKA_VERSION}", self.address, Process.of(child.pid))

    def wait(self, child: subprocess.Popen[bytes]) -> None:
        """Wait until it serves clients. Raises ServiceError with what its log says."""
        wait_until(self._serves, child, f"Kafka ({self.name})", self.log, START_SECONDS)

    def _serves(self) -> bool:
        return READY in self.log.read_text(encoding="utf-8", errors="replace") and listening(self.me.port)


def new_cluster_id() -> str:
    """A random cluster id in Kafka's form: 16 bytes in url-safe base64, never starting with a dash."""
    while (text := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return text


def single(home: Path) -> Broker:
    """The one broker of this checkout, on the ports it had before if they are still free."""
    folder = home / "kafka"
    before = _ports_before(folder)
    port = free_port(before.get("listeners"))
    controller = free_port(before.get("controller"))
    me = Voter(1, port, controller)
    return Broker("kafka", folder, home / "logs" / "kafka.log", me, (me,), BROKER_SETTINGS, home / "kafka.aot")


def start(home: Path, announce: Callable[[Record], Record]) -> Record:
    """Start the checkout's broker; `announce` hears of the process before it is ready. Raises ServiceError."""
    broker = single(home)
    broker.format(new_cluster_id())
    child = broker.launch()
    record = announce(broker.record(child))
    broker.wait(child)
    return record


def train_cache(home: Path) -> None:
    """One start and stop of a broker of its own, a part of the installation: leaves the class cache for later starts.

    Not on Windows, where a process cannot be asked to end in order, which is when Java writes the cache.
    """
    cache = home / "kafka.aot"
    if cache.exists() or sys.platform == "win32" or java.version() < 25:
        return
    records, folder = Records(home), home / "training"
    me = Voter(1, free_port(), free_port())
    broker = Broker("training", folder, home / "logs" / "training.log", me, (me,), BROKER_SETTINGS, cache)
    with records.lock():
        shutil.rmtree(folder, ignore_errors=True)
        broker.format(new_cluster_id())
        keeper.watch(records)
        child = broker.launch(f"-XX:AOTCacheOutput={cache}")
        record = records.write(broker.record(child).owned_by(Process.of(os.getpid())))
        broker.wait(child)
        stop(record.process, seconds=60)  # the cache is written at the end of the process
        records.stop([record])
        shutil.rmtree(folder, ignore_errors=True)


def _ports_before(folder: Path) -> dict[str, int]:
    try:
        lines = (folder / "server.properties").read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    found = dict(line.partition("=")[::2] for line in lines)
    try:
        client, controller = (int(part.rpartition(":")[2]) for part in found["listeners"].split(","))
    except (KeyError, ValueError):
        return {}
    return {"listeners": client, "controller": controller}


def _java(*flags: str) -> list[str]:
    """`java` with the class path; the warnings of Java 25 about Kafka's use of Unsafe stay in the log."""
    path = os.pathsep.join(str(jar) for jar in jars.classpath())
    quiet = [
        "-Dorg.slf4j.simpleLogger.showDateTime=true",
        "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
    ]
    return [str(java.executable()), *flags, *quiet, "-cp", path]


def _escaped(value: str) -> str:
    """As `java.util.Properties` reads it: everything beyond ASCII as `\\uXXXX`, in UTF-16."""
    units = value.encode("utf-16-be")
    codes = (int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2))
    return "".join(chr(code) if code < 128 else f"\\u{code:04x}" for code in codes)


def _existing(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder


def _reason(stderr: str) -> str:
    """What a Java program died of: its last line, or in a stack trace the innermost cause."""
    said = [line for line in stderr.splitlines() if line.strip() and not line[0].isspace()]
    return said[-1].removeprefix("Caused by: ").removeprefix('Exception in thread "main" ') if said else ""
