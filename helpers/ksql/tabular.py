"""An entity of the REST API as the text that ksqlDB's command line prints for it."""

import json

from helpers.ksql import descriptions
from helpers.ksql.layout import Entity, table, type_name

WIDTH = 100  # of the terminal
_ERROR_WIDTH = 60


def text(entity: Entity, width: int = WIDTH) -> str:
    """The entity as text; of a kind that is not known, the JSON."""
    kind = entity.get("@type")
    if "errorMessage" in entity:
        return table(["Error"], [[_error(entity["errorMessage"])]], width)
    if kind in _LISTS:
        return _LISTS[kind](entity, width)
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
    return json.dumps(entity, indent=2) + "\n"


# ---- Lists


def _sources(entity: Entity, width: int) -> str:
    kind = str(entity["@type"])
    rows = [
        [each["name"], each["topic"], each["keyFormat"], each["valueFormat"], _truth(each["isWindowed"])]
        for each in sorted(entity[kind], key=lambda each: str(each["name"]))
    ]
    title = f"{kind[:-1].capitalize()} Name"
    return table([title, "Kafka Topic", "Key Format", "Value Format", "Windowed"], rows, width)


def _topics(entity: Entity, width: int) -> str:
    extended = entity["@type"] == "kafka_topics_extended"
    rows = [
        [each["name"], len(each["replicaInfo"]), _replicas(each["replicaInfo"])]
        + ([each["consumerCount"], each["consumerGroupCount"]] if extended else [])
        for each in sorted(entity["topics"], key=lambda each: str(each["name"]))
    ]
    more = ["Consumers", "ConsumerGroups"] if extended else []
    return table(["Kafka Topic", "Partitions", "Partition Replicas", *more], rows, width)


def _replicas(numbers: list[int]) -> str:
    return str(numbers[0]) if len(set(numbers)) == 1 else ", ".join(map(str, numbers))


def _queries(entity: Entity, width: int) -> str:
    rows = [
        [
            each["id"],
            each["queryType"],
            ", ".join(f"{state}:{number}" for state, number in each["statusCount"].items()),
            ", ".join(each["sinks"]),
            ", ".join(each["sinkKafkaTopics"]),
            " ".join(each["queryString"].split()),
        ]
        for each in sorted(entity["queries"], key=lambda each: str(each["id"]))
    ]
    titles = ["Query ID", "Query Type", "Status", "Sink Name", "Sink Kafka Topic", "Query String"]
    return table(titles, rows, width, "For detailed information on a Query run: EXPLAIN <Query ID>;")


def _functions(entity: Entity, width: int) -> str:
    rows = sorted([each["name"], each["category"]] for each in entity["functions"])
    return table(["Function Name", "Category"], sorted(rows, key=lambda row: (row[1], row[0])), width)


def _properties(entity: Entity, width: int) -> str:
    rows = [[each["name"], each["scope"], each["level"], each["value"]] for each in entity["properties"]]
    return table(["Property", "Scope", "Default override", "Effective Value"], rows, width)


def _variables(entity: Entity, width: int) -> str:
    return table(["Variable Name", "Value"], [[each["name"], each["value"]] for each in entity["variables"]], width)


def _types(entity: Entity, width: int) -> str:
    rows = [[name, type_name(entity["types"][name])] for name in sorted(entity["types"])]
    return table(["Type Name", "Schema"], rows, width)


def _asserted(entity: Entity, width: int) -> str:
    text = f"Topic {entity['topicName']} {'exists' if entity['exists'] else 'does not exist'}"
    return table(["Message"], [[text]], width)


def _terminated(entity: Entity, width: int) -> str:
    return table(["Query ID", "Was Terminated"], [[entity["queryId"], _truth(entity["wasTerminated"])]], width)


def _status(entity: Entity, width: int) -> str:
    return table(["Message"], [[entity["commandStatus"]["message"]]], width)


def _warning(entity: Entity, width: int) -> str:
    return table(["Message"], [[entity["message"]]], width)


def _old_topic(entity: Entity, width: int) -> str:
    rows = [[entity["name"], entity["kafkaTopic"], entity["format"], entity["schemaString"]]]
    return table(["Table Name", "Kafka Topic", "Type", "Schema"], rows, width)


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
