"""Sources, queries and functions described as ksqlDB's command line describes them."""

import re
from datetime import UTC, datetime

from helpers.ksql.display.layout import Entity, table, type_name

# What is not there in answers of older servers
_OF_SOURCE: Entity = {
    "windowType": None,
    "keyFormat": "KAFKA",
    "statement": "",
    "sourceConstraints": [],
    "queryOffsetSummaries": [],
}
_OF_QUERY: Entity = {"windowType": None, "queryType": "PERSISTENT", "ksqlHostQueryStatus": {}, "queryErrors": []}
_MORE = "For query topology and execution plan please run: EXPLAIN <QueryId>"


def _labelled(name: str, value: object) -> str:
    return f"{name:<20} : {value}\n"


def _fields(fields: list[Entity], width: int, key: str, window: str | None = None) -> str:
    if not fields:
        return ""
    return table(["Field", "Type"], [[each["name"], _field_kind(each, key, window)] for each in fields], width)


def _field_kind(field: Entity, key: str, window: str | None) -> str:
    shown = type_name(field["schema"])
    match field.get("type"):
        case "KEY":
            windowed = f" (Window type: {window})" if window else ""
            return f"{shown}  ({key}){windowed}"
        case "HEADER":
            name = field.get("headerKey")
            return f"{shown} (header('{name}'))" if name else f"{shown} (headers)"
    return shown


def columns(source: Entity) -> list[tuple[str, str]]:
    """The names of a stream's or table's columns and their types, as DESCRIBE names them."""
    return [(each["name"], _field_kind(each, _key(source), source.get("windowType"))) for each in source["fields"]]


def _key(source: Entity) -> str:
    return "primary key" if source["type"] == "TABLE" else "key"


def source(source: Entity, width: int) -> str:
    """What DESCRIBE prints."""
    source = _OF_SOURCE | {"valueFormat": source.get("format")} | source
    fields = _fields(source["fields"], width, _key(source), source["windowType"])
    if not source["extended"]:
        runtime = "For runtime statistics and query details run: DESCRIBE <Stream,Table> EXTENDED;\n"
        return "\n" + _labelled("Name", source["name"]) + fields + runtime
    topic = f"{source['topic']} (partitions: {source['partitions']}, replication: {source['replication']})"
    time = source["timestamp"] or "Not set - using <ROWTIME>"
    head = [
        ("Name", source["name"]),
        ("Type", source["type"]),
        ("Timestamp field", time),
        ("Key format", source["keyFormat"]),
        ("Value format", source["valueFormat"]),
        ("Kafka topic", topic),
        ("Statement", source["statement"]),
    ]
    parts = ["\n", *(_labelled(name, value) for name, value in head), fields]
    if source["sourceConstraints"]:
        title = "Sources that have a DROP constraint on this source"
        parts.append(f"\n{title}\n{'-' * len(title)}\n" + "".join(f"{each}\n" for each in source["sourceConstraints"]))
    parts += [
        _listed(source["readQueries"], "read", source["type"]),
        _listed(source["writeQueries"], "write", source["type"]),
    ]
    title = "Local runtime statistics"
    parts.append(f"\n{title}\n{'-' * len(title)}\n{source['statistics']}\n{source['errorStats']}")
    parts.append(f"\n(Statistics of the local KSQL server interaction with the Kafka topic {source['topic']})\n")
    return "".join([*parts, _groups(source["queryOffsetSummaries"], width)])


def _listed(queries: list[Entity], verb: str, kind: str) -> str:
    if not queries:
        return ""
    lines = "".join(f"{each['id']} ({each.get('state', 'RUNNING')}) : {each['queryString']}\n" for each in queries)
    return f"\nQueries that {verb} from this {kind}\n{'-' * 35}\n{lines}\n{_MORE}\n"


def _groups(groups: list[Entity], width: int) -> str:
    if not groups:
        return ""
    parts = ["\nConsumer Groups summary:\n"]
    for group in groups:
        parts.append("\n" + _labelled("Consumer Group", group["groupId"]))
        if not group["topicSummaries"]:
            parts.append("<no offsets committed by this group yet>\n")
        parts += [_offsets(topic, width) for topic in group["topicSummaries"]]
    return "".join(parts)


