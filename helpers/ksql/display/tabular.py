"""An entity of the REST API as the text that ksqlDB's command line prints for it."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from helpers.ksql.display import descriptions
from helpers.ksql.display.layout import Entity, table, type_name

WIDTH = 100  # of the terminal
_ERROR_WIDTH = 60


class Listing(NamedTuple):
    """A table: its titles, its rows, and a line beneath."""

    titles: Sequence[str]
    rows: Sequence[Sequence[Any]]
    footer: str = ""


def listing(entity: Entity) -> Listing | None:
    """The entity as a table; None when it is described in more than one, or a server of another version shapes it."""
    make = _LISTS.get(str(entity.get("@type")))
    try:
        return make(entity) if make else None
    except (KeyError, TypeError):
        return None


def text(entity: Entity, width: int = WIDTH) -> str:
    """The entity as text; of a kind or a shape that is not known, the JSON."""
    try:
        return _laid_out(entity, width)
    except (KeyError, TypeError):
        return _json(entity)


def _laid_out(entity: Entity, width: int) -> str:
    kind = entity.get("@type")
    if "errorMessage" in entity:
        return table(["Error"], [[_error(entity["errorMessage"])]], width)
    found = listing(entity)
    if found is not None:
        return table(found.titles, found.rows, width, found.footer)
    match kind:
        case "sourceDescription":
            return descriptions.source(entity["sourceDescription"], width)
        case "source_descriptions":
            return "".join(descriptions.source(each, width) for each in entity["sourceDescriptions"])
        case "queryDescription":
            return descriptions.query(entity["queryDescription"], width)
        case "query_descriptions":
            return "".join(descriptions.query(each, width) for each in entity["queryDescriptions"])
        case "describe_function":
            return descriptions.function(entity, width)
    return _json(entity)


def _json(entity: Entity) -> str:
    return json.dumps(entity, indent=2, ensure_ascii=False) + "\n"


# ---- Lists; what .get asks for is not there in answers of older servers


def _sources(entity: Entity) -> Listing:
    kind = str(entity["@type"])
    rows = [
        [
            each["name"],
            each["topic"],
            each.get("keyFormat", "KAFKA"),
            each.get("valueFormat") or each["format"],
            _truth(each.get("isWindowed", False)),
        ]
        for each in sorted(entity[kind], key=lambda each: str(each["name"]))
    ]
    title = f"{kind[:-1].capitalize()} Name"
    return Listing([title, "Kafka Topic", "Key Format", "Value Format", "Windowed"], rows)


def _topics(entity: Entity) -> Listing:
    extended = entity["@type"] == "kafka_topics_extended"
    rows = [
        [each["name"], len(each["replicaInfo"]), _replicas(each["replicaInfo"])]
        + ([each["consumerCount"], each["consumerGroupCount"]] if extended else [])
        for each in sorted(entity["topics"], key=lambda each: str(each["name"]))
    ]
    more = ["Consumers", "ConsumerGroups"] if extended else []
    return Listing(["Kafka Topic", "Partitions", "Partition Replicas", *more], rows)


def _replicas(numbers: list[int]) -> str:
    return str(numbers[0]) if len(set(numbers)) == 1 else ", ".join(map(str, numbers))


def _queries(entity: Entity) -> Listing:
    rows = [
        [
            each["id"],
            each.get("queryType", "PERSISTENT"),
            ", ".join(f"{state}:{number}" for state, number in each.get("statusCount", {}).items()),
            ", ".join(each["sinks"]),
            ", ".join(each.get("sinkKafkaTopics", ())),
            " ".join(each["queryString"].split()),
        ]
        for each in sorted(entity["queries"], key=lambda each: str(each["id"]))
    ]
    titles = ["Query ID", "Query Type", "Status", "Sink Name", "Sink Kafka Topic", "Query String"]
    return Listing(titles, rows, "For detailed information on a Query run: EXPLAIN <Query ID>;")


def _functions(entity: Entity) -> Listing:
    rows = [[each["name"], each.get("category", "")] for each in entity["functions"]]
    return Listing(["Function Name", "Category"], sorted(rows, key=lambda row: (row[1], row[0])))


def _properties(entity: Entity) -> Listing:
    given = {
        **dict.fromkeys(entity.get("defaultProperties", ()), ""),
        **dict.fromkeys(entity.get("overwrittenProperties", ()), "SESSION"),
    }
    rows = [
        [
            each["name"],
            each.get("scope", "KSQL"),
            given.get(each["name"], "SERVER"),
            "NULL" if each["value"] is None else str(each["value"]),
        ]
        for each in sorted(entity["properties"], key=lambda each: each["name"])
    ]
    return Listing(["Property", "Scope", "Default override", "Effective Value"], rows)


def _variables(entity: Entity) -> Listing:
    return Listing(["Variable Name", "Value"], [[each["name"], each["value"]] for each in entity["variables"]])


def _types(entity: Entity) -> Listing:
    rows = [[name, type_name(entity["types"][name])] for name in sorted(entity["types"])]
    return Listing(["Type Name", "Schema"], rows)


def _asserted(entity: Entity) -> Listing:
    text = f"Topic {entity['topicName']} {'exists' if entity['exists'] else 'does not exist'}"
    return Listing(["Message"], [[text]])


def _terminated(entity: Entity) -> Listing:
    return Listing(["Query ID", "Was Terminated"], [[entity["queryId"], _truth(entity["wasTerminated"])]])


def _status(entity: Entity) -> Listing:
    return Listing(["Message"], [[entity["commandStatus"]["message"]]])


def _warning(entity: Entity) -> Listing:
    return Listing(["Message"], [[entity["message"]]])


def _old_topic(entity: Entity) -> Listing:
    rows = [[entity["name"], entity["kafkaTopic"], entity["format"], entity["schemaString"]]]
    return Listing(["Table Name", "Kafka Topic", "Type", "Schema"], rows)


_LISTS = {
    "streams": _sources,
    "tables": _sources,
    "kafka_topics": _topics,
    "kafka_topics_extended": _topics,
    "queries": _queries,
    "function_names": _functions,
    "properties": _properties,
    "variables": _variables,
    "type_list": _types,
    "currentStatus": _status,
    "warning_entity": _warning,
    "assert_topic": _asserted,
    "terminate_query": _terminated,
    "topicDescription": _old_topic,
}


def _error(message: str) -> str:
    """JSON is laid out, other text is cut into lines."""
    try:
        value = json.loads(message)
    except ValueError:
        return "\n".join(message[at : at + _ERROR_WIDTH] for at in range(0, len(message), _ERROR_WIDTH))
    return json.dumps(value, indent=2, separators=(",", " : "), ensure_ascii=False)


def _truth(value: bool) -> str:
    return str(value).lower()
