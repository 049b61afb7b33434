"""Instances as processes: sharing, killed and replaced, ending with their parent, failing with a traceback."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from helpers import messaging
from helpers.messaging import Message
from helpers.streams import LONG, StreamsError, spawn
from helpers.streams.child import find

pytestmark = pytest.mark.services
APPS = "tests.streams.apps:"


@pytest.fixture
def topics(kafka: str, topic_name: str) -> Iterator[tuple[str, str]]:
    """An input and an output topic of two partitions."""
    names = f"{topic_name}-in", f"{topic_name}-out"
    for name in names:
        messaging.create_topic(name, 2, bootstrap=kafka)
    yield names
    left = [name for name in messaging.list_topics(bootstrap=kafka) if name.startswith(topic_name)]
    messaging.delete_topics(*left, bootstrap=kafka)


def send(topic: str, count: int, kafka: str) -> Counter:
    keys = [f"k{n % 7}" for n in range(count)]
    messaging.write(topic, [Message(key=key.encode(), value=b"1") for key in keys], bootstrap=kafka, seconds=20)
    return Counter(keys)


def counts(out: str, limit: int, kafka: str) -> list[tuple[str, int]]:
    records = messaging.read(out, bootstrap=kafka, limit=limit, seconds=60, isolation_level="read_committed")
    return [(record.key.decode(), LONG.from_bytes(record.value)) for record in records]


def test_two_share_the_work_and_one_takes_over_with_its_state_when_the_other_is_killed(
    topics: tuple[str, str], kafka: str
) -> None:
    source, out = topics
    arguments = source, source, out, kafka, True
    with (
        spawn(f"{APPS}counting", *arguments, name="one") as one,
        spawn(f"{APPS}counting", *arguments, name="two") as two,
    ):
        one.wait_until_running()
        two.wait_until_running()
        messaging.wait_for_members(source, 2, seconds=30, bootstrap=kafka)
        expected = send(source, 70, kafka)
        assert sorted(counts(out, 70, kafka)) == sorted((key, n + 1) for key in expected for n in range(expected[key]))
        one.kill()
        assert one.state == "ENDED"
        expected += send(source, 70, kafka)
        updates = counts(out, 140, kafka)  # exactly once: no count is missing, none comes twice
        assert sorted(updates) == sorted((key, n + 1) for key in expected for n in range(expected[key]))
        assert two.state == "RUNNING"


def test_an_instance_that_fails_says_why(topics: tuple[str, str], kafka: str) -> None:
    source, _ = topics
    send(source, 1, kafka)
    with spawn(f"{APPS}failing", source, source, kafka, name="one") as one:
        one.wait_for("ENDED", seconds=60)
        assert "ZeroDivisionError: division by zero" in one.output
        assert f"failed on {source}" in one.output
    with pytest.raises(StreamsError, match=r"(?s)Instance 'one' is ENDED, not RUNNING.*ZeroDivisionError"):
        one.wait_until_running(1)


PARENT = """
import sys
from helpers.streams import spawn
instance = spawn("tests.streams.apps:counting", *sys.argv[1:], name="one").wait_until_running(60)
print(instance.pid, flush=True)
sys.stdin.readline()
"""


def test_an_instance_ends_with_a_parent_that_was_killed(topics: tuple[str, str], kafka: str) -> None:
    source, out = topics
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, source, source, out, kafka],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        child = psutil.Process(int(parent.stdout.readline()))
    finally:
        parent.kill()
        parent.wait()
    child.wait(30)
    deadline = time.monotonic() + 10  # it left the group, as one that is closed does
    while messaging.groups(bootstrap=kafka).set_index("group").loc[source, "members"] and time.monotonic() < deadline:
        time.sleep(0.1)
    assert messaging.groups(bootstrap=kafka).set_index("group").loc[source, "members"] == 0


def test_what_cannot_be_run_is_said(tmp_path: Path) -> None:
    script = tmp_path / "app.py"
    script.write_text("def seven():\n    return 7\n")
    assert find(f"{script}:seven")() == 7
    with pytest.raises(StreamsError, match=r"has no function 'eight': write module:function"):
        find(f"{script}:eight")
    with pytest.raises(StreamsError, match=r"no file nowhere\.py"):
        find("nowhere.py:seven")
    with spawn(f"{APPS}not_an_application", name="one") as one:
        assert "returned 7: it must make an Application" in one.wait_for("ENDED", seconds=30).output
