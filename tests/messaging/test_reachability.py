"""A wrong address is named, with what to do, in at most three seconds: the given ones and the advertised ones."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from helpers.messaging import UnreachableError, create_topic, probe, read, write
from helpers.messaging.reachability import reach
from helpers.services.probing import Address, addresses
from helpers.services.process import ServiceError
from tests.messaging.fake_broker import FakeBroker


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that refuses connections for as long as the test runs: bound, so nobody else gets it."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


def complaint(call: Callable[[], object]) -> str:
    """What an UnreachableError says; it must come within three seconds and be one paragraph."""
    began = time.monotonic()
    with pytest.raises(UnreachableError) as caught:
        call()
    assert time.monotonic() - began <= 3.0
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_cluster_that_can_be_used_is_described() -> None:
    with FakeBroker(cluster="abc") as broker:
        cluster = probe(broker.bootstrap)
    assert cluster.id == "abc"
    assert [each.address for each in cluster.brokers] == [Address("127.0.0.1", broker.port)]


def test_one_of_several_bootstrap_addresses_is_enough(closed_port: int) -> None:
    with FakeBroker() as broker:
        assert probe(f"127.0.0.1:{closed_port}, {broker.bootstrap}").id == "fake"


def test_a_refused_connection_is_named(closed_port: int) -> None:
    said = complaint(lambda: probe(f"127.0.0.1:{closed_port}"))
    assert f"127.0.0.1:{closed_port} refuses connections" in said
    assert "lab up" in said


def test_a_name_that_does_not_resolve_is_named() -> None:
    assert "no-such-host.invalid:9092 is a name that cannot be resolved" in complaint(
        lambda: probe("no-such-host.invalid:9092")
    )


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (None, "gave no answer in time"),
        (b"", "hangs up on a Kafka request"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "answers, but not as Kafka"),
        (b"\0\0\0\x08\0\0\0\1\0\0\0\0", "answers, but not as Kafka"),
    ],
    ids=["silent", "hangs up", "web server", "short answer"],
)
def test_what_listens_without_being_kafka_is_told_apart(reply: bytes | None, said: str) -> None:
    with FakeBroker(reply=reply) as broker:
        assert f"{broker.bootstrap} {said}" in complaint(lambda: probe(broker.bootstrap))


@pytest.mark.services
def test_redis_and_a_web_server_which_wait_for_the_end_of_a_line_are_told_apart_too(redis_url: str) -> None:
    """Neither answers a Kafka request."""
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for at in (f"127.0.0.1:{server.server_port}", redis_url.split("/")[2]):
            assert f"{at} answers, but not as Kafka" in complaint(lambda at=at: probe(at))
        server.shutdown()


def test_a_wrong_advertised_listener_is_found(closed_port: int) -> None:
    with FakeBroker(advertised=[("127.0.0.1", closed_port)]) as broker:
        said = complaint(lambda: probe(broker.bootstrap))
    assert f"127.0.0.1:{closed_port} (broker 1) refuses connections" in said
    assert "advertised.listeners" in said


def test_an_advertised_name_of_another_network_is_found() -> None:
    with FakeBroker(advertised=[("kafka.invalid", 9092)]) as broker:
        said = complaint(lambda: probe(broker.bootstrap))
    assert "kafka.invalid:9092 (broker 1) is a name that cannot be resolved" in said


def test_an_advertised_address_that_never_answers_is_found() -> None:
    with FakeBroker(reply=None) as silent, FakeBroker(advertised=[("127.0.0.1", silent.port)]) as broker:
        assert f"{silent.bootstrap} (broker 1) gave no answer in time" in complaint(
            lambda: probe(broker.bootstrap, seconds=0.5)
        )


def test_an_advertised_address_of_another_cluster_is_found() -> None:
    with FakeBroker(cluster="other") as other, FakeBroker(advertised=[("127.0.0.1", other.port)]) as broker:
        assert "belongs to another cluster, other" in complaint(lambda: probe(broker.bootstrap))


def test_a_cluster_without_brokers_is_said_to_be_young() -> None:
    with FakeBroker(advertised=[]) as broker:
        assert "knows no broker yet" in complaint(lambda: probe(broker.bootstrap))


def test_a_cluster_that_lost_one_broker_fails_the_probe_but_can_be_used(closed_port: int) -> None:
    with FakeBroker() as well:
        both = [("127.0.0.1", well.port), ("127.0.0.1", closed_port)]
        with FakeBroker(advertised=both) as broker:
            assert f"127.0.0.1:{closed_port} (broker 2)" in complaint(lambda: probe(broker.bootstrap))
            found = reach(broker.bootstrap)
            assert len(found.brokers) == 2
            assert found.bootstrap == well.bootstrap


@pytest.mark.parametrize(
    "use",
    [
        lambda at: create_topic("t", bootstrap=at),
        lambda at: read("t", limit=1, seconds=30, bootstrap=at),
        lambda at: write("t", [b"v"], seconds=30, bootstrap=at),
    ],
    ids=["create_topic", "read", "write"],
)
def test_whoever_uses_a_wrong_address_hears_of_it_at_once(use: Callable[[str], object], closed_port: int) -> None:
    complaint(lambda: use(f"127.0.0.1:{closed_port}"))
    with FakeBroker(advertised=[("127.0.0.1", closed_port)]) as broker:
        assert "advertised.listeners" in complaint(lambda: use(broker.bootstrap))


@pytest.mark.parametrize("text", ["localhost", "localhost:", ":9092", "localhost:0", "localhost:66000", "a:1,,b:2"])
def test_what_is_no_address_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ServiceError, match="write host:port, such as localhost:9092"):
        addresses(text)


def test_addresses_may_be_ipv6() -> None:
    assert addresses("[::1]:9092, localhost:9093") == (Address("::1", 9092), Address("localhost", 9093))
    assert str(Address("::1", 9092)) == "[::1]:9092"
