"""Rates of loops, and a loop that a person stops."""

import pytest

from helpers import messaging
from helpers.scoring.clocks import Rates, Stopped

pytestmark = pytest.mark.services


def interrupted(records: object) -> None:
    raise KeyboardInterrupt


def test_a_stopped_loop_ends_with_a_sentence_and_is_not_measured(kafka: str, topic: str) -> None:
    messaging.write(topic, [b"a record"], seconds=10, bootstrap=kafka)
    rates = Rates(kafka)
    with pytest.raises(Stopped, match="the first: stopped before it was through") as caught:
        rates.measure("the first", interrupted, topic, 1)
    assert caught.value._render_traceback_() == [str(caught.value)]
    assert rates.by_step == {}


def test_a_loop_that_comes_through_is_measured(kafka: str, topic: str) -> None:
    messaging.write(topic, [b"a record"], seconds=10, bootstrap=kafka)
    rates, seen = Rates(kafka), []
    rates.measure("the first", seen.extend, topic, 1)
    assert [record.value for record in seen] == [b"a record"]
    assert rates.by_step["the first"] > 0
