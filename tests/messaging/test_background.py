"""Members share a topic because each has its own thread; none outlives its block, loses a record or hides an error."""

import threading
from collections.abc import Callable

import pytest
from kafka.consumer.fetcher import ConsumerRecord

from helpers.messaging import (
    Member,
    MessagingError,
    UnknownTopicError,
    create_topic,
    lag,
    members,
    wait_for_members,
    write,
)

pytestmark = pytest.mark.services
SECONDS = 30


@pytest.fixture
def numbers(kafka: str, topic_name: str) -> str:
    """A topic of three partitions that holds 300 records, 100 in each."""
    create_topic(topic_name, 3, bootstrap=kafka)
    write(topic_name, _three_hundred(), seconds=10, bootstrap=kafka)
    return topic_name


def member(
    kafka: str, topic: str, name: str = "a", handle: Callable[[ConsumerRecord], object] | None = None, limit: int = 300
) -> Member:
    return Member(topic, topic, limit=limit, seconds=SECONDS, name=name, handle=handle, bootstrap=kafka)


def test_two_members_share_the_partitions_and_every_record_is_handled_once(kafka: str, topic_name: str) -> None:
    create_topic(topic_name, 3, bootstrap=kafka)
    with member(kafka, topic_name, "a") as a, member(kafka, topic_name, "b") as b:
        table = wait_for_members(topic_name, 2, seconds=SECONDS, bootstrap=kafka)
        assert sorted(table["partition"]) == [0, 1, 2]
        assert set(table["client"]) == {"a", "b"}
        write(topic_name, _three_hundred(), seconds=10, bootstrap=kafka)
        _until(lambda: len(a.records) + len(b.records) >= 300)
    assert a.records
    assert b.records
    seen = [(record.partition, record.offset) for record in a.records + b.records]
    assert len(set(seen)) == 300
    assert lag(topic_name, bootstrap=kafka)["lag"].sum() == 0


def test_a_member_more_than_partitions_stands_idle(kafka: str, topic: str) -> None:
    with member(kafka, topic, "a") as a, member(kafka, topic, "b") as b:
        table = wait_for_members(topic, 2, seconds=SECONDS, bootstrap=kafka)
        assert table["partition"].count() == 1
        assert len(table) == 2
        _until(lambda: len(a.assignment) + len(b.assignment) == 1)


def test_it_ends_by_itself_at_its_limit_with_exactly_that_committed(kafka: str, numbers: str) -> None:
    with member(kafka, numbers, limit=70) as one:
        one.join(SECONDS)
        assert not one.running
    assert len(one.records) == 70
    assert lag(numbers, bootstrap=kafka)["committed"].sum() == 70


def test_it_ends_by_itself_after_its_time(kafka: str, topic: str) -> None:
    with Member(topic, topic, limit=1, seconds=0.5, bootstrap=kafka) as idle:
        idle.join(SECONDS)
    assert not idle.running


def test_stopped_in_the_middle_it_commits_what_it_handled_and_no_more(kafka: str, numbers: str) -> None:
    tenth = threading.Event()

    def handle(record: ConsumerRecord) -> None:
        if len(one.records) == 9:
            tenth.set()
            stopping.wait(SECONDS)

    stopping = threading.Event()
    one = member(kafka, numbers, handle=handle)
    with one:
        assert tenth.wait(SECONDS)
        one._stopping.set()
        stopping.set()
    assert len(one.records) == 10
    assert lag(numbers, bootstrap=kafka)["committed"].sum() == 10


def test_what_handle_raises_is_raised_by_stop_and_its_record_is_not_committed(kafka: str, numbers: str) -> None:
    def handle(record: ConsumerRecord) -> None:
        if len(one.records) == 5:
            raise ValueError("a sixth record")

    one = member(kafka, numbers, handle=handle)
    one.start()
    with pytest.raises(MessagingError, match="a sixth record") as caught:
        one.join(SECONDS)
    assert isinstance(caught.value.__cause__, ValueError)
    assert lag(numbers, bootstrap=kafka)["committed"].sum() == 5


def test_an_error_in_the_block_is_not_hidden_by_the_members(kafka: str, numbers: str) -> None:
    def handle(record: ConsumerRecord) -> None:
        raise ValueError("in the thread")

    one = member(kafka, numbers, handle=handle)

    def block() -> None:
        with one:
            _until(lambda: not one.running)
            raise RuntimeError("in the block")

    with pytest.raises(RuntimeError, match="in the block"):
        block()


def test_a_handler_that_does_not_return_is_reported(kafka: str, numbers: str) -> None:
    begun, release = threading.Event(), threading.Event()

    def handle(record: ConsumerRecord) -> None:
        begun.set()
        release.wait(SECONDS)

    one = member(kafka, numbers, handle=handle).start()
    assert begun.wait(SECONDS)
    with pytest.raises(MessagingError, match=r"still works after 0\.2 s"):
        one.stop(seconds=0.2)
    release.set()
    one.stop(SECONDS)


def test_changes_tell_what_was_given_and_taken(kafka: str, numbers: str) -> None:
    with member(kafka, numbers, "a", limit=10_000) as a:
        wait_for_members(numbers, 1, seconds=SECONDS, bootstrap=kafka)
        with member(kafka, numbers, "b", limit=10_000):
            wait_for_members(numbers, 2, seconds=SECONDS, bootstrap=kafka)
    kinds = [(change.kind, len(change.partitions)) for change in a.changes]
    assert kinds[:2] == [("assigned", 3), ("revoked", 3)]
    assert ("assigned", 2) in kinds
    assert a.assignment == frozenset()


def test_leaving_is_told_to_the_group_at_once(kafka: str, topic: str) -> None:
    with member(kafka, topic):
        wait_for_members(topic, 1, seconds=SECONDS, bootstrap=kafka)
    assert members(topic, bootstrap=kafka).empty


def test_what_a_member_sets_itself_is_not_a_setting(kafka: str, topic: str) -> None:
    with pytest.raises(MessagingError, match="enable_auto_commit"):
        Member(topic, topic, limit=1, seconds=1, settings={"enable_auto_commit": True}, bootstrap=kafka)


def test_an_unknown_topic_is_said_before_a_thread_starts(kafka: str, topic_name: str) -> None:
    with pytest.raises(UnknownTopicError):
        Member(topic_name, topic_name, limit=1, seconds=1, bootstrap=kafka)


def _three_hundred() -> list[tuple[bytes, bytes]]:
    """A third of them for each of three partitions."""
    return [((b"NY", b"CA", b"OH")[number % 3], str(number).encode()) for number in range(300)]


def _until(true: Callable[[], bool]) -> None:
    """Poll until something is true; fail after SECONDS."""
    patience = threading.Event()
    for _ in range(SECONDS * 20):
        if true():
            return
        patience.wait(0.05)
    pytest.fail(f"not true within {SECONDS} s")
