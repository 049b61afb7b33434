"""Windows and grace against a reference that does it the long way."""

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from helpers.ksql.engine import Engine
from helpers.ksql.topics import Record

RECORDS = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 60), st.integers(-5, 5)), max_size=25)
FEW = settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.generate])  # shrinking takes minutes
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
    """Every record joins the sessions of its key that it touches; those that change are deleted."""
    latest, open_ = 0, []
    for key, time, number in records:
        latest = max(latest, time)
        touched = sorted(each for each in open_ if each[0] == key and each[2] >= time - gap and each[1] <= time + gap)
        start, end = min([time, *(each[1] for each in touched)]), max([time, *(each[2] for each in touched)])
        if end < latest - grace - gap:
            continue
        for each in touched:
            open_.remove(each)
            if (start, end) != (time, time):  # so Kafka Streams does, also when the bounds stay as they were
                yield *each[:3], None, None
        count, total = 1 + sum(each[3] for each in touched), number + sum(each[4] for each in touched)
        open_.append((key, start, end, count, total))
        yield open_[-1]


@FEW
@given(RECORDS, st.sampled_from([(10, 10), (10, 5), (12, 4)]), st.integers(0, 15))
def test_tumbling_and_hopping(java, records, sizes, grace):
    size, advance = sizes
    window = f"HOPPING (SIZE {size} MILLISECONDS, ADVANCE BY {advance} MILLISECONDS, GRACE PERIOD {grace} MILLISECONDS)"
    assert written(window, records) == list(hopping(records, size, advance, grace))


@FEW
@given(RECORDS, st.integers(1, 15), st.integers(0, 15))
def test_sessions(java, records, gap, grace):
    window = f"SESSION ({gap} MILLISECONDS, GRACE PERIOD {grace} MILLISECONDS)"
    assert written(window, records) == list(sessions(records, gap, grace))


@FEW
@given(RECORDS, st.integers(0, 15))
def test_final_results_are_the_last_changes(java, records, grace):
    """Nothing comes twice, and what comes is what the changes ended with."""
    window = f"TUMBLING (SIZE 10 MILLISECONDS, GRACE PERIOD {grace} MILLISECONDS)"
    changes = {row[:2]: row for row in hopping(records, 10, 10, grace)}
    final = written(window, records, emit="FINAL")
    assert len({row[:2] for row in final}) == len(final)
    assert all(changes[row[:2]] == row for row in final)