def _offsets(topic: Entity, width: int) -> str:
    rows = [
        [
            each["partition"],
            each["logStartOffset"],
            each["logEndOffset"],
            each["consumerOffset"],
            each["logEndOffset"] - each["consumerOffset"],
        ]
        for each in topic["offsets"]
    ]
    lag = max((row[-1] for row in rows), default=0)
    head = "\n" + _labelled("Kafka topic", topic["kafkaTopic"]) + _labelled("Max lag", lag)
    return head + table(["Partition", "Start Offset", "End Offset", "Offset", "Lag"], rows, width)


def query(query: Entity, width: int) -> str:
    """What EXPLAIN prints."""
    query = _OF_QUERY | query
    hosts = ", ".join(f"{host}={state}" for host, state in (query["ksqlHostQueryStatus"] or {}).items())
    parts = ["\n", _labelled("ID", query["id"]), _labelled("Query Type", query["queryType"])]
    parts += [_labelled("SQL", query["statementText"]), _labelled("Host Query Status", f"{{{hosts}}}")]
    parts.append(_fields(query["fields"], width, "key", query["windowType"]))
    for name, way, id in (("Sources", "reads from", "SourceId"), ("Sinks", "writes to", "SinkId")):
        if query[name.lower()]:
            lines = "".join(f"{each}\n" for each in query[name.lower()])
            parts.append(f"\n{name} that this query {way}: \n{'-' * 35}\n{lines}")
            parts.append(f"\nFor {name[:-1].lower()} description please run: DESCRIBE [EXTENDED] <{id}>\n")
    for title, content in (("Execution plan", query["executionPlan"]), ("Processing topology", query["topology"])):
        if content:
            parts.append(f"\n{title:<20}\n{'-' * len(title):<20}\n{content}\n")
    if query["overriddenProperties"]:
        properties = table(["Property", "Value"], [*query["overriddenProperties"].items()], width).removeprefix("\n")
        parts.append(f"\nOverridden Properties\n{'-' * 21}\n{properties}")
    return "".join([*parts, *map(_query_error, query["queryErrors"])])


def _query_error(error: Entity) -> str:
    """Its hours go to 12, as ksqlDB prints them."""
    moment = datetime.fromtimestamp(error["timestamp"] / 1000, UTC)
    date = f"{moment:%Y-%m-%d %I:%M:%S},{moment.microsecond // 1000:03} (UTC)"
    details = [("Error Date", date), ("Error Details", error["errorMessage"]), ("Error Type", error["type"])]
    return "\n" + "".join(_labelled(name, value) for name, value in details)


def function(entity: Entity, width: int) -> str:
    """What DESCRIBE FUNCTION prints."""
    head = [("Name", "name"), ("Author", "author"), ("Version", "version")]
    parts = ["\n", *(f"{label:<12}: {entity[name]}\n" for label, name in head if entity.get(name))]
    if entity.get("description"):
        parts.append(f"{'Overview':<12}: {_wrapped(entity['description'], 14, width)}\n")
    parts += [f"{'Type':<12}: {entity['type']}\n", f"{'Jar':<12}: {entity['path']}\n", f"{'Variations':<12}: \n"]
    for form in entity["functions"]:
        arguments = ", ".join(f"{each['name']} {each['type']}{'[]' * each['isVariadic']}" for each in form["arguments"])
        parts.append(f"\n\t{'Variation':<12}: {entity['name']}({arguments})\n\t{'Returns':<12}: {form['returnType']}\n")
        details = [("Description", form["description"])]
        details += [(each["name"], each["description"]) for each in form["arguments"]]
        parts += [f"\t{name:<12}: {_wrapped(value, 16, width)}\n" for name, value in details if value]
    return "".join(parts)


def _wrapped(text: str, indent: int, width: int) -> str:
    """Cut between words so that no line is longer than the terminal; further lines are indented."""
    lines: list[str] = []
    for line in text.split("\n"):
        lines.append("")
        for word in re.findall(r"\s*\S+[^\S\t]*|\s+", line):
            if lines[-1] and len(lines[-1]) + len(word) > width - indent:
                lines.append("")
            lines[-1] += word
    return f"\n{' ' * indent}".join(lines)
