"""`lab compose`: what `.env` holds so that `docker-compose.yml` starts and the notebooks use its containers.

Everything stands between two marked lines of `.env`; no other line is ever touched. The part for docker
(passwords, ports) stays once it is made, so that containers can always be stopped; the part that points the
notebooks at the containers comes with `use_containers` and goes with `use_embedded`.
"""

import argparse
import hashlib
import io
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from helpers.config import ROOT
from helpers.errors import LabError
from helpers.services.process import HOST, free_port

PROFILES = ("core", "cluster", "ksql", "jupyter")
PORTS = {
    "KAFKA_PORT": 9092,
    "KAFKA_1_PORT": 9192,
    "KAFKA_2_PORT": 9292,
    "KAFKA_3_PORT": 9392,
    "REDIS_PORT": 6379,
    "KSQL_PORT": 8088,
    "JUPYTER_PORT": 8888,
}
"""The ports on this machine: the name that `docker-compose.yml` reads, and the number taken if it is free."""

POINTERS = ("KAFKA_BOOTSTRAP_SERVERS", "REDIS_URL", "KSQL_URL")
"""What helpers.config reads; all else in the block is docker's."""

START = "docker compose up --detach --wait"
BACK = "lab compose --embedded"

BEGIN = "# >>> lab compose >>> (its own lines: change them with `lab compose`)"
END = "# <<< lab compose <<<"
_BLOCK = re.compile(r"^# >>> lab compose.*?^# <<< lab compose[^\n]*\n?", re.MULTILINE | re.DOTALL)


class ComposeError(LabError):
    """`.env` cannot be written as asked."""


def use_containers(profiles: Sequence[str] = (), root: Path = ROOT) -> str:
    """Write `.env` for the containers of `profiles`, point the notebooks there; returns what to tell people.

    profiles: of PROFILES; none means those of the last time, else core. Raises ComposeError for a choice that
    makes no sense, and for a name that another line of `.env` or the environment sets already.
    """
    env = _EnvFile.read(root / ".env")
    chosen = _choose(profiles or env.block.get("COMPOSE_PROFILES", "core").split(","))
    docker = _for_docker(env.block, chosen, root)
    notebooks = _for_notebooks(docker, chosen)
    env.write(docker | notebooks)
    addresses = ", ".join(f"{name} {_without_password(value)}" for name, value in notebooks.items())
    lines = [
        f"The notebooks now use the containers ({', '.join(chosen)}): {addresses}",
        f"Start them: {START}",
        'Stop them: docker compose --profile "*" down',
        f"Back to the embedded services: {BACK}",
    ]
    if "jupyter" in chosen:
        lines.append(f"JupyterLab: http://{HOST}:{docker['JUPYTER_PORT']}/lab?token={docker['JUPYTER_TOKEN']}")
    return "\n".join(lines)


def use_embedded(root: Path = ROOT) -> str:
    """Take the lines out of `.env` that point the notebooks to containers; returns what to tell people."""
    env = _EnvFile.read(root / ".env")
    rest = {name: value for name, value in env.block.items() if name not in POINTERS}
    if rest != env.block:
        env.write(rest)
    return "The notebooks use the embedded services."


