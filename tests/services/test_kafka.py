"""A broker whose data cannot be prepared says what Kafka's own tool found wrong."""

from pathlib import Path

import pytest

from helpers.services.kafka import Broker, Voter, free_port, new_cluster_id
from helpers.services.pins import BROKER_SETTINGS
from helpers.services.process import ServiceError


@pytest.mark.usefixtures("fresh_home")
@pytest.mark.parametrize(
    ("setting", "value", "reason"),
    [
        ("listeners", "nonsense", "Unable to parse a listener name from nonsense"),
        ("num.partitions", "many", "Not a number of type INT"),
    ],
)
def test_the_cause_is_named_and_not_the_end_of_a_stack_trace(
    tmp_path: Path, setting: str, value: str, reason: str
) -> None:
    me = Voter(1, free_port(), free_port())
    settings = {**BROKER_SETTINGS, setting: value}
    broker = Broker("kafka", tmp_path / "kafka", tmp_path / "kafka.log", me, (me,), settings)
    with pytest.raises(ServiceError, match=reason) as caught:
        broker.format(new_cluster_id())
    assert "\n" not in str(caught.value)
