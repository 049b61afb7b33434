"""JupyterLab as the tests see and touch it: what is on the screen, menus, cells, keys."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait


class Page:
    """One notebook open in JupyterLab."""

    def __init__(self, driver: webdriver.Chrome, screens: Path) -> None:
        """screens: where pictures of the screen go."""
        self.driver, self.screens = driver, screens

    def open(self, address: str, seconds: float = 90) -> None:
        """Go there and wait until the notebook is drawn and its kernel idle."""
        self.driver.get(address)
        self.wait(lambda: self.find(".jp-Notebook .jp-Cell"), seconds)
        self.wait(lambda: "| Idle" in self.find("#jp-main-statusbar")[0].text, seconds)

    def find(self, selector: str) -> list[WebElement]:
        """Every element that the CSS selector names."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def wait(self, condition: Callable[[], Any], seconds: float) -> Any:
        """What the condition returns once it is true. Raises TimeoutException after so many seconds."""
        patient = WebDriverWait(self.driver, seconds, 0.2, [StaleElementReferenceException])  # drawn anew meanwhile
        return patient.until(lambda _: condition())

    def cell(self, text: str) -> WebElement:
        """The one cell whose source holds the text."""
        (found,) = [cell for cell in self.find(".jp-Notebook .jp-Cell") if text in self._source(cell)]
        return found

    def outputs(self, cell: WebElement, selector: str = ".jp-OutputArea-output") -> list[WebElement]:
        """What the cell has put out, or the parts of it that the selector names."""
        return cell.find_elements(By.CSS_SELECTOR, f".jp-Cell-outputArea {selector}")

    def menu(self, name: str, command: str) -> None:
        """Choose a command from the menu bar."""
        (bar,) = [item for item in self.find("#jp-MainMenu .lm-MenuBar-item") if item.text == name]
        bar.click()
        self.wait(lambda: self.find(f'.lm-Menu-item[data-command="{command}"]'), 10)[0].click()

    def run_all(self, seconds: float) -> None:
        """Run > Run All Cells; returns when every code cell has its number and none runs."""
        self.menu("Run", "runmenu:run-all")
        prompts = ".jp-Notebook .jp-CodeCell .jp-InputPrompt"

        def done() -> bool:
            shown = [prompt.get_attribute("textContent") or "" for prompt in self.find(prompts)]
            return all(text.strip("[]: ").isdigit() for text in shown)

        self.wait(done, seconds)

    def replace_and_run(self, cell: WebElement, source: str) -> None:
        """Type over the cell's source and press Shift+Enter, with the keyboard alone once the cell has the focus."""
        self.show(cell)
        cell.find_element(By.CSS_SELECTOR, ".cm-content").click()
        keys = ActionChains(self.driver)
        keys.key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).send_keys(Keys.DELETE).send_keys(source)
        keys.key_down(Keys.SHIFT).send_keys(Keys.ENTER).key_up(Keys.SHIFT).perform()

    def show(self, element: WebElement) -> None:
        """Scroll to it."""
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'start'})", element)

    def keep_screen(self, name: str) -> Path:
        """A picture of the screen as it is now."""
        path = self.screens / f"{name}.png"
        self.driver.save_screenshot(str(path))
        return path

    def _source(self, cell: WebElement) -> str:
        script = "return arguments[0].querySelector('.cm-content, .jp-MarkdownOutput')?.textContent ?? ''"
        return str(self.driver.execute_script(script, cell))
