"""An outage is announced once, waited for with growing pauses, given up in the end, and its end is told."""

import time

import pytest

from helpers.scoring import ScoringError
from helpers.scoring.outage import Outage


class Clock:
    """Stands in for the time, which passes only in pauses."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", lambda: clock.now)
    monkeypatch.setattr(time, "sleep", clock.sleep)
    return clock


def test_beginning_and_end_are_told_once(clock: Clock) -> None:
    said: list[str] = []
    outage = Outage("Redis", 60, said.append)
    outage.ended()
    for _ in range(5):
        outage.persists("connection refused")
    outage.ended()
    outage.ended()
    assert said == [
        "Redis does not answer (connection refused): trying again for up to 60 s, nothing is committed meanwhile.",
        "Redis answers again after 3.1 s; nothing was lost.",
    ]


def test_pauses_grow_to_two_seconds_and_patience_ends(clock: Clock) -> None:
    outage = Outage("Redis", 10, lambda _: None)
    while clock.now < 1010:
        outage.persists("refused")
    with pytest.raises(ScoringError, match=r"has not answered for 1[01] s"):
        outage.persists("refused")
    assert clock.pauses[:6] == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0]
    assert max(clock.pauses) == 2.0


def test_after_its_end_an_outage_begins_anew(clock: Clock) -> None:
    outage = Outage("Redis", 10, lambda _: None)
    for _ in range(20):
        outage.persists("refused")
        outage.ended()
    assert set(clock.pauses) == {0.1}
