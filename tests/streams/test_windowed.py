"""Windowed aggregations against brute force over the same records, late ones included."""

import random
from collections import Counter, defaultdict
from datetime import timedelta

import pytest

from helpers.streams import (
    SessionWindows,
    SlidingWindows,
    StreamsBuilder,
    StreamsError,
    Suppressed,
    TimeWindows,
    TopologyTestDriver,
    Windowed,
)
from tests.streams.conftest import Run, latest, pairs

START = 1_700_000_000_000
MINUTE = 60_000
RANDOM = random.Random(7)
FOREVER = timedelta(days=1)
# Mostly in order, some late by up to eight minutes
RECORDS = [
    ("in", RANDOM.choice("ab"), 1, START + n * 20_000 - (RANDOM.randrange(8 * MINUTE) if n % 4 == 0 else 0))
    for n in range(120)
]


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def brute_force(size: int, advance: int, grace: int) -> Counter:
    """Count per key and window what arrives before its window closes, as KIP-633 defines closing."""
    counts: Counter = Counter()
    stream_time = 0
    for _, key, _, at in RECORDS:
        stream_time = max(stream_time, at)
        for start in range((at - size) // advance * advance + advance, at + 1, advance):
            if start <= at < start + size and start + size > stream_time - grace:
                counts[Windowed(key, start, start + size)] += 1
    return counts


@pytest.mark.parametrize("grace", [0, 3, 60])
@pytest.mark.parametrize(("size", "advance"), [(5, None), (5, 1), (5, 2)])
def test_tumbling_and_hopping_counts(run: Run, size: int, advance: int | None, grace: int) -> None:
    builder = StreamsBuilder()
    windows = TimeWindows(minutes(size), advance and minutes(advance), minutes(grace))
    builder.stream("in").group_by_key().windowed_by(windows).count().to_stream().to("out")
    expected = brute_force(size * MINUTE, (advance or size) * MINUTE, grace * MINUTE)
    assert latest(run(builder, RECORDS, "out")["out"]) == expected
    assert sum(brute_force(size * MINUTE, size * MINUTE, 0).values()) < len(RECORDS)  # some are late indeed


def test_windowed_reduce_and_aggregate(run: Run) -> None:
    builder = StreamsBuilder()
    windowed = builder.stream("in").group_by_key().windowed_by(TimeWindows(minutes(5), grace=FOREVER))
    windowed.reduce(lambda so_far, value: so_far + value).to_stream().to("sums")
    windowed.aggregate(list, lambda key, value, so_far: [*so_far, key]).to_stream().to("lists")
    out = run(builder, RECORDS, "sums", "lists")
    expected = brute_force(5 * MINUTE, 5 * MINUTE, 10**12)
    assert latest(out["sums"]) == expected
    assert latest(out["lists"]) == {window: [window.key] * count for window, count in expected.items()}


def test_sliding_counts(run: Run) -> None:
    difference = 2 * MINUTE
    builder = StreamsBuilder()
    windows = SlidingWindows(timedelta(milliseconds=difference), grace=FOREVER)
    builder.stream("in").group_by_key().windowed_by(windows).count().to_stream().to("out")
    expected = {}
    for key in "ab":
        times = [at for _, other, _, at in RECORDS if other == key]
        # A window ends with each record, and one begins just after each that others follow.
        for start in {at - difference for at in times} | {at + 1 for at in times}:
            if count := sum(start <= at <= start + difference for at in times):
                expected[Windowed(key, start, start + difference)] = count
    assert latest(run(builder, RECORDS, "out")["out"]) == expected


def sessions(gap: int) -> dict[Windowed, list[int]]:
    """Runs of records no more than `gap` apart."""
    found = {}
    for key in "ab":
        times = sorted(at for _, other, _, at in RECORDS if other == key)
        runs: list[list[int]] = []
        for at in times:
            if runs and at - runs[-1][-1] <= gap:
                runs[-1].append(at)
            else:
                runs.append([at])
        found.update({Windowed(key, run[0], run[-1]): run for run in runs})
    return found


def test_sessions_merge_when_a_late_record_joins_two(run: Run) -> None:
    gap = 30_000
    builder = StreamsBuilder()
    windows = SessionWindows(timedelta(milliseconds=gap), grace=FOREVER)
    windowed = builder.stream("in").group_by_key().windowed_by(windows)
    windowed.count().to_stream().to("counts")
    windowed.reduce(lambda so_far, value: so_far + value).to_stream().to("sums")
    windowed.aggregate(
        lambda: 0, lambda key, value, so_far: so_far + value, lambda key, one, other: one + other
    ).to_stream().to("merged")
    out = run(builder, RECORDS, "counts", "sums", "merged")
    expected = {window: len(times) for window, times in sessions(gap).items()}
    assert latest(out["counts"]) == latest(out["sums"]) == latest(out["merged"]) == expected
    assert any(value is None for _, value in pairs(out["counts"]))  # sessions that became part of others


def test_suppress_gives_one_final_result_per_closed_window(run: Run) -> None:
    grace = 3 * MINUTE
    builder = StreamsBuilder()
    windowed = builder.stream("in").group_by_key().windowed_by(TimeWindows(minutes(5), grace=minutes(3)))
    windowed.count().suppress(Suppressed.until_window_closes(name="final")).to_stream().to("out")
    last = max(at for *_, at in RECORDS)
    every = brute_force(5 * MINUTE, 5 * MINUTE, grace)
    expected = {window: count for window, count in every.items() if window.end + grace <= last}
    assert sorted(pairs(run(builder, RECORDS, "out")["out"])) == sorted(expected.items())


def test_suppress_for_a_time_gives_the_latest_update_only(run: Run) -> None:
    builder = StreamsBuilder()
    table = builder.stream("in").group_by_key().count()
    table.suppress(Suppressed.until_time_limit(minutes(1), name="calm")).to_stream().to("out")
    given = [("in", "a", 1, START), ("in", "a", 1, START + 1), ("in", "b", 1, START + MINUTE + 1)]
    assert pairs(run(builder, given, "out")["out"]) == [("a", 2)]


def test_suppress_with_a_full_buffer_lets_the_oldest_go(run: Run) -> None:
    builder = StreamsBuilder()
    table = builder.stream("in").group_by_key().count()
    table.suppress(Suppressed.until_time_limit(minutes(60), max_records=1)).to_stream().to("out")
    given = [("in", "a", 1, START), ("in", "b", 1, START + 1), ("in", "c", 1, START + 2)]
    assert pairs(run(builder, given, "out")["out"]) == [("a", 1), ("b", 1)]


def test_window_and_session_stores_can_be_asked() -> None:
    builder = StreamsBuilder()
    grouped = builder.stream("in").group_by_key()
    grouped.windowed_by(TimeWindows(minutes(5), grace=FOREVER)).count(store="windows")
    grouped.windowed_by(SessionWindows(timedelta(seconds=30), grace=FOREVER)).count(store="sessions")
    expected = brute_force(5 * MINUTE, 5 * MINUTE, 10**12)
    of_a = sorted((window.start, count) for window, count in expected.items() if window.key == "a")
    with TopologyTestDriver(builder.build()) as driver:
        topic = driver.create_input_topic("in")
        for _, *record in RECORDS:
            topic.pipe_input(*record)
        windows, found = driver.store("windows"), driver.store("sessions")
        assert list(windows.fetch("a")) == of_a
        assert list(windows.fetch("a", of_a[1][0], of_a[2][0])) == of_a[1:3]
        assert dict(windows.all()) == expected
        assert dict(windows.fetch_all(of_a[1][0])) == {w: n for w, n in expected.items() if w.start >= of_a[1][0]}
        assert dict(found.fetch("b")) == {w: len(t) for w, t in sessions(30_000).items() if w.key == "b"}


def test_a_window_of_a_fraction_of_a_millisecond_is_refused() -> None:
    with pytest.raises(StreamsError, match="whole milliseconds"):
        StreamsBuilder().stream("in").group_by_key().windowed_by(TimeWindows(timedelta(microseconds=1)))


def test_counts_by_window_go_on_keyed_by_whatever_is_made_of_it(run: Run) -> None:
    builder = StreamsBuilder()
    table = builder.stream("in").group_by_key().windowed_by(TimeWindows(minutes(5), grace=FOREVER)).count()
    table.to_stream().select_key(lambda window, count: f"{window.key}@{window.start}").to("out")
    seen = defaultdict(int)
    for key, value in pairs(run(builder, RECORDS, "out")["out"]):
        seen[key] = value
    expected = brute_force(5 * MINUTE, 5 * MINUTE, 10**12)
    assert seen == {f"{window.key}@{window.start}": count for window, count in expected.items()}
