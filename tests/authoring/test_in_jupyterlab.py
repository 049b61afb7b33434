"""A lesson's copy in work/, opened in plain JupyterLab: the map is drawn and has its words, links lead on."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from helpers.authoring import build, work
from tests.authoring import tiny

pytestmark = pytest.mark.browser
BROWSER = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
SECONDS = 120


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """Headless Chromium on the copy of lesson 01."""
    if BROWSER is None:
        pytest.skip("no Chromium on the PATH")
    workbook = tiny.workbook(tmp_path_factory.mktemp("lab"))
    assert build(workbook) == []
    work.lay_out(workbook.root)
    with _server(workbook.root / "work") as address, _browser() as browser:
        browser.get(f"{address}/lab/tree/notebooks/01_count.ipynb?token=t&reset")
        yield browser


def test_the_map_is_drawn_and_says_in_words_what_it_shows(page: webdriver.Chrome) -> None:
    [picture] = _wait(page, "img[alt^='You are here: Network and Registry']", 1)
    width = WebDriverWait(page, SECONDS).until(lambda _: picture.get_property("naturalWidth"))
    assert width == 960


def test_the_title_comes_first_and_headings_say_core_or_extra(page: webdriver.Chrome) -> None:
    titles, headings = (
        [heading.text.strip("¶") for heading in _wait(page, f".jp-RenderedMarkdown h{level}", count)]
        for level, count in ((1, 1), (2, 3))
    )
    assert titles == ["Count things"]
    assert headings == ["Count · core · 5 min", "Count further · extra · 4 min", "Recap · core · 1 min"]


def test_a_copy_has_no_outputs(page: webdriver.Chrome) -> None:
    _wait(page, ".jp-CodeCell", 4)
    assert page.find_elements(By.CSS_SELECTOR, ".jp-OutputArea-output") == []


def _wait(page: webdriver.Chrome, selector: str, count: int) -> list[WebElement]:
    """The elements once there are `count` of them."""

    def found(_: object) -> list[WebElement] | None:
        elements = page.find_elements(By.CSS_SELECTOR, selector)
        return elements if len(elements) == count else None

    return WebDriverWait(page, SECONDS).until(found)


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    """JupyterLab on a folder, on a port of its own; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.port_retries=0", f"--ServerApp.port={port}"),
        *(f"--ServerApp.root_dir={folder}", "--IdentityProvider.token=t"),
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ]
    log = folder.parent / "jupyter.log"
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait_for(port, process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError(log.read_text())


@contextmanager
def _browser() -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(BROWSER)
    for switch in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1400,1400"):
        options.add_argument(switch)
    driver = shutil.which("chromedriver")
    browser = webdriver.Chrome(options=options, service=Service(driver) if driver else Service())
    try:
        yield browser
    finally:
        browser.quit()
