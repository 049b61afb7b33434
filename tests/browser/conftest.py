"""One JupyterLab and one headless Chromium for all browser tests; skipped, with the reason, where there is none."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver

from helpers import services
from helpers.authoring import work
from helpers.services import foreground, jupyter
from helpers.services.process import Process
from helpers.services.records import Records
from tests.browser.chromium import chromium, find
from tests.browser.page import Page

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def programs() -> tuple[str, str]:
    """Chromium and its driver."""
    found = find()
    if found is None:
        pytest.skip("no Chromium with a chromedriver here: on Debian `apt install chromium chromium-driver`")
    return found


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work/ as `lab setup` lays it out, apart from the attendee's own."""
    folder = tmp_path_factory.mktemp("desk")
    for name in ("notebooks", "labs"):
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, folder / name)
    work.lay_out(folder)
    return folder / "work"


@pytest.fixture(scope="session")
def address(programs: tuple[str, str], lab: services.Lab, home: Path, desk: Path) -> str:
    """Where JupyterLab serves the first lesson, token included; it ends with the session's services."""
    records = Records(home)
    me = Process.of(os.getpid())
    with records.lock():
        record = jupyter.start(home, desk, foreground.FIRST, lambda record: records.write(record.owned_by(me)))
    return record.address


@pytest.fixture(scope="session")
def driver(programs: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """A Chromium that nobody has used before."""
    with chromium(*programs, tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture(scope="session")
def page(driver: webdriver.Chrome, address: str, tmp_path_factory: pytest.TempPathFactory) -> Page:
    """The first lesson in JupyterLab, its kernel ready, nothing run yet."""
    page = Page(driver, tmp_path_factory.mktemp("screens"))
    page.open(address)
    return page
