"""What holds for one request, one prompt or one notebook: its settings (SET) and its variables (DEFINE)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from helpers.ksql.language import commands as c
from helpers.ksql.language.nodes import Node

PREFIX = "ksql.streams."
_RENAMED = {"cache.max.bytes.buffering": "statestore.cache.max.bytes"}  # by Kafka Streams 4


def canonical(name: str) -> str:
    """A setting's name as it is kept: Kafka's own settings may be given with `ksql.streams.` before them."""
    plain = name.removeprefix(PREFIX)
    return _RENAMED.get(plain, plain)


def settings(given: Mapping[str, Any]) -> dict[str, str]:
    """Settings by their canonical names, their values as text: JSON's true is `true`."""
    return {
        canonical(name): str(value).lower() if isinstance(value, bool) else str(value) for name, value in given.items()
    }


@dataclass
class Session:
    """Settings that go before the engine's own, and variables; UNSET and UNDEFINE take away what was given here.

    properties: by canonical name. variables: by name in capitals.
    """

    properties: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, properties: Mapping[str, Any] | None = None, variables: Mapping[str, Any] | None = None) -> "Session":
        """A session from settings and variables as people write them."""
        named = {name.upper(): str(value) for name, value in (variables or {}).items()}
        return cls(settings(properties or {}), named)

    def copy(self) -> "Session":
        """One that starts with the same."""
        return Session(dict(self.properties), dict(self.variables))

    def take(self, statement: Node) -> bool:
        """Carry out a statement that changes the session, SET, UNSET, DEFINE or UNDEFINE; False for any other."""
        match statement:
            case c.SetProperty():
                self.set(statement.name, statement.value)
            case c.UnsetProperty():
                self.unset(statement.name)
            case c.Define():
                self.define(statement.name, statement.value)
            case c.Undefine():
                self.undefine(statement.name)
            case _:
                return False
        return True

    def set(self, name: str, value: str) -> None:
        """SET."""
        self.properties[canonical(name)] = value

    def unset(self, name: str) -> None:
        """UNSET."""
        self.properties.pop(canonical(name), None)

    def define(self, name: str, value: str) -> None:
        """DEFINE."""
        self.variables[name.upper()] = value

    def undefine(self, name: str) -> None:
        """UNDEFINE."""
        self.variables.pop(name.upper(), None)
