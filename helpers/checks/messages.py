"""What an attendee sees: one message with a plain and an HTML form, both the same on every run."""

import html
import re
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Kind(Enum):
    """What a message says. The symbol and the label carry it; the colour only repeats it.

    Each colour keeps a contrast of 3:1 or more against the white and the near-black of JupyterLab's themes.
    """

    NOT_ATTEMPTED = ("○", "Not attempted yet", "#808080")
    RAISED = ("⚠", "Error in your code", "#c77700")
    WRONG = ("✗", "Not right yet", "#d9534f")
    RIGHT = ("✓", "Right", "#2e9b57")
    CANNOT = ("?", "Cannot be checked", "#8a6fd1")
    NO_EXERCISE = ("?", "No such exercise", "#8a6fd1")
    HINT = ("→", "Hint", "#2f86d6")
    SOLUTION = ("→", "Solution", "#2f86d6")

    @property
    def symbol(self) -> str:
        return self.value[0]

    @property
    def label(self) -> str:
        return self.value[1]

    @property
    def colour(self) -> str:
        return self.value[2]


@dataclass(frozen=True)
class Message:
    """A sentence or two of the given kind, with code under it where code helps.

    text: plain text, in which `backticks` mark code. code: lines shown as they are. name: what a test
    compares: the misconception's name, or the class of the exception that the attendee's code raised.
    """

    kind: Kind
    text: str
    code: str = ""
    name: str = ""

    def __str__(self) -> str:
        lines = [f"{self.kind.symbol} {self.kind.label}: {self.text}"]
        lines += [f"    {line}".rstrip() for line in self.code.splitlines()]
        return "\n".join(lines)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """Jupyter's protocol: both forms side by side; nbval compares both."""
        return {"text/plain": str(self), "text/html": self.html()}

    def html(self) -> str:
        """The HTML form; every character that came from elsewhere is escaped.

        Inline styles alone survive JupyterLab's sanitizer in a notebook that is opened but not yet trusted.
        """
        text = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(self.text))
        code = f'<pre style="margin: 0.4em 0 0 0">{html.escape(self.code)}</pre>' if self.code else ""
        return (
            f'<div style="border-left: 4px solid {self.kind.colour}; padding: 0.3em 0.8em; margin: 0.2em 0">'
            f"<strong>{self.kind.symbol} {self.kind.label}:</strong> {text}{code}</div>"
        )
