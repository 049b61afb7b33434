"""Windows and grace against a reference that does it the long way."""

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from helpers.ksql.backends.topics import Record
from helpers.ksql.engine import Engine

RECORDS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 90), st.integers(-5, 5)), max_size=40)
SIZES = st.sampled_from([(10, 10), (10, 5), (12, 4)])  # size and advance
GRACE = st.integers(0, 15)
PHASES = [Phase.explicit, Phase.generate]  # shrinking takes minutes
FEW = settings(max_examples=5, deadline=None, phases=PHASES, derandomize=True)
MANY = settings(max_examples=300, deadline=None, phases=PHASES)
SETUP = "CREATE STREAM s (k VARCHAR KEY, n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='DELIMITED');"


def written(window, records, emit="CHANGES"):
    """(key, start, end, count, sum) of each row that the query over these records writes."""
    with Engine() as engine:
        engine.execute(SETUP)
        engine.execute(
            f"CREATE TABLE t AS SELECT k, COUNT(*) AS c, SUM(n) AS s FROM s WINDOW {window} GROUP BY k EMIT {emit};"
        )
        for key, time, number in records:
            engine.write("s", Record(key.encode(), str(number).encode(), time))
        return [tuple(row[name] for name in ("K", "WINDOWSTART", "WINDOWEND", "C", "S")) for row in engine.rows("T")]


def hopping(records, size, advance, grace):
    """Every record updates each window it lies in, unless the window ended `grace` before the latest time."""
    latest, state = 0, {}
    for key, time, number in records:
        latest = max(latest, time)
        first = max(0, time - size + advance) // advance * advance
        for start in range(first, time + 1, advance):
            if start + size > latest - grace:
                count, total = state.get((key, start), (0, 0))
                state[key, start] = count + 1, total + number
                yield key, start, start + size, count + 1, total + number


def sessions(records, gap, grace):
    """Every record joins the sessions of its key that it touches; those that change are deleted.

    Kafka Streams' store keeps a session for `gap + grace` after its end, by the latest end it has seen.
    """
    latest, newest, open_ = 0, 0, []
    for key, time, number in records:
        latest = max(latest, time)
        kept = [each for each in open_ if each[2] > newest - gap - grace]
        touched = sorted(each for each in kept if each[0] == key and each[2] >= time - gap and each[1] <= time + gap)
        start, end = min([time, *(each[1] for each in touched)]), max([time, *(each[2] for each in touched)])
        if end < latest - grace - gap:
            continue
        for each in touched:
            open_.remove(each)
            if (start, end) != (time, time):  # so Kafka Streams does, also when the bounds stay as they were
                yield *each[:3], None, None
        count, total = 1 + sum(each[3] for each in touched), number + sum(each[4] for each in touched)
        newest = max(newest, end)
        open_.append((key, start, end, count, total))
        yield open_[-1]


def final(records, size, advance, grace):
    """What `hopping` ends with, when each window closes, by its start and key.

    Read from a store that keeps a window for `size + grace`: when time jumps further, a window that closes is gone.
    """
    latest, newest, closed, state = 0, 0, None, {}
    for number, (_, time, _) in enumerate(records):
        latest = max(latest, time)
        state.update({(row[1], row[0]): row for row in hopping(records[: number + 1], size, advance, grace)})
        newest = max((start for start, _ in state), default=0)
        if closed is not None and latest - grace <= closed:
            continue
        first = 0 if closed is None else max(0, closed - size + 1)
        closed = latest - grace
        for start, key in sorted(state):
            if first <= start <= closed - size and start >= newest - (size + grace):
                yield state[start, key]


def check_hopping(records, sizes, grace):
    size, advance = sizes
    window = f"HOPPING (SIZE {size} MILLISECONDS, ADVANCE BY {advance} MILLISECONDS, GRACE PERIOD {grace} MILLISECONDS)"
    assert written(window, records) == list(hopping(records, size, advance, grace))


def check_final(records, sizes, grace):
    size, advance = sizes
    window = f"HOPPING (SIZE {size} MILLISECONDS, ADVANCE BY {advance} MILLISECONDS, GRACE PERIOD {grace} MILLISECONDS)"
    assert written(window, records, emit="FINAL") == list(final(records, size, advance, grace))


def check_sessions(records, gap, grace):
    window = f"SESSION ({gap} MILLISECONDS, GRACE PERIOD {grace} MILLISECONDS)"
    assert written(window, records) == list(sessions(records, gap, grace))


CHECKS = {check_hopping: (RECORDS, SIZES, GRACE), check_final: (RECORDS, SIZES, GRACE)}
CHECKS[check_sessions] = (RECORDS, st.integers(1, 15), GRACE)


@pytest.mark.parametrize("check", CHECKS)
def test_against_the_reference(check, java):
    FEW(given(*CHECKS[check])(check))()


@pytest.mark.long
@pytest.mark.parametrize("check", CHECKS)
def test_against_the_reference_many_times(check, java):
    MANY(given(*CHECKS[check])(check))()


def test_a_tumbling_window_is_one_that_hops_by_its_size(java):
    records = [("a", 3, 1), ("a", 12, 2), ("b", 25, 3), ("a", 4, 4), ("a", 14, 5)]
    window = "TUMBLING (SIZE 10 MILLISECONDS, GRACE PERIOD 10 MILLISECONDS)"
    assert written(window, records) == list(hopping(records, 10, 10, 10))
    assert written(window, records, emit="FINAL") == list(final(records, 10, 10, 10))
