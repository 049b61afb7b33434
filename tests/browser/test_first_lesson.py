"""What an attendee meets first: JupyterLab opens on lesson 00, all of it runs, an exercise is answered by keyboard."""

import pytest
from selenium.webdriver.remote.webelement import WebElement

from tests.browser.page import Page

pytestmark = [pytest.mark.browser, pytest.mark.services, pytest.mark.timeout(600)]

ASKED = ".jp-Dialog, .Toastify__toast"
PICTURE = "return arguments[0].complete && arguments[0].naturalWidth"


@pytest.fixture(scope="session")
def ran(page: Page) -> Page:
    """The lesson after Run > Run All Cells."""
    page.run_all(400)
    return page


def width(page: Page, image: WebElement) -> int:
    """The loaded picture's own width in pixels; 0 when it could not be loaded."""
    return int(page.driver.execute_script(PICTURE, image))


def test_it_opens_ready_to_run_and_asks_nothing(page: Page) -> None:
    page.keep_screen("opened")
    assert page.find(".lm-DockPanel-tabBar .jp-mod-dirty") == [], "nothing was touched, so nothing is unsaved"
    assert page.find(".jp-Notebook h1")[0].text.startswith("Check your machine")
    assert "Python 3 (ipykernel)" in page.find("#jp-main-statusbar")[0].text
    assert [each.text for each in page.find(ASKED)] == [], "no news, no tour, no choice of a kernel"
    tabs = [tab.get_attribute("title") for tab in page.find(".jp-SideBar .lm-TabBar-tab")]
    assert not [title for title in tabs if title and "Extension Manager" in title], "it asks the network"
    files = [name.text for name in page.find(".jp-DirListing-itemText")]
    assert "00_welcome.ipynb" in files, "names stand in full"


def test_the_map_is_drawn_and_described(page: Page) -> None:
    (strip,) = page.find(".jp-Notebook .jp-Cell:first-child img")
    assert width(page, strip) > 0
    assert "You are here" in (strip.get_attribute("alt") or "")


def test_run_all_gets_to_the_end_without_an_error(ran: Page) -> None:
    errors = ran.find('[data-mime-type="application/vnd.jupyter.error"], [data-mime-type$="stderr"]')
    assert [error.text for error in errors] == []
    assert [each.text for each in ran.find(ASKED)] == []
    numbers = [prompt.get_attribute("textContent") for prompt in ran.find(".jp-CodeCell .jp-InputPrompt")]
    assert numbers == [f"[{number}]:" for number in range(1, len(numbers) + 1)]


def test_the_doctors_verdict_is_seen_first_and_its_table_can_be_read(ran: Page) -> None:
    cell = ran.cell("doctor.examine()")
    ran.show(cell)
    (verdict,) = ran.outputs(cell, "p b")
    assert verdict.is_displayed()
    ran.outputs(cell, "details > summary")[0].click()  # what is well is folded
    ran.keep_screen("doctor")
    table = ran.outputs(cell, "table")[-1]
    assert table.is_displayed()
    for name in ("python", "kafka", "redis", "jupyterlab", "data"):
        assert name in table.text
    assert table.rect["width"] <= cell.rect["width"], "nothing stands outside the cell"


def test_the_wall_of_pictures_can_be_seen_and_is_described(ran: Page) -> None:
    cell = ran.cell("figures.wall(")
    ran.show(cell)
    ran.keep_screen("wall")
    (wall,) = ran.outputs(cell, "img")
    assert wall.is_displayed()
    assert width(ran, wall) > 300
    assert wall.rect["width"] <= cell.rect["width"], "nothing stands outside the cell"
    (words,) = ran.outputs(cell, "details")
    assert words.is_displayed()
    assert not words.get_attribute("open"), "folded until somebody asks"
    assert "pictures, named by the network: " in (words.get_attribute("textContent") or "")


def test_an_exercise_is_answered_by_keyboard(ran: Page) -> None:
    kept = 'redis.hget("scores:latest", "product-0023")'
    for answer, message in (
        (kept, "That is the whole answer: take its label."),
        (f'json.loads({kept})["label"]', "One key, one answer"),
        ("...", "Not attempted yet"),
    ):
        cell = ran.cell('check("label", label)')
        ran.replace_and_run(cell, f'label = {answer}\ncheck("label", label)')
        ran.wait(lambda cell=cell, message=message: message in cell.text, 60)
        ran.keep_screen("exercise")


def test_the_browser_complains_about_nothing(ran: Page) -> None:
    complaints = [entry["message"] for entry in ran.driver.get_log("browser") if entry["level"] == "SEVERE"]
    assert complaints == []