def wrote(variable: str, root: Path) -> bool:
    """Whether it stands in `.env` because of `lab compose`. Raises ComposeError."""
    return variable in _EnvFile.read(root / ".env").block


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `lab compose`."""
    parser.add_argument(
        "profiles",
        nargs="*",
        metavar="PROFILE",
        help="core (one broker and Redis, the default) or cluster (three brokers and Redis), ksql, jupyter",
    )
    parser.add_argument(
        "--embedded", action="store_true", help="let the notebooks use the workbook's own services again"
    )


def run(options: argparse.Namespace) -> int:
    """Carry out `lab compose`; returns the exit status. Raises ComposeError."""
    if options.embedded and options.profiles:
        raise ComposeError(
            f"`{BACK}` goes back to the workbook's own services, `lab compose {' '.join(options.profiles)}` to "
            "containers: choose one of them."
        )
    print(use_embedded() if options.embedded else use_containers(options.profiles))
    return 0


@dataclass(frozen=True)
class _EnvFile:
    """`.env` in three parts: the text before our block, what the block says, the text after it."""

    path: Path
    before: str
    block: Mapping[str, str]
    after: str

    @classmethod
    def read(cls, path: Path) -> "_EnvFile":
        path = path.resolve()  # a link stays a link
        if path.is_dir():
            raise ComposeError(f"{path} is a folder: remove it and try again.")
        try:
            data = path.read_bytes() if path.exists() else b""
            text = data.decode("utf-8")  # not read_text: the line ends of other people's lines stay as they are
        except (OSError, UnicodeDecodeError) as error:
            raise ComposeError(f"{path} cannot be read as UTF-8 text ({error}): save it again as UTF-8.") from error
        found = _BLOCK.search(text)
        if found is None:
            if BEGIN[:17] in text:
                raise ComposeError(f"{path} has lost the end of `lab compose`'s lines: delete them and try again.")
            return cls(path, text, {}, "")
        values = dotenv_values(stream=io.StringIO(found[0]), interpolate=False)
        block = {name: value for name, value in values.items() if value is not None}
        return cls(path, text[: found.start()], block, text[found.end() :])

    def write(self, values: Mapping[str, str]) -> None:
        """Replace the block, or append it; at once or not at all, readable by its owner alone."""
        self._refuse_rivals(values)
        gap = "" if not self.before or self.before.endswith("\n") else "\n"
        lines = [BEGIN, *(f"{name}={value}" for name, value in values.items()), END]
        text = self.before + gap + "".join(f"{line}\n" for line in lines) + self.after
        part = self.path.with_name(f".env.{os.getpid()}")
        part.touch(mode=0o600)
        part.write_bytes(text.encode("utf-8"))
        part.replace(self.path)

    def _refuse_rivals(self, values: Mapping[str, str]) -> None:
        for binding in parse_stream(io.StringIO(f"{self.before}\n{self.after}")):
            if binding.key in values:
                raise ComposeError(
                    f"{self.path} sets {binding.key} in a line of yours: delete it and try again, or keep it "
                    "and go on without the containers."
                )
        for name, value in values.items():
            if os.environ.get(name, value) != value:
                raise ComposeError(f"This terminal sets {name}, which wins over .env: unset it and try again.")


def _choose(profiles: Sequence[str]) -> tuple[str, ...]:
    for name in profiles:
        if name not in PROFILES:
            raise ComposeError(f"There is no profile {name!r}: choose from {', '.join(PROFILES)}.")
    if {"core", "cluster"} <= set(profiles):
        raise ComposeError("core (one broker) and cluster (three) exclude each other: choose one of them.")
    brokers = "cluster" if "cluster" in profiles else "core"  # ksql and jupyter need a broker and Redis
    return tuple(name for name in PROFILES if name == brokers or name in profiles)


def _for_docker(kept: Mapping[str, str], profiles: Sequence[str], root: Path) -> dict[str, str]:
    """What docker-compose.yml reads; passwords and ports stay what they were."""
    nodes = ["kafka-1", "kafka-2", "kafka-3"] if "cluster" in profiles else ["kafka"]
    return {
        "COMPOSE_PROJECT_NAME": _project(root),
        "COMPOSE_PROFILES": ",".join(profiles),
        "REDIS_PASSWORD": kept.get("REDIS_PASSWORD") or secrets.token_hex(16),
        "JUPYTER_TOKEN": kept.get("JUPYTER_TOKEN") or secrets.token_hex(16),
        **{name: kept.get(name) or str(free_port(preferred)) for name, preferred in PORTS.items()},
        "KAFKA_INSIDE": ",".join(f"{node}:19092" for node in nodes),
        "KAFKA_REPLICAS": str(len(nodes)),
        "KSQL_INSIDE": "http://ksql:8088" if "ksql" in profiles else "",
    }


def _for_notebooks(docker: Mapping[str, str], profiles: Sequence[str]) -> dict[str, str]:
    """The values of POINTERS."""
    ports = ["KAFKA_1_PORT", "KAFKA_2_PORT", "KAFKA_3_PORT"] if "cluster" in profiles else ["KAFKA_PORT"]
    pointers = {
        "KAFKA_BOOTSTRAP_SERVERS": ",".join(f"{HOST}:{docker[port]}" for port in ports),
        "REDIS_URL": f"redis://:{docker['REDIS_PASSWORD']}@{HOST}:{docker['REDIS_PORT']}/0",
    }
    if "ksql" in profiles:
        pointers["KSQL_URL"] = f"http://{HOST}:{docker['KSQL_PORT']}"
    return pointers


def _project(root: Path) -> str:
    """A name that differs between two checkouts in folders of the same name."""
    readable = re.sub(r"[^a-z0-9]+", "-", root.name.lower()).strip("-") or "lab"
    return f"{readable}-{hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:6]}"


def _without_password(address: str) -> str:
    return re.sub(r"//:[^@]*@", "//", address)
