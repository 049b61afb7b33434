"""An engine's backend on Kafka: real topics, queries as Kafka Streams applications, commands on a topic.

All engines of one service id carry out the same commands and share the partitions of their queries; an engine that
starts again resumes them, with their ids and their state.
"""

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from helpers import messaging
from helpers.config import settings
from helpers.ksql.backends.backend import Command, Settings, check_there, check_topic
from helpers.ksql.backends.following import Followed
from helpers.ksql.backends.live import Live, Unstarted
from helpers.ksql.backends.processing_log import topic_of, waiting_room
from helpers.ksql.backends.topics import Record
from helpers.ksql.backends.wire import Wire
from helpers.ksql.errors import KsqlError, StatementError
from helpers.ksql.evaluation.compiler import runtime
from helpers.ksql.planner import Transient
from helpers.messaging.clients import bootstrap_or_default
from helpers.streams import jvm
from helpers.streams.builder import Topology
from helpers.streams.errors import StreamsError

DEFAULT_SERVICE = "default_"  # of servers, as in ksqlDB
OWN_SERVICE = "engine_"  # of engines without one: a server knows none of the Python functions of their processes
SECONDS = 30.0  # for anything the broker is asked


class Broker:
    """Topics and queries on a broker.

    Args:
        bootstrap: its servers (default: the workbook's own Kafka).
        service_id: engines and servers with the same one are one service; `lab up ksql` is "default_".
        state_dir: where queries keep their state; every engine on one machine needs its own.
    """

    goes_on = True
    queued = 10_000

    def __init__(
        self, bootstrap: str | None = None, *, service_id: str = OWN_SERVICE, state_dir: Path | None = None
    ) -> None:
        self.bootstrap = bootstrap_or_default(bootstrap)
        self.service_id = service_id
        self._wire = Wire(self.bootstrap, SECONDS)
        self._state_dir = _writable(state_dir or settings().home / "ksql")
        self._command_topic = f"_confluent-ksql-{service_id}_command_topic"
        self.open_commands()
        self.errors = waiting_room()
        reached = jvm.properties({"bootstrap.servers": self.bootstrap})
        self._log_writer = runtime("LogWriter")(self.errors, topic_of(service_id), reached)
        self._log_writer.start()

    # ---- Topics

    def topics(self) -> dict[str, int]:
        """The topics with their partitions."""
        return self._wire.topics()

    def replicas(self) -> dict[str, list[int]]:
        """Of each topic how many copies each partition has."""
        found: dict[str, list[int]] = {name: [] for name in self.topics()}
        for each in messaging.describe(*found, bootstrap=self.bootstrap).to_dict("records"):
            found[each["topic"]].append(len(each["replicas"]))
        return found

    def audience(self) -> dict[str, tuple[int, int]]:
        """Of each topic that consumers read in groups: how many consumers, of how many groups."""
        table = messaging.audience(bootstrap=self.bootstrap)
        return {each["topic"]: (each["consumers"], each["groups"]) for each in table.to_dict("records")}

    def retention(self, topic: str) -> str | None:
        """The topic's `retention.ms`."""
        return self._wire.setting(topic, "retention.ms")

    def newest(self, topic: str) -> int | None:
        """The time of a topic's newest record."""
        return messaging.newest(topic, bootstrap=self.bootstrap)

    def follow(self, topic: str, *, from_beginning: bool) -> Followed:
        """A topic's records as they come, from its beginning or its end on."""
        return Followed(topic, bootstrap=self.bootstrap, from_beginning=from_beginning)

    def create_topic(
        self, name: str, partitions: int | None, replicas: int | None, config: Mapping[str, str] | None = None
    ) -> None:
        """Make a topic unless it is there.

        Raises:
            StatementError: it is not there and nobody says how many partitions it gets, or it has others.
        """
        if not check_topic(name, self.topics().get(name), partitions):
            self._wire.create_topic(name, partitions or 1, replicas or 1, config or {})

    def delete_topic(self, name: str) -> None:
        """Delete a topic."""
        self._wire.delete_topics([name])

    def write(self, topic: str, *records: Record) -> None:
        """Write records, and wait until they are acknowledged."""
        self._wire.write(topic, records)

    def records(self, topic: str) -> list[Record]:
        """The records that a topic holds now."""
        there = self.topics()
        check_there([topic], there)
        return self._wire.read(topic, there[topic])

    # ---- Queries

    def run(
        self, id: str, topology: Topology, topics: Sequence[str], sink: str, log: Any, given: Settings
    ) -> Live | Unstarted:
        """Start a persistent query; its application id tells service and query."""
        try:
            return self._start(topology, f"_confluent-ksql-{self.service_id}query_{id}", topics, log, given)
        except StreamsError as error:
            return Unstarted(error)

    def push(self, id: str, transient: Transient, topics: Sequence[str], log: Any, given: Settings) -> Live:
        """Start a push query. Raises StatementError when a topic it reads is gone."""
        check_there(topics, self.topics())
        name = f"_confluent-ksql-{self.service_id}{id}_{secrets.token_hex(4)}"
        return self._start(transient.topology, name, topics, log, given)

    def _start(self, topology: Topology, id: str, topics: Sequence[str], log: Any, given: Settings) -> Live:
        if given.get("auto.offset.reset") == "latest":  # as of now, not of when Kafka Streams comes to look
            there = self.topics()
            self._wire.start_at_end(id, {name: there[name] for name in topics if name in there})
        config: dict[str, object] = {
            "statestore.cache.max.bytes": 0,  # every update is seen
            "fetch.max.wait.ms": 50,  # a fetch that waits holds up what is asked behind it, above all at the start
            "poll.ms": 20,  # between looks whether state has been restored
            "main.consumer.default.api.timeout.ms": 10_000,  # a commit for a topic that was deleted waits for so long
            **{name: value for name, value in given.items() if not name.startswith("ksql.")},
            "deserialization.exception.handler": runtime("SkipAndLog").class_,
            "ksql.processing.log": log,
        }
        live = Live(topology, id, topics, log, self._wire, state_dir=self._state_dir, config=config)
        live.application.start()
        return live

    # ---- Commands

    def open_commands(self) -> None:
        """Make the command topic unless it is there."""
        messaging.create_topic(self._command_topic, config={"retention.ms": -1}, bootstrap=self.bootstrap)

    def append(self, command: Command) -> int:
        """Put a command onto the command topic; its offset is its place."""
        value = json.dumps({"statement": command.statement, "properties": command.properties}).encode()
        (place,) = self._wire.write(self._command_topic, [Record(None, value, time.time_ns() // 1_000_000)])
        return place

    def commands(self, place: int) -> list[Command]:
        """The commands from a place on. Raises StatementError when somebody has deleted their topic."""
        try:
            found = self._wire.read(self._command_topic, 1, place)
        except StatementError as error:
            raise StatementError(
                f"The commands of service {self.service_id} are gone, somebody has deleted topic "
                f"{self._command_topic}: start its servers again, and make its streams, tables and queries anew."
            ) from error
        return [_command(each.value) for each in found if each.offset >= place]

    def forget_commands(self) -> None:
        """Delete the command topic."""
        self._wire.delete_topics([self._command_topic])

    def settle(self) -> None:
        """Queries go on by themselves."""

    def close(self) -> None:
        """Send what is left for the processing log, and let go of Kafka."""
        self._log_writer.end()
        self._wire.close()


def _writable(folder: Path) -> Path:
    """The folder, made if need be. Raises KsqlError when there can be nothing in it: no query could keep its state."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        raise KsqlError(
            f"Queries cannot keep their state in {folder} ({error.strerror}): name another folder."
        ) from error


def _command(value: bytes | None) -> Command:
    """What a record of the command topic says; of one that nobody here has written, its text, which is no statement."""
    try:
        said = json.loads(value or b"")
        return Command(str(said["statement"]), dict(said["properties"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        return Command((value or b"").decode(errors="replace"), {})
