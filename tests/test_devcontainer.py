""".devcontainer: what it starts, and that its JupyterLab opens to the codespace's own address and to no other."""

import http.cookiejar
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers.services import jupyter
from helpers.services.process import stop
from helpers.services.records import Record

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".devcontainer"
OUTSIDE = "fuzzy-train-8888.app.github.dev"


@pytest.fixture(scope="module")
def settings() -> dict[str, Any]:
    text = (FOLDER / "devcontainer.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))
    return found


def test_it_brings_up_the_workbook_with_make(settings: dict[str, Any]) -> None:
    assert re.fullmatch(r"mcr\.microsoft\.com/devcontainers/python:\d+-3\.1[12]-bookworm", settings["image"])
    targets = re.search(r"^lab .*?(?=:)", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert targets is not None
    for command in ("onCreateCommand", "postAttachCommand"):
        make, target = settings[command].split()
        assert make == "make"
        assert target in targets[0].split(), "a target that the Makefile has"
    assert not {"features", "privileged", "runArgs", "mounts"} & settings.keys(), "no Docker inside, nothing special"


def test_only_jupyters_port_is_forwarded(settings: dict[str, Any]) -> None:
    assert settings["forwardPorts"] == [jupyter.PREFERRED_PORT]
    assert settings["portsAttributes"].keys() == {str(jupyter.PREFERRED_PORT)}
    assert settings["otherPortsAttributes"] == {"onAutoForward": "ignore"}


def test_jupyters_settings_lie_where_it_looks(settings: dict[str, Any]) -> None:
    where = settings["remoteEnv"]["JUPYTER_CONFIG_PATH"].replace("${containerWorkspaceFolder}", str(ROOT))
    assert (Path(where) / "jupyter_server_config.py").is_file()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address, token included, of a JupyterLab started as in a codespace."""
    folder = tmp_path_factory.mktemp("codespace")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_CONFIG_PATH", str(FOLDER / "jupyter"))
        patch.setenv("CODESPACE_NAME", "fuzzy-train")
        patch.delenv("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN", raising=False)
        started: list[Record] = []

        def keep(record: Record) -> Record:
            started.append(record)
            return record

        try:
            yield jupyter.start(folder / "lab", folder / "work", "00_welcome.ipynb", keep).address
        finally:
            for record in started:
                stop(record.process)


@pytest.mark.services
@pytest.mark.parametrize(
    ("host", "origin", "welcome"),
    [
        (OUTSIDE, f"https://{OUTSIDE}", True),
        ("localhost", f"https://{OUTSIDE}", True),
        ("localhost", "https://evil-8888.app.github.dev", False),
        ("evil-8888.app.github.dev", "https://evil-8888.app.github.dev", False),
    ],
)
def test_a_browser_gets_in_by_the_codespaces_address_only(page: str, host: str, origin: str, welcome: bool) -> None:
    """As a browser does: the token once, a cookie from then on, and the page's origin with every call."""
    server, path = re.fullmatch(r"(http://[^/]+)(/.*)", page).groups()  # type: ignore[union-attr]
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def call(where: str, **headers: str) -> int:
        try:
            with browser.open(urllib.request.Request(server + where, headers=headers), timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    statuses = [call(path, Host=host), call("/api/contents", Host=host, Origin=origin)]
    assert (statuses == [200, 200]) is welcome, statuses
