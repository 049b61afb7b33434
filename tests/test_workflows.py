""".github/workflows: valid, bounded, allowed to read only, and running what people run."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.specifiers import SpecifierSet

from tests.test_lock import LOCKS

ROOT = Path(__file__).resolve().parents[1]
PATHS = sorted((ROOT / ".github/workflows").glob("*.yml"))
WORKFLOWS: dict[str, dict[str, Any]] = {
    # a bare `on` is the boolean true in YAML 1.1
    path.stem: yaml.safe_load(re.sub(r"^on:", '"on":', path.read_text(encoding="utf-8"), flags=re.MULTILINE))
    for path in PATHS
}
JOBS = [
    pytest.param(job, id=f"{name}-{label}") for name, flow in WORKFLOWS.items() for label, job in flow["jobs"].items()
]


def commands(job: dict[str, Any]) -> list[str]:
    return [line for step in job["steps"] for line in step.get("run", "").splitlines()]


@pytest.mark.parametrize("schema", ["vendor.github-workflows", "custom.github-workflows-require-timeout"])
def test_they_follow_githubs_schema(schema: str) -> None:
    tool = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
    answer = subprocess.run([*tool, *PATHS], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize("flow", WORKFLOWS.values(), ids=WORKFLOWS)
def test_they_may_only_read(flow: dict[str, Any]) -> None:
    assert flow["permissions"] == {"contents": "read"}
    assert not any("permissions" in job for job in flow["jobs"].values())


@pytest.mark.parametrize("job", JOBS)
def test_what_they_use_is_github_s_own_in_one_version(job: dict[str, Any]) -> None:
    used = [step["uses"] for step in job["steps"] if "uses" in step]
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", action) for action in used), used
    checkout = next(step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@"))
    assert checkout["with"]["persist-credentials"] is False, "the suite has no business with the repository's token"
    systems = [*job["strategy"]["matrix"].get("os", []), job["runs-on"]]
    assert not any(system.endswith("-latest") for system in systems), "a new system comes when we choose it"


def test_every_change_is_tested_on_linux_and_macos_with_every_python() -> None:
    flow = WORKFLOWS["tests"]
    assert flow["on"].keys() == {"push", "pull_request"}
    job = flow["jobs"]["make-test"]
    assert "make test" in commands(job)
    kinds = {re.sub(r"-[\d.]+", "", system) for system in job["strategy"]["matrix"]["os"]}
    assert kinds == {"ubuntu", "ubuntu-arm", "macos"}
    assert supported() == set(job["strategy"]["matrix"]["python"])


def test_windows_goes_the_readmes_way_without_make() -> None:
    job = WORKFLOWS["tests"]["jobs"]["windows"]
    assert job["runs-on"].startswith("windows-")
    assert supported() == set(job["strategy"]["matrix"]["python"])
    assert "python -m helpers.bootstrap setup" in commands(job)
    assert not any(line.startswith("make") for line in commands(job))


def test_once_a_week_the_newest_versions() -> None:
    flow = WORKFLOWS["weekly"]
    (when,) = flow["on"]["schedule"]
    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", when["cron"]), "minute, hour, any day of any month, one weekday"
    (job,) = flow["jobs"].values()
    lines = commands(job)
    assert lines.index("make test") == len(lines) - 1
    upgrades = [set(shlex.split(line)) for line in lines if line.startswith("uv ")]
    assert upgrades == [set(shlex.split(line)) | {"--upgrade"} for line in LOCKS.values()], "the locks' own recipes"


def supported() -> set[str]:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    return {f"3.{minor}" for minor in range(8, 30) if SpecifierSet(wanted).contains(f"3.{minor}")}
