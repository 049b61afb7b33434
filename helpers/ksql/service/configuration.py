"""Which settings SET and requests may give: KSQL's own, and those of Kafka Streams and its clients."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from helpers.ksql.backends.processing_log import SETTING
from helpers.ksql.errors import StatementError
from helpers.ksql.functions.aggregates import AGGREGATES
from helpers.ksql.service.session import PREFIX, canonical
from helpers.streams import jvm

_SWITCH = ("true", "false")
# KSQL's own settings, with the values they take (None: any text) and what holds when none is given.
OWN: dict[str, tuple[tuple[str, ...] | None, str | None]] = {
    "ksql.nested.error.set.null": (_SWITCH, "true"),
    "ksql.output.topic.name.prefix": (None, ""),
    "ksql.persistence.default.format.key": (None, "KAFKA"),
    "ksql.persistence.default.format.value": (None, None),
    "ksql.persistence.wrap.single.values": (_SWITCH, None),
    "ksql.query.pull.limit.clause.enabled": (_SWITCH, "true"),
    "ksql.query.pull.range.scan.enabled": (_SWITCH, "true"),
    "ksql.query.pull.table.scan.enabled": (_SWITCH, "true"),
    "ksql.timestamp.throw.on.invalid": (_SWITCH, "false"),
    # of ksqlDB, where they choose between ways to the same rows
    "ksql.query.pull.enable.standby.reads": (_SWITCH, "false"),
    "ksql.query.pull.interpreter.enabled": (_SWITCH, "true"),
    "ksql.query.pull.max.allowed.offset.lag": (None, str(2**63 - 1)),
    "ksql.query.pull.stream.enabled": (("true",), "true"),
    "ksql.query.push.v2.enabled": (_SWITCH, "false"),
}
# of functions, whole numbers: what stands behind the colon of their Java
LIMITS = {each.setting: each.forms[0].java.partition(":")[2] for each in AGGREGATES.values() if each.setting}
# What the server itself decides.
_FIXED = frozenset(
    [
        "application.id",
        "application.server",
        "bootstrap.servers",
        "client.id",
        "deserialization.exception.handler",
        "group.id",
        "interceptor.classes",
        "metric.reporters",
        "processing.exception.handler",
        "state.dir",
    ]
)
_CONFIGURATIONS = ("streams.StreamsConfig", "clients.consumer.ConsumerConfig", "clients.producer.ProducerConfig")
_PREFIXES = ("main.consumer.", "restore.consumer.", "global.consumer.", "consumer.", "producer.", "admin.", "topic.")


def check_setting(name: str, value: str | None = None) -> None:
    """Check that there is such a setting, that it may be changed, and takes the value.

    Raises:
        StatementError: it is none, the server's own, or has another kind of value.
    """
    name = canonical(name)
    if name in OWN:
        allowed, _ = OWN[name]
        if value is not None and allowed is not None and value.lower() not in allowed:
            raise StatementError(f"Invalid value {value} for property {name}: it takes {' or '.join(allowed)}.")
        return
    if name in LIMITS:
        if value is not None and not value.isdecimal():
            raise StatementError(f"Invalid value {value} for property {name}: it takes a whole number.")
        return
    bare = next((name.removeprefix(prefix) for prefix in _PREFIXES if name.startswith(prefix)), name)
    if bare in _FIXED or name.startswith("ksql."):
        known = get_close_matches(name, OWN, n=1)
        hint = f" Did you mean {known[0]}?" if known else ""
        raise StatementError(f"Property {name} cannot be changed here: it is the server's own, or there is none.{hint}")
    _check_kafka_setting(name, bare, value)


def listed(service: Mapping[str, str], session: Mapping[str, str], facts: Mapping[str, str]) -> dict[str, Any]:
    """The entity of SHOW PROPERTIES: what a session's settings are, which of them the service or the session gave.

    service, session: settings by canonical names, the session's with those of the service. facts: what the service
    itself decides.
    """
    default = {name: value for name, (_, value) in OWN.items()} | LIMITS
    held: dict[str, str | None] = {**facts, **default, **session}
    properties = [
        {"name": _shown(name), "scope": "KSQL", "value": value, "editable": name not in facts, "level": "SERVER"}
        for name, value in sorted(held.items(), key=lambda each: _shown(each[0]))
    ]
    return {
        "properties": properties,
        "overwrittenProperties": [
            _shown(name) for name, value in sorted(session.items()) if value != service.get(name, default.get(name))
        ],
        "defaultProperties": sorted(name for name in default if held[name] == default[name]),
    }


def _shown(name: str) -> str:
    """A setting's name as ksqlDB lists it."""
    return name if name.startswith("ksql.") else PREFIX + name


def check_service_setting(name: str, value: str) -> None:
    """Check a setting that a service starts with; also whether it keeps a processing log, which nobody changes later.

    Raises:
        StatementError: as `check_setting`.
    """
    if name != SETTING:
        check_setting(name, value)


def _check_kafka_setting(name: str, bare: str, value: str | None) -> None:
    key = _kafka_settings().get(bare)
    if key is None:
        near = get_close_matches(bare, _kafka_settings(), n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise StatementError(f"Not recognizable as ksql, streams, consumer, or producer property: '{name}'.{hint}")
    if value is None:
        return
    try:
        parsed = jvm.kafka("common.config.ConfigDef").parseType(bare, value, key.type())
        if key.validator is not None:
            key.validator.ensureValid(bare, parsed)
    except jvm.kafka("common.config.ConfigException") as error:
        raise StatementError(str(error.getMessage())) from error


@cache
def _kafka_settings() -> dict[str, Any]:
    """Java's description of each setting."""
    found: dict[str, Any] = {}
    for name in _CONFIGURATIONS:
        of = jvm.kafka(name).configDef().configKeys()
        found |= {str(entry.getKey()): entry.getValue() for entry in of.entrySet() if str(entry.getKey()) not in found}
    return found
