"""Whether an answer of `helpers.ksql.conformance` is what its case expects, by the rules of the cases.

    python -m tests.ksql.comparison CASES_FOLDER ACTUAL.jsonl [--table docs/ksql.md]

prints every difference and a table per area, and puts the table into a document between its two markers.
"""

import argparse
import os
import re
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from helpers.ksql.conformance import cases
from helpers.ksql.language.parser import parse
from helpers.ksql.sources.metastore import MetaStore

# of the given cases, which are not part of the project
FOLDER = Path(os.environ.get("KSQL_CASES") or Path(__file__).parents[3] / "shared" / "ksql" / "cases")
BEGIN, END = "<!-- conformance: begin -->", "<!-- conformance: end -->"


def fault(case, answer):
    """Why the answer is not what the case expects, None when it is."""
    if case.get("error"):
        if not answer["error"]:
            return "the last statement was accepted"
        early = answer["statement"] not in (None, len(case["statements"]) - 1)
        return f"statement {answer['statement']} was refused: {answer['error']['message']}" if early else None
    if answer["error"]:
        return f"error: {answer['error']['message']}"
    return _outputs_fault(case, answer) or _post_fault(case, answer)


def _outputs_fault(case, answer):
    wanted = defaultdict(list)
    for record in case.get("outputs") or []:
        wanted[record["topic"]].append(record)
    for topic, records in wanted.items():
        got = answer["outputs"].get(topic, [])
        for number, (one, other) in enumerate(zip(records, got, strict=False)):
            if not same_record(one, other):
                return f"{topic}[{number}]: wanted {_shown(one)}, got {_shown(other)}"
        if len(records) != len(got):
            return f"{topic}: wanted {len(records)} records, got {len(got)}: {[_shown(each) for each in got]}"
    return None


def _shown(record):
    return " ".join(f"{name}={record.get(name)}" for name in ("key", "value", "timestamp", "window"))


def same_record(wanted, got):
    """Whether a record is as expected; times and windows only where they are."""
    same_time = wanted.get("timestamp") is None or wanted["timestamp"] == got["timestamp"]
    same_window = wanted.get("window") is None or wanted["window"] == got["window"]
    return same_time and same_window and same(wanted["key"], got["key"]) and same(wanted["value"], got["value"])


def same(wanted, got):
    """null as null, int as int, double within 1e-6, decimals with their scale, objects by name or upper-cased name."""
    match wanted:
        case None:
            return got is None
        case bool() | str():
            return type(got) is type(wanted) and got == wanted
        case int() | Decimal():
            number = isinstance(got, int | Decimal) and not isinstance(got, bool)
            return number and abs(Decimal(wanted) - Decimal(got)) <= Decimal("1e-6") * max(1, abs(Decimal(wanted)))
        case list():
            return isinstance(got, list) and len(wanted) == len(got) and all(map(same, wanted, got))
        case dict():
            return (
                isinstance(got, dict)
                and len(wanted) == len(got)
                and all(same(value, got.get(name, got.get(name.upper(), _MISSING))) for name, value in wanted.items())
            )
    return False


_MISSING = object()


def _post_fault(case, answer):
    post = case.get("post") or {}
    pattern = (post.get("topics") or {}).get("blacklist")
    for topic in answer["created_topics"] if pattern else ():
        if re.fullmatch(pattern, topic):
            return f"topic {topic} was made"
    there = {source["name"]: source for source in answer["sources"]}
    for wanted in post.get("sources") or []:
        got = there.get(wanted["name"])
        if got is None:
            return f"{wanted['name']} does not exist"
        reason = _source_fault(wanted, got)
        if reason:
            return f"{wanted['name']}: {reason}"
    return None


def _source_fault(wanted, got):
    if wanted.get("type") and wanted["type"] != got["type"]:
        return f"wanted a {wanted['type']}, got a {got['type']}"
    if wanted.get("schema") and _columns(wanted["schema"]) != _columns(got["schema"]):
        return f"wanted the columns {wanted['schema']}, got {got['schema']}"
    for name in ("keyFormat", "valueFormat"):
        format = wanted.get(name)
        format = format.get("format", format) if isinstance(format, dict) else format
        if isinstance(format, str) and format != got[name]:
            return f"wanted the {name} {format}, got {got[name]}"
    return None


def _columns(schema):
    (statement,) = parse(f"CREATE STREAM x ({schema.replace('PRIMARY KEY', 'KEY')}) WITH (KAFKA_TOPIC='x');")
    store = MetaStore()
    return [(column.name, str(store.resolve(column.type)), column.role) for column in statement.columns]


def compared(cases_, answers):
    """(case, fault) of each case."""
    by_id = {answer["id"]: answer for answer in answers}
    nothing = {"error": {"message": "no answer"}, "outputs": {}, "sources": [], "created_topics": []}
    return [(case, fault(case, by_id.get(case["id"], nothing))) for case in cases_]


def table(results):
    """A Markdown table of how many cases of each area passed."""
    areas = defaultdict(lambda: defaultdict(list))
    for case, reason in results:
        kind = "refused" if case.get("error") else f"tier {case['tier']}"
        areas[case["id"].split(" - ")[0]][kind].append(reason is None)
        areas["**all**"][kind].append(reason is None)
    kinds = ("tier 1", "tier 2", "refused")
    rows = [f"| area | {' | '.join(kinds)} |", "|---|--:|--:|--:|"]
    for area in [*sorted(areas.keys() - {"**all**"}), "**all**"]:
        cells = [f"{sum(passed)} of {len(passed)}" if (passed := areas[area][kind]) else "" for kind in kinds]
        rows.append(f"| {area} | {' | '.join(cells)} |")
    return "\n".join(rows)


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.ksql.comparison")
    parser.add_argument("cases", type=Path)
    parser.add_argument("actual", type=Path)
    parser.add_argument("--table", type=Path)
    given = parser.parse_args()
    files = [given.cases / "rows.jsonl", given.cases / "errors.jsonl"] if given.cases.is_dir() else [given.cases]
    results = compared(cases(files), list(cases([given.actual])))
    for case, reason in results:
        if reason is not None:
            print(f"{case['id']} (tier {case['tier']}): {reason}")
    made = table(results)
    print(f"\n{made}")
    if given.table is not None:
        text = given.table.read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        given.table.write_text(f"{before}{BEGIN}\n{made}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    return int(any(reason is not None for _, reason in results))


if __name__ == "__main__":
    sys.exit(main())
