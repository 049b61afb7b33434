"""What stands behind `%%ksql`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from keyword import iskeyword
from typing import Any

from IPython.core.error import UsageError

_OPTION = re.compile(r"\s*--(\w+)(?:\s+|=)(\S+)(?=\s|$)")
USAGE = "%%ksql [--into NAME] [--seconds N] [--limit N], with the statements in the lines below."


@dataclass(frozen=True)
class Options:
    """into: the variable that keeps the answer."""

    into: str | None = None
    seconds: float | None = None
    limit: int | None = None

    @classmethod
    def parse(cls, line: str) -> tuple["Options", str]:
        """The options, and the rest of the line. Raises UsageError."""
        found: dict[str, Any] = {}
        readers: dict[str, Callable[[str], Any]] = {
            "into": _name,
            "seconds": lambda text: _positive(float(text)),
            "limit": lambda text: _positive(int(text)),
        }
        end = 0
        while match := _OPTION.match(line, end):
            try:
                found[match[1]] = readers[match[1]](match[2])
            except KeyError:
                raise UsageError(f"There is no option --{match[1]}: {USAGE}") from None
            except ValueError:
                raise UsageError(f"--{match[1]} does not take {match[2]}: {USAGE}") from None
            end = match.end()
        return cls(**found), line[end:].strip()


def _name(text: str) -> str:
    if not text.isidentifier() or iskeyword(text):
        raise ValueError(text)
    return text


def _positive(number: float) -> float:
    if not number > 0:
        raise ValueError(number)
    return number
