"""The workbook's own container: what its Dockerfile promises, and the JupyterLab it starts."""

import os
import re
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from helpers.services import container, jupyter
from helpers.services.process import free_port, listening, wait_until
from tests.services.composed import ROOT, SERVICES

STEPS = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
SERVICE = SERVICES["jupyter"]
TOKEN = "a-token-of-this-test"


def steps(instruction: str) -> list[str]:
    """The arguments of each such instruction, continuation lines joined."""
    return re.findall(rf"^{instruction} (.*)$", STEPS.replace("\\\n", " "), flags=re.MULTILINE)


def test_its_base_is_one_version_of_a_python_that_the_workbook_supports() -> None:
    (base,) = steps("FROM")
    found = re.fullmatch(r"python:(3\.\d+)\.\d+-slim-bookworm", base)
    assert found, f"{base} does not name one version"
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert wanted == ">=3.11,<3.14"
    assert found[1] in ("3.11", "3.12"), "the wheel with the real Redis server ends with 3.12"


def test_nothing_runs_as_root() -> None:
    order = re.findall(r"^(USER|RUN|COPY|CMD)\b", STEPS, flags=re.MULTILINE)
    assert steps("USER") == ["lab"]
    assert order[:2] == ["RUN", "USER"], "root only makes the user"
    assert all(copy.startswith("--chown=lab ") for copy in steps("COPY"))


def test_it_installs_the_lock_and_nothing_else() -> None:
    installs = [part for run in steps("RUN") for part in run.split("&&") if "pip install" in part]
    assert len(installs) == 2
    assert "--require-hashes --only-binary :all: -r requirements.txt" in installs[0]
    assert "--no-deps --no-build-isolation" in installs[1]


def test_compose_keeps_work_where_the_image_has_it() -> None:
    (home,) = steps("WORKDIR")
    assert SERVICE["volumes"] == [f"work:{home}/work"]
    assert "mkdir -p work" in " ".join(steps("RUN")), "docker gives a new volume the owner of the folder in the image"
    assert steps("EXPOSE") == [str(container.PORT)]
    assert container.__name__ in steps("CMD")[0]


@pytest.mark.parametrize("name", [".env", ".git", ".lab", ".venv*", "work"])
def test_the_image_takes_nothing_personal_along(name: str) -> None:
    assert name in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The container's JupyterLab on a port of its own."""
    folder = tmp_path_factory.mktemp("container")
    (folder / "work").mkdir()
    port, log = free_port(), folder / "jupyter.log"
    environment = jupyter.environment(folder / "lab") | {"JUPYTER_TOKEN": TOKEN}
    command = container.command(folder / "work", port)
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # the tests may run as root, the container does not
        command.append("--allow-root")
    with log.open("wb") as output:
        child = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        wait_until(lambda: listening(port), child, "JupyterLab", log, 60)
        yield port
    finally:
        child.terminate()
        child.wait(30)


def status(port: int, path: str, token: str = "") -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    if token:
        request.add_header("Authorization", f"token {token}")
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.services
def test_it_is_healthy_by_its_own_check(server: int) -> None:
    kind, program, *arguments = SERVICE["healthcheck"]["test"]
    assert (kind, program) == ("CMD", "python")
    check = [part.replace(str(container.PORT), str(server)) for part in arguments]
    assert subprocess.run([sys.executable, *check], timeout=20, check=False).returncode == 0


@pytest.mark.services
def test_it_opens_to_the_token_of_compose_only(server: int) -> None:
    assert "JUPYTER_TOKEN" in SERVICE["environment"]
    assert status(server, "/api/contents") == 403
    assert status(server, "/api/contents", "guessed") == 403
    assert status(server, "/api/contents", TOKEN) == 200
