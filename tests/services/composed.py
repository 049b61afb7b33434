"""What the tests of docker-compose.yml share: the file, and `.env` as `lab compose` writes it."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from helpers.services import compose

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
FILE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
BROKERS = ["kafka", "kafka-1", "kafka-2", "kafka-3"]
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:(?P<how>:[-?])(?P<rest>[^}]*))?\}")


def resolved(node: Any, values: Mapping[str, str]) -> Any:
    """The file as compose sees it: `${NAME:-default}` filled in. KeyError where compose would refuse `${NAME:?}`."""

    def fill(match: re.Match[str]) -> str:
        name, how, rest = match["name"], match["how"], match["rest"]
        if how == ":-":
            return values.get(name) or rest
        if not values.get(name):
            raise KeyError(f"{name}: {rest}")
        return values[name]

    if isinstance(node, dict):
        return {key: resolved(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [resolved(value, values) for value in node]
    return VARIABLE.sub(fill, node) if isinstance(node, str) else node


def as_properties(environment: Mapping[str, str]) -> dict[str, str]:
    """KAFKA_LOG_DIRS=x as log.dirs=x: the image's rule for names without `_` and `-`."""
    return {
        name.removeprefix("KAFKA_").lower().replace("_", "."): value
        for name, value in environment.items()
        if name.startswith("KAFKA_") and name != "KAFKA_HEAP_OPTS"
    }


def read_env(folder: Path) -> dict[str, str]:
    """The names and values in the folder's `.env`."""
    lines = (folder / ".env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def forget_environment(patch: pytest.MonkeyPatch) -> None:
    """Let the test's environment set nothing that `lab compose` writes."""
    own = ("COMPOSE_PROFILES", "COMPOSE_PROJECT_NAME", "REDIS_PASSWORD", "JUPYTER_TOKEN")
    for name in (*own, *compose.POINTERS, *compose.PORTS):
        patch.delenv(name, raising=False)
