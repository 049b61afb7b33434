"""A broker that stands still in the middle of things: every call still ends, and says which address is silent."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from helpers.messaging import (
    Member,
    MessagingError,
    Reading,
    UnreachableError,
    create_topic,
    read,
    wait_for_members,
    write,
)
from helpers.messaging.deadletters import DeadLetters, create, letters
from helpers.services import Cluster, cluster

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def lone(home: object) -> Iterator[Cluster]:
    """One broker that may be paused."""
    with cluster(1) as started:
        create_topic("t", bootstrap=started.bootstrap)
        create("t.dlq", bootstrap=started.bootstrap)
        yield started


@pytest.fixture
def paused(lone: Cluster) -> Iterator[Callable[[], None]]:
    """A function that pauses the broker until the test is over."""
    yield lambda: lone.pause(1)
    lone.resume(1)


def silence(lone: Cluster, call: Callable[[], object], seconds: float) -> None:
    """The call must end with the silent address, in its own time and the three seconds of a probe."""
    began = time.monotonic()
    with pytest.raises(UnreachableError, match=f"{lone.bootstrap}.* gave no answer in time"):
        call()
    assert time.monotonic() - began <= seconds + 4  # the fourth: a busy machine, closing


def test_one_broker_of_three_may_stand_still() -> None:
    """A client asks the addresses one after the other, and a producer any of the brokers for its number."""
    with cluster(3) as three:
        create_topic("t", 3, 3, bootstrap=three.bootstrap)
        write("t", [b"v"], seconds=30, bootstrap=three.bootstrap)
        three.pause(1)
        for _ in range(2):
            assert write("t", [b"v"] * 9, seconds=60, bootstrap=three.bootstrap).count == 9
        assert len(read("t", limit=19, seconds=60, bootstrap=three.bootstrap)) == 19
        three.resume(1)


def test_before_anything_has_begun(lone: Cluster, paused: Callable[[], None]) -> None:
    paused()
    silence(lone, lambda: read("t", limit=1, seconds=60, bootstrap=lone.bootstrap), seconds=0)


def test_while_writing(lone: Cluster, paused: Callable[[], None]) -> None:
    def records() -> Iterator[bytes]:
        yield b"before"
        paused()
        yield b"after"

    silence(lone, lambda: write("t", records(), seconds=1, bootstrap=lone.bootstrap), seconds=1)


def test_while_reading(lone: Cluster, paused: Callable[[], None]) -> None:
    write("t", [b"v"], seconds=10, bootstrap=lone.bootstrap)
    reading = Reading(["t"], limit=1_000_000, seconds=8, follow=True, bootstrap=lone.bootstrap)

    def drain() -> None:
        for _ in reading:
            paused()

    silence(lone, drain, seconds=8)


def test_while_putting_a_record_aside_which_then_is_one_letter(lone: Cluster, paused: Callable[[], None]) -> None:
    write("t", [b"bad"], seconds=10, bootstrap=lone.bootstrap)
    (bad,) = read("t", limit=1, seconds=10, bootstrap=lone.bootstrap)
    with DeadLetters("t.dlq", bootstrap=lone.bootstrap, seconds=1) as dead:
        paused()
        silence(lone, lambda: dead.send([(bad, "why")]), seconds=1)
        lone.resume(1)
        assert dead.send([(bad, "why")]) == 1
    assert [each.source for each in letters("t.dlq", limit=9, seconds=10, bootstrap=lone.bootstrap)] == [("t", 0, 0)]


def test_a_member_can_be_stopped(lone: Cluster, paused: Callable[[], None]) -> None:
    member = Member("t", "g", limit=1_000_000, seconds=60, bootstrap=lone.bootstrap).start()
    wait_for_members("g", 1, seconds=20, bootstrap=lone.bootstrap)
    paused()
    with suppress(MessagingError):  # when the pause came between a record and its commit
        member.stop(seconds=5)
    assert not member.running
