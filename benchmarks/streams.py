"""`python -m benchmarks.streams`: helpers.streams beside Quix Streams, the same topologies on the same topics.

One broker, one run, interleaved, a fresh process for each engine, case and round, one thread each. A rate is taken from
the first result in the target topic to the last, so that neither start-up counts; all results are compared with what
plain Python makes of the same records.
"""

import json
import statistics
import sys
from collections import Counter
from collections.abc import Iterator, Sequence

from benchmarks.streams_bench import Design, Record, Suite, as_json, canonical, chosen, measure, parser, times
from benchmarks.streams_tasks import WINDOW, command, enriched, keeps, priced

ENGINES = ("ours", "quix")
TITLES = {
    "filter": "one Python filter on text",
    "map": "JSON map",
    "count": "count by key and minute, every update",
    "join": "stream–table join",
}
RECORDS = {"filter": 400_000, "map": 400_000, "count": 100_000, "join": 200_000}  # enough for Java to warm up
GOALS = {"filter": 40_000, "map": 20_000}
KEYS = 1_000
START = 1_700_000_000_000 // 60_000 * 60_000  # of the records' time; rows are older


def given(case: str, count: int) -> Iterator[Record]:
    """The records of a case: orders 10 ms apart."""
    for id in range(count):
        order = {"id": id, "item": f"item-{id % 97}", "amount": id % 20_000}
        value = f"{id % 10} {json.dumps(order)}" if case == "filter" else json.dumps(order)
        yield f"k{id % KEYS}", value, START + 10 * id


def rows() -> Iterator[Record]:
    """The table of the join, older than every order."""
    for key in range(KEYS):
        yield f"k{key}", json.dumps({"city": f"city-{key % 50}"}), START - 60_000


def expected(case: str, count: int) -> Counter[tuple[str, str]]:
    """Keys and values of all results, by plain Python."""
    cities = {key: json.loads(value) for key, value, _ in rows()}
    size = int(WINDOW.total_seconds() * 1000)
    counts: Counter[tuple[str, int]] = Counter()
    results: Counter[tuple[str, str]] = Counter()
    for key, value, at in given(case, count):
        if case == "filter":
            results[key, value] += keeps(value)
        elif case == "map":
            results[key, canonical(priced(json.loads(value)))] += 1
        elif case == "join":
            results[key, canonical(enriched(json.loads(value), cities[key]))] += 1
        else:
            counts[key, start := at // size * size] += 1
            results[key, canonical({"start": start, "count": counts[key, start]})] += 1
    return +results


def result(design: Design, key: bytes, value: bytes) -> tuple[str, str]:
    """A result as text."""
    text = value.decode()
    return key.decode(), text if design.case == "filter" else canonical(json.loads(text))


SUITE = Suite(ENGINES, given, rows, expected, result, command)


def table(designs: Sequence[Design]) -> str:
    """The figures as a person reads them."""
    head = f"{'records/s, median of ' + str(len(designs[0].rates)):40}{'ours':>9}{'quix':>9}{'×':>6}{'goal':>9}"
    lines = [head + f"{'CPU µs/record':>18}{'wrong':>7}   rounds"]
    for case in dict.fromkeys(design.case for design in designs):
        mine, peer = (design for design in designs if design.case == case)
        goal = f"{GOALS[case]:,}" if case in GOALS else ""
        cpu = " / ".join(f"{statistics.median(design.cpu):.0f}" for design in (mine, peer))
        rates = " | ".join(", ".join(f"{rate:,.0f}" for rate in design.rates) for design in (mine, peer))
        lines.append(
            f"{TITLES[case]:40}{mine.rate:>9,.0f}{peer.rate:>9,.0f}{times(designs, case, *ENGINES):>6.1f}{goal:>9}"
            f"{cpu:>18}{mine.wrong + peer.wrong:>7}   {rates}"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; exit status 1 when any result was unlike the reference."""
    options = parser("streams", __doc__ or "", RECORDS).parse_args(arguments)
    designs = measure(SUITE, chosen(options, RECORDS), options.rounds)
    print(as_json(SUITE, designs) if options.json else table(designs))
    return int(any(design.wrong for design in designs))


if __name__ == "__main__":
    sys.exit(main())
