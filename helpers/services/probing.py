"""Whether a Kafka cluster can be used from here, found out in seconds.

A client asks a bootstrap address for the brokers and from then on talks only to the addresses that these
*advertise*. When those are wrong, bootstrapping succeeds and every send and fetch stalls. So both are asked,
with Kafka's own Metadata request on plain sockets: the clients themselves say nothing for 30 s.
"""

import contextlib
import queue
import socket
import struct
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kafka.protocol.metadata import MetadataRequest, MetadataResponse

from helpers.config import ADDRESSES, fault_in
from helpers.services.process import ServiceError
from helpers.services.remedies import start_or_correct

# The newest version without tagged fields; brokers from 1.0 to 4.x answer it (KIP-896 kept Metadata whole).
METADATA_VERSION = 5
# No honest answer of a workbook's cluster is larger; "HTTP" read as a length is 1.2 GB.
LARGEST_ANSWER = 32 * 2**20
# Whoever speaks in lines answers this, a web server and Redis among them, and waits for ever on a Kafka request, which
# need not hold the end of a line. Kafka reads a length, larger than any request it takes, and hangs up.
LINE = b"PING\r\n\r\n"
# What the last thread and the caller need after the deadline, so that "3 s" is kept and not just aimed at.
SLACK = 0.1


class Unreachable(ServiceError):
    """A service does not answer, or what it tells its clients to use cannot be reached from here."""


