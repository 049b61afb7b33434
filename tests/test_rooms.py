"""docs/architecture.md's table of rooms is true: who imports whom, in which order, and what runs without packages."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HELPERS = ROOT / "helpers"
ROW = re.compile(r"^\| `(?P<room>\w+)` \| (?P<purpose>[^|]+) \| ?(?P<imports>[^|]*) ?\|$", re.MULTILINE)
WITHOUT_PACKAGES = ("download", "environments", "bootstrap")  # they run before anything is installed
OLDEST = (3, 6)  # that Python reads bootstrap.py, only to say that it is too old


@dataclass(frozen=True)
class Import:
    """A module imported by a file of a room; `module` in full, such as helpers.services.java."""

    file: Path
    room: str
    module: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)} imports {self.module}"


def room_of(file: Path) -> str:
    return file.relative_to(HELPERS).parts[0].removesuffix(".py")


def imports(file: Path) -> Iterator[Import]:
    """Every import of a file, those inside functions too; `from helpers.ksql import x` counts as helpers.ksql.x."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        modules = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            parts = node.module in ("helpers", "helpers.ksql")
            modules = [f"{node.module}.{a.name}" for a in node.names] if parts else [node.module or ""]
        yield from (Import(file, room_of(file), module) for module in modules)


def files() -> list[Path]:
    return [file for file in sorted(HELPERS.rglob("*.py")) if file.parent != HELPERS or file.name != "__init__.py"]


TABLE = {row["room"]: row["imports"] for row in ROW.finditer((ROOT / "docs/architecture.md").read_text("utf-8"))}
ALLOWED = {
    room: set(list(TABLE)[:place]) if "any" in text else set(re.findall(r"`(\w+)`", text))
    for place, (room, text) in enumerate(TABLE.items())
}
IMPORTS = [each for file in files() for each in imports(file)]


def test_every_room_stands_in_the_table_and_no_other() -> None:
    assert {room_of(file) for file in files()} == set(TABLE)


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_may_only_import_what_stands_above_it(room: str) -> None:
    above = list(ALLOWED)[: list(ALLOWED).index(room)]
    assert ALLOWED[room] <= set(above), "so there can be no cycle"


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_imports_only_what_the_table_allows(room: str) -> None:
    ours = [each for each in IMPORTS if each.room == room and each.module.startswith("helpers.")]
    wrong = [str(each) for each in ours if each.module.split(".")[1] not in ALLOWED[room] | {room}]
    assert not wrong


def test_the_rooms_of_ksql_stand_in_their_own_table_and_import_only_those_above() -> None:
    text = (ROOT / "docs/ksql-design.md").read_text("utf-8").split("## The rooms")[1].split("\n## ")[0]
    order = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    ours = [each for each in IMPORTS if each.room == "ksql"]
    assert {inside(each.file) for each in ours} <= {*order, "__init__"}
    for each in ours:
        wanted = each.module.split(".")[2] if re.match(r"helpers\.ksql\.\w", each.module) else None
        if wanted in order and inside(each.file) in order:
            assert order.index(wanted) <= order.index(inside(each.file)), str(each)


def inside(file: Path) -> str:
    """The room within `ksql` to which a file belongs."""
    return file.relative_to(HELPERS / "ksql").parts[0].removesuffix(".py")


def test_ruff_looks_at_every_room() -> None:
    """What it is to pass over, `sources` and the like, must not be a room's name, too."""
    command = [sys.executable, "-m", "ruff", "check", "--show-files", "."]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout
    assert {*map(str, files())} <= {*shown.splitlines()}


def test_no_room_imports_notebooks_sources_tests_or_benchmarks() -> None:
    foreign = {"notebooks", "labs", "sources", "tests", "benchmarks", "work"}
    assert not [str(each) for each in IMPORTS if each.module.split(".")[0] in foreign]


@pytest.mark.parametrize("room", WITHOUT_PACKAGES)
def test_the_first_steps_need_the_standard_library_alone(room: str) -> None:
    wanted = [each for each in IMPORTS if each.room == room and not each.module.startswith("helpers.")]
    assert wanted
    assert not [str(each) for each in wanted if each.module.split(".")[0] not in sys.stdlib_module_names]
    assert ALLOWED[room] <= {*WITHOUT_PACKAGES, "errors"}


@pytest.mark.parametrize("name", ["__init__.py", "errors.py", "bootstrap.py"])
def test_an_old_python_can_read_what_tells_it_so(name: str) -> None:
    ast.parse((HELPERS / name).read_text(encoding="utf-8"), feature_version=OLDEST)
