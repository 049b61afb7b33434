"""What is typed or read, line by line: commands of the prompt and KSQL statements, and how their answers are shown."""

import dataclasses
import json
from collections.abc import Iterable

from helpers.ksql.client import Client, Printed, Refused, Rows
from helpers.ksql.client.dialogue import Answer, Dialogue, Inserted, Limits, Note, is_complete
from helpers.ksql.client.errors import pointed
from helpers.ksql.display.tabular import text as tabular
from helpers.ksql.errors import KsqlError, KsqlSyntaxError
from helpers.ksql.evaluation.encoding import compact
from helpers.ksql.prompt.grid import Grid
from helpers.ksql.prompt.own import command
from helpers.ksql.prompt.screen import Screen


@dataclasses.dataclass
class Look:
    """How answers are shown. output: TABULAR or JSON. column_width: of push queries' cells, 0 to share the terminal."""

    output: str = "TABULAR"
    wrap: bool = True
    column_width: int = 0


class Shell:
    """A person's session with a server.

    pending: what has been typed of a statement that has no end yet. within: how many scripts run within one another.
    """

    def __init__(self, client: Client, screen: Screen, look: Look, limits: Limits) -> None:
        """Nothing is sent yet."""
        self.dialogue = Dialogue(client)
        self.screen, self.look, self.limits = screen, look, limits
        self.pending = ""
        self.past: list[str] = []
        self.within = 0
        self.leaving = False

    def read(self, lines: Iterable[str]) -> None:
        """A script's lines: commands of the prompt and statements, up to the first that fails.

        Raises:
            KsqlError: one fails, or the last statement has no end; its place is in these lines.
        """
        above = 0
        for number, line in enumerate(lines):
            if not self.pending:
                above = number
            self.feed(line, above)
            if self.leaving:
                return
        rest, self.pending = self.pending, ""
        if rest.strip():
            self.run("\n" * above + rest)  # it says where the semicolon is missing

    def feed(self, line: str, above: int = 0) -> None:
        """A line: a command of the prompt, or a part of a statement, which is carried out once it has its end.

        above: how many lines stand before, so that errors name the right one. Raises KsqlError.
        """
        own = None if self.pending else command(line)
        if own is not None:
            self.past.append(line.strip())
            own(self)
            return
        self.pending += f"{line}\n"
        if is_complete(self.pending):
            script, self.pending = self.pending, ""
            if script.strip():
                self.past.append(script.strip())
                self.run("\n" * above + script)

    def run(self, script: str) -> None:
        """Carry out statements and show what they answer. Raises KsqlError, with its place."""
        try:
            for answer in self.dialogue.answers(script, limits=self.limits):
                self.show(answer)
        except (Refused, KsqlSyntaxError) as error:
            for entity in getattr(error, "entities", ()):
                self.show(entity)
            raise Pointed(str(error), pointed(script, error.line, error.column)) from error

    def show(self, answer: Answer) -> None:
        """An answer in the chosen output."""
        match answer:
            case Note(text=text):
                self.screen.line(text)
            case Rows():
                self._show_rows(answer)
            case Printed():
                self._show_lines(answer)
            case Inserted():  # ksqlDB's own prompt prints nothing
                pass
            case _ if self.look.output == "JSON":
                self.screen.line(json.dumps(answer, indent=2, ensure_ascii=False))
            case _:
                self.screen.line(tabular(answer, self.screen.width).rstrip("\n"))
                for warning in answer.get("warnings") or ():
                    self.screen.line(f"WARNING: {warning['message']}")

    def _show_rows(self, rows: Rows) -> None:
        try:
            if self.look.output == "JSON":
                for row in rows:
                    self.screen.line(compact(row))
                return
            grid = Grid(rows.columns, self.screen.width, self.look.column_width, self.look.wrap)
            for line in grid.head():
                self.screen.line(line)
            for piece in rows.pieces():
                for line in grid.lines(piece):
                    self.screen.line(line)
        except KeyboardInterrupt:
            rows.close()
        if self.look.output != "JSON":
            if rows.final:
                self.screen.line(rows.final)
            self.screen.line("Query terminated")

    def _show_lines(self, lines: Printed) -> None:
        try:
            for line in lines:
                self.screen.line(line)
        except KeyboardInterrupt:
            lines.close()
        self.screen.line("Topic printing ceased")


class Pointed(KsqlError):
    """A statement failed; `where` is its line with a caret, if it is known."""

    def __init__(self, message: str, where: str) -> None:
        super().__init__(f"{message}\n{where}" if where else message)