@dataclass(frozen=True, order=True)
class Address:
    """A host and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Broker:
    """A broker as it advertises itself."""

    id: int
    address: Address


@dataclass(frozen=True)
class Cluster:
    """What a cluster says of itself. topics: how many partitions each topic has; silent: brokers that do not answer."""

    id: str
    brokers: tuple[Broker, ...]
    topics: Mapping[str, int]
    silent: frozenset[Broker] = frozenset()

    @property
    def bootstrap(self) -> str:
        """The addresses that answer: kafka-python tries one after the other, and waits for a silent one for seconds."""
        return ",".join(str(broker.address) for broker in self.brokers if broker not in self.silent)


def probe(bootstrap: str, seconds: float = 3) -> Cluster:
    """Ask the bootstrap addresses and then every advertised one; all of it within `seconds`.

    One answering bootstrap address is enough, as it is for a client; each advertised address must answer,
    and for the same cluster. Raises Unreachable with the address that fails, why, and what to do.
    """
    cluster, failures = _survey(bootstrap, seconds)
    if failures:
        raise Unreachable(_advertised_sentence(bootstrap, failures))
    return cluster


def reach(bootstrap: str, seconds: float = 3) -> Cluster:
    """Like `probe`, but content with one broker that answers: a cluster that just lost another is usable."""
    cluster, failures = _survey(bootstrap, seconds)
    if len(failures) == len(cluster.brokers):
        raise Unreachable(_advertised_sentence(bootstrap, failures))
    return replace(cluster, silent=frozenset(failures))


def addresses(bootstrap: str) -> tuple[Address, ...]:
    """Take `host:port[,host:port…]` apart. Raises ServiceError on anything else."""
    return tuple(_address(part.strip(), bootstrap) for part in bootstrap.split(","))


def _address(text: str, bootstrap: str) -> Address:
    if fault := fault_in(text):
        raise ServiceError(f"Kafka's address {text or bootstrap!r} {fault}: write {ADDRESSES}.")
    host, _, port = text.rpartition(":")
    return Address(host.removeprefix("[").removesuffix("]"), int(port))


def _survey(bootstrap: str, seconds: float) -> tuple[Cluster, dict[Broker, str]]:
    """The cluster, and what is wrong with the advertised address of each broker that has something wrong."""
    deadline = time.monotonic() + seconds - min(SLACK, seconds / 10)
    given = addresses(bootstrap)
    answers = _ask_all(given, deadline, enough=1)
    found = next(((at, answer) for at, answer in answers.items() if isinstance(answer, MetadataResponse)), None)
    if found is None:
        reasons = "; ".join(f"{at} {answers[at]}" for at in given)
        remedy = start_or_correct("kafka", bootstrap)
        raise Unreachable(f"No Kafka answers: {reasons}. {remedy[0].upper()}{remedy[1:]}.")
    answered_at, metadata = found
    cluster = _cluster(metadata)
    if not cluster.brokers:
        raise Unreachable(f"Kafka at {answered_at} knows no broker yet: wait a few seconds and try again.")
    others = {broker.address for broker in cluster.brokers} - {answered_at}
    verdicts = _ask_all(others, deadline, enough=len(others))
    return cluster, {
        broker: reason
        for broker in cluster.brokers
        if broker.address in verdicts and (reason := _objection(verdicts[broker.address], cluster.id))
    }


def _cluster(metadata: MetadataResponse) -> Cluster:
    return Cluster(
        id=metadata.cluster_id,
        brokers=tuple(
            Broker(broker.node_id, Address(broker.host, broker.port))
            for broker in sorted(metadata.brokers, key=lambda broker: broker.node_id)
        ),
        topics={topic.name: len(topic.partitions) for topic in metadata.topics},
    )


def _objection(answer: MetadataResponse | str, cluster_id: str) -> str | None:
    if isinstance(answer, str):
        return answer
    return None if answer.cluster_id == cluster_id else f"belongs to another cluster, {answer.cluster_id}"


def _advertised_sentence(bootstrap: str, failures: Mapping[Broker, str]) -> str:
    wrong = "; ".join(f"{broker.address} (broker {broker.id}) {why}" for broker, why in failures.items())
    return (
        f"Kafka answers at {bootstrap} but sends its clients on to an address that fails: {wrong}. Start "
        "that broker again, or set its advertised.listeners to an address that can be reached from here."
    )


def _ask_all(targets: Iterable[Address], deadline: float, *, enough: int) -> dict[Address, MetadataResponse | str]:
    """Ask all at once; return when `enough` have answered as Kafka, all have spoken, or time is up."""
    answers: dict[Address, MetadataResponse | str] = dict.fromkeys(targets, "gave no answer in time")
    arrived: queue.SimpleQueue[tuple[Address, MetadataResponse | str]] = queue.SimpleQueue()
    for target in answers:
        # Daemons: a name server that hangs cannot be interrupted, and must not keep the program from ending.
        threading.Thread(target=lambda at=target: arrived.put((at, _ask(at, deadline))), daemon=True).start()
    good = 0
    with contextlib.suppress(queue.Empty):
        for _ in range(len(answers)):
            target, answer = arrived.get(timeout=max(0.0, deadline - time.monotonic()))
            answers[target] = answer
            good += isinstance(answer, MetadataResponse)
            if good >= enough:
                break
    return answers


def _ask(address: Address, deadline: float) -> MetadataResponse | str:
    """The Metadata answer of one address, or a predicate that says what is wrong with it."""
    try:
        with socket.create_connection((address.host, address.port), timeout=_left(deadline)) as connection:
            return _exchange(connection, deadline)
    except socket.gaierror:
        return "is a name that cannot be resolved"
    except ConnectionRefusedError:
        return "refuses connections (nothing listens there)"
    except TimeoutError:
        return "gave no answer in time"
    except (ConnectionError, EOFError):
        return "hangs up on a Kafka request (it wants TLS or a login, or is another service)"
    except (ValueError, IndexError, struct.error):
        return "answers, but not as Kafka (another service listens there)"
    except OSError as error:
        return f"cannot be reached ({error.strerror or error})"


def _exchange(connection: socket.socket, deadline: float) -> MetadataResponse:
    request = MetadataRequest(topics=None, allow_auto_topic_creation=False, version=METADATA_VERSION)
    request.with_header(correlation_id=1, client_id="reachability")
    connection.sendall(request.encode(header=True, framed=True))
    if _heard(connection, _left(deadline) / 2) is None and _speaks_in_lines(connection.getpeername()[:2], deadline):
        raise ValueError(LINE)
    (size,) = struct.unpack(">i", _receive(connection, 4, deadline))
    if not 0 < size <= LARGEST_ANSWER:
        raise ValueError(size)
    return MetadataResponse.decode(_receive(connection, size, deadline), version=METADATA_VERSION, header=True)


def _heard(connection: socket.socket, seconds: float) -> bytes | None:
    """The first byte, which stays to be read; b"" when the other side hangs up, None after `seconds` of silence."""
    connection.settimeout(seconds)
    try:
        return connection.recv(1, socket.MSG_PEEK)
    except TimeoutError:
        return None


def _speaks_in_lines(address: tuple[str, int], deadline: float) -> bool:
    """Whether what is silent on a Kafka request answers a line."""
    with contextlib.suppress(OSError), socket.create_connection(address, timeout=_left(deadline)) as connection:
        connection.sendall(LINE)
        return bool(_heard(connection, _left(deadline) / 2))
    return False


def _receive(connection: socket.socket, size: int, deadline: float) -> bytes:
    data = bytearray()
    while len(data) < size:
        connection.settimeout(_left(deadline))
        chunk = connection.recv(size - len(data))
        if not chunk:
            raise EOFError
        data += chunk
    return bytes(data)


def _left(deadline: float) -> float:
    return max(0.001, deadline - time.monotonic())
