"""An engine killed again and again while records come: none is lost and, with exactly-once, none counted twice."""

import json
import random
import subprocess
import sys
from collections import Counter

import pytest

from helpers import messaging
from helpers.config import ROOT
from helpers.messaging import Message
from tests.processes import until

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("java")]
KEYS = 7
SCRIPT = """
SET 'ksql.streams.processing.guarantee' = '{guarantee}';
SET 'ksql.streams.session.timeout.ms' = '6000';
SET 'ksql.streams.commit.interval.ms' = '100';
CREATE STREAM given (k INT KEY, n INT) WITH (KAFKA_TOPIC='{name}', VALUE_FORMAT='JSON');
CREATE STREAM taken WITH (KAFKA_TOPIC='{name}-taken') AS SELECT k, SLOWLY(n) AS n FROM given;
CREATE TABLE sums WITH (KAFKA_TOPIC='{name}-sums') AS
  SELECT k, COUNT(*) AS c, SUM(n) AS s, TALLY(n) AS t FROM taken GROUP BY k;
"""


class Killed:
    """A service whose only engine is killed and started again."""

    def __init__(self, kafka, name, folder):
        self.kafka, self.name, self.folder = kafka, name, folder
        self.process = None

    def start(self, script=""):
        command = [sys.executable, "-m", "tests.ksql.engines", self.kafka, f"{self.name}_", str(self.folder), script]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n"

    def written(self, topic):
        """How many records, committed or not, a topic holds by its last offset."""
        table = messaging.offsets(f"{self.name}-{topic}", bootstrap=self.kafka)
        return int(table["end"].sum())

    def committed(self, topic, limit):
        topic = f"{self.name}-{topic}"
        records = messaging.read(
            topic, limit=limit, seconds=120, follow=False, isolation_level="read_committed", bootstrap=self.kafka
        )
        return [(int.from_bytes(record.key), json.loads(record.value)) for record in records]

    def end(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def service(kafka, topic_name, tmp_path):
    service = Killed(kafka, topic_name, tmp_path)
    messaging.create_topic(topic_name, 1, bootstrap=kafka)
    yield service
    service.end()
    left = [each for each in messaging.list_topics(bootstrap=kafka) if topic_name in each]
    messaging.delete_topics(*left, bootstrap=kafka)


def survive(service, guarantee, count, kills, seed):
    """All results as (key, number), after the engine was killed at random moments of `count` records."""
    records = [Message(key=(n % KEYS).to_bytes(4), value=b'{"N":%d}' % n) for n in range(count)]
    messaging.write(service.name, records, bootstrap=service.kafka, seconds=60)
    moments = sorted(random.Random(seed).sample(range(1, count * 9 // 10), kills))
    service.start(SCRIPT.format(guarantee=guarantee, name=service.name))
    for moment in moments:
        until(lambda moment=moment: service.written("taken") >= moment, 60, "the engine does not go on")
        service.end()
        service.start()
    sums = {}

    found = Counter()

    def complete():  # each of them: some that are counted twice would hide as many that are still to come
        sums.update(service.committed("sums", count * 3))
        found.clear()
        found.update((key, value["N"]) for key, value in service.committed("taken", count * 3))
        return len(found) >= count and sum(value["C"] for value in sums.values()) >= count

    until(complete, 90, "records are missing")
    return found, sums


def expected(count):
    return Counter((n % KEYS, n) for n in range(count))


def exact_sums(count):
    """Of SQL's own SUM, and of the aggregate in Python."""
    numbers = {key: range(key, count, KEYS) for key in range(KEYS)}
    return {key: {"C": len(those), "S": sum(those), "T": sum(those)} for key, those in numbers.items()}


def check_exactly_once(service, count, kills, seed):
    found, sums = survive(service, "exactly_once_v2", count, kills, seed)
    lost, doubled = expected(count) - found, found - expected(count)
    assert (lost.total(), doubled.total(), sums) == (0, 0, exact_sums(count))


def test_exactly_once(service):
    check_exactly_once(service, 3_000, kills=1, seed=1)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(3))
def test_exactly_once_many_kills(service, seed):
    check_exactly_once(service, 20_000, kills=4, seed=seed)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_at_least_once_loses_none(service):
    found, _ = survive(service, "at_least_once", 20_000, kills=4, seed=7)
    assert not expected(20_000) - found
