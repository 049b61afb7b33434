"""A headless Chromium that nobody has used before, for people who sit at a small laptop."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    "--headless=new",
    "--window-size=1366,768",  # the smallest screen that laptops still have
    "--no-sandbox",  # in a container everybody is root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    # it asks its maker's servers for nothing
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> tuple[str, str] | None:
    """Chromium and its driver, if both are here."""
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


@contextmanager
def chromium(browser: str, driver: str, profile: Path) -> Iterator[webdriver.Chrome]:
    """The browser with an empty profile; its console is kept for `get_log("browser")`."""
    options = Options()
    options.binary_location = browser
    for option in (*OPTIONS, f"--user-data-dir={profile}"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    running = webdriver.Chrome(options, Service(driver))
    try:
        yield running
    finally:
        running.quit()
