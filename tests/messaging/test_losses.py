"""Records lost on purpose, on three brokers of the tests' own."""

import threading
import time
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd
import pytest

from helpers.messaging import MessagingError, describe, offsets
from helpers.messaging.losses import Trial
from helpers.services import Cluster, cluster

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def brokers(home: object) -> Iterator[Cluster]:
    with cluster(3) as started:
        yield started


@pytest.fixture
def three(brokers: Cluster, topic_name: str) -> Iterator[Cluster]:
    """The three brokers, all of them running, whatever a test has done to them."""
    yield brokers
    for node in brokers.nodes:
        if brokers.alive(node):
            brokers.resume(node)
        brokers.start(node)
    deadline = time.monotonic() + 60
    while len(describe(topic_name, bootstrap=brokers.bootstrap)["isr"].iloc[0]) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def cells(counted: pd.DataFrame) -> dict[tuple[str, str], Mapping[Hashable, Any]]:
    return {(row["moment"], row["acks"]): row for row in counted.to_dict("records")}


def test_what_was_on_the_wire_or_on_one_disk_is_lost_and_nothing_else(
    three: Cluster, topic_name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with Trial(three, topic=topic_name) as trial:
        trial.write("well")
        trial.pause_followers()
        trial.write("behind")
        trial.pause_leader()
        trial.write("stalled")
        trial.kill_leader()
        cell = cells(trial.count())
    for acks in ("0", "1", "all"):
        assert (cell["well", acks]["promised"], cell["well", acks]["lost"]) == (100, 0)
    for moment, acks in (("behind", "0"), ("behind", "1"), ("stalled", "0")):
        assert cell[moment, acks]["lost"] == cell[moment, acks]["promised"] == 100
    assert cell["stalled", "1"]["promised"] == 0
    for moment in ("behind", "stalled"):
        assert (cell[moment, "all"]["promised"], cell[moment, "all"]["later"]) == (0, 100)
    printed = capsys.readouterr().out
    assert "behind: acknowledged of 100 records: acks=0 → 100 · acks=1 → 100 · acks=all → 0" in printed
    assert "Luck" not in printed


def test_brokers_that_stand_still_late_change_nothing(
    three: Cluster, topic_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a busy machine, where threads go on for a while after a SIGSTOP: they ask for more, and answer."""
    with Trial(three, acks=[0, 1], topic=topic_name) as trial:
        with monkeypatch.context() as patched:
            pause = three.pause
            patched.setattr(three, "pause", lambda node: threading.Timer(0.15, pause, [node]).start())
            trial.pause_followers()
            trial.write("behind")
            trial.pause_leader()
        trial.write("stalled")
        trial.kill_leader()
        cell = cells(trial.count())
    for moment, acks in (("behind", "0"), ("behind", "1"), ("stalled", "0")):
        assert (cell[moment, acks]["promised"], cell[moment, acks]["lost"]) == (100, 100)
    assert cell["stalled", "1"]["promised"] == 0


def test_a_kill_loses_nothing_that_two_have(three: Cluster, topic_name: str) -> None:
    with Trial(three, acks=["all"], topic=topic_name) as trial:
        trial.write("well")
        trial.kill_leader()
        trial.write("without the leader")
        cell = cells(trial.count())
    assert cell["well", "all"]["kept"] == 100
    assert cell["without the leader", "all"]["kept"] + cell["without the leader", "all"]["later"] == 100


def test_luck_is_told(three: Cluster, topic_name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with Trial(three, acks=[1], topic=topic_name) as trial:
        trial.write("well")
        trial.pause_followers()
        trial.write("behind")
        for node in trial.followers:
            three.resume(node)  # so they catch up after all
        deadline = time.monotonic() + 20
        while offsets(topic_name, bootstrap=three.bootstrap)["end"].sum() < 200:  # what two brokers have
            assert time.monotonic() < deadline
            time.sleep(0.1)
        trial.kill_leader()
        trial.count()
    told = capsys.readouterr().out
    assert "Luck kept 100 records of acks=1, behind: run the cell once more." in told
    assert "well: run the cell" not in told


def test_brokers_that_do_not_recover_end_the_trial_in_time(three: Cluster, topic_name: str) -> None:
    with Trial(three, acks=[1], topic=topic_name, seconds=5) as trial:
        trial.pause_followers()
        trial.pause_leader()
        trial.write("nobody there")
        began = time.monotonic()
        with pytest.raises(MessagingError, match=r"no leader again within 5 s.*luck was against"):
            trial.count()
        assert time.monotonic() - began < 30
