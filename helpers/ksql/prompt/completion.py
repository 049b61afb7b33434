"""What could stand where the cursor is: keywords, the server's streams, tables, columns and functions."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from helpers.ksql.client.client import Client, Entity
from helpers.ksql.errors import KsqlError
from helpers.ksql.language.parser import keywords
from helpers.ksql.prompt.own import COMMANDS

_WORD = re.compile(r"[\w@]+$")
_TOPIC = re.compile(r"^\s*PRINT\s+\S*$", re.IGNORECASE)
_QUOTED = re.compile(r"'(?:[^']|'')*'")


@dataclass
class Known:
    """What the server has: columns by source, topics, functions; asked for once, and again after `forget`."""

    client: Client
    _columns: dict[str, list[str]] | None = None
    _topics: list[str] = field(default_factory=list)
    _functions: list[str] | None = None

    def forget(self, client: Client) -> None:
        """A statement may have changed it, or who is asked."""
        self.client, self._columns, self._functions = client, None, None

    @property
    def columns(self) -> dict[str, list[str]]:
        """The columns of every stream and table."""
        if self._columns is None:
            found = self._asked("DESCRIBE STREAMS; DESCRIBE TABLES;")
            sources = [each for entity in found for each in entity.get("sourceDescriptions", ())]
            self._columns = {each["name"]: [column["name"] for column in each["fields"]] for each in sources}
            self._topics = sorted({each["topic"] for each in sources})
        return self._columns

    @property
    def topics(self) -> list[str]:
        """The topics of streams and tables."""
        return self._topics if self.columns else []

    @property
    def functions(self) -> list[str]:
        """The names of all functions."""
        if self._functions is None:
            found = self._asked("SHOW FUNCTIONS;")
            self._functions = [each["name"] for entity in found for each in entity.get("functions", ())]
        return self._functions

    def _asked(self, statement: str) -> list[Entity]:
        try:
            return self.client.execute(statement)
        except KsqlError:  # what cannot be asked now cannot be offered
            return []


class KsqlCompleter(Completer):
    """Offers words as they were begun: in small letters for small letters."""

    def __init__(self, known: Known) -> None:
        """known: of the server that is asked."""
        self.known = known

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """For prompt_toolkit."""
        before = document.text_before_cursor
        if _QUOTED.sub("", before).count("'"):
            return  # inside a text
        match = _WORD.search(before)
        begun = match[0] if match else ""
        if not begun and not complete_event.completion_requested:
            return
        seen: set[str] = set()
        for word, kind in self._offers(before):
            if word.upper().startswith(begun.upper()) and word not in seen:
                seen.add(word)
                shown = word.lower() if begun.islower() and kind != "topic" else word
                yield Completion(shown, -len(begun), display_meta=kind)

    def _offers(self, before: str) -> Iterable[tuple[str, str]]:
        if _TOPIC.match(before):
            yield from ((topic, "topic") for topic in self.known.topics)
            return
        mentioned = {word.upper() for word in re.findall(r"[\w@]+", before)}
        for source, columns in self.known.columns.items():
            if source in mentioned:
                yield from ((column, f"column of {source}") for column in columns)
        yield from ((source, "stream or table") for source in self.known.columns)
        yield from ((name, "function") for name in self.known.functions)
        yield from ((word, "") for word in sorted(keywords()))
        if not before.strip() or re.fullmatch(r"\s*\w+", before):
            yield from ((own.usage.split()[0], "of this prompt") for own in COMMANDS)
