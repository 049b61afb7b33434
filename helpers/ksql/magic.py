"""`%%ksql` and `%ksql` in notebooks: `%load_ext helpers.ksql.magic`, then `%%ksql?` says how they are written."""

import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.display import display

from helpers.errors import LabError
from helpers.ksql.client import Client, Printed, Refused, Row, Rows, emptiness
from helpers.ksql.client.addresses import address
from helpers.ksql.client.client import Entity
from helpers.ksql.client.dialogue import Answer, Dialogue, Inserted, Limits, Note, completed, is_endless
from helpers.ksql.client.errors import pointed
from helpers.ksql.client.streams import TIME_OVER
from helpers.ksql.display.rendering import Described, Nothing, Result, Shown, Table
from helpers.ksql.display.tabular import listing
from helpers.ksql.display.tabular import text as tabular
from helpers.ksql.errors import KsqlError, KsqlSyntaxError
from helpers.ksql.options import USAGE, Options

SECONDS = 10.0  # for what would go on for ever
ENDING_SECONDS = 60.0  # for what ends by itself
REDRAW_SECONDS = 0.25
BEGINNING_SECONDS = 5.0  # after which a query that was started fills its table: Kafka Streams takes most of them
INTERRUPTED = "Interrupted"


class KsqlFault(KsqlError):
    """A statement of a cell failed: shown as its sentence with a caret under the place, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


@magics_class
class KsqlMagics(Magics):
    """The magics of one notebook, with its settings and variables."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._dialogue: Dialogue | None = None
        self._seconds = SECONDS
        self._begun = Begun()

    @line_cell_magic
    def ksql(self, line: str, cell: str | None = None) -> None:
        """Carry out KSQL statements.

            %ksql SHOW STREAMS                  one statement; its last semicolon may be left out
            %%ksql                              a cell of statements, one after the other
            %%ksql --seconds 20 --limit 5       when a query with EMIT CHANGES ends: else after 10 seconds
            %%ksql --into sold                  keeps the rows as a DataFrame
            %ksql EXPLAIN SELECT …              draws the topology

        :name in a statement stands for the value of the Python variable. SET and DEFINE hold for the notebook.
        The ■ button ends a query and keeps its rows.
        """
        options, rest = Options.parse(line)
        if cell is not None and rest:
            raise UsageError(f"{rest!r} stands where options do: {USAGE}")
        script = completed(rest if cell is None else cell)
        if not script.strip():
            raise UsageError("There is no statement: write one, such as %ksql SHOW STREAMS")
        try:
            shown = [self._show(answer) for answer in _counted(self._answers(script, options))]
        except (Refused, KsqlSyntaxError) as error:
            where = pointed(script, error.line, error.column)
            raise KsqlFault(f"{error}\n{where}" if where else str(error)) from None
        except LabError as error:
            raise KsqlFault(str(error)) from None
        except KeyboardInterrupt:  # before there was a row; a traceback would tell nobody more
            raise KsqlFault("Interrupted.") from None
        if options.into:
            self._variables[options.into] = _kept([each for each in shown if each is not None])

    def _answers(self, script: str, options: Options) -> Iterator[Answer]:
        self._seconds = options.seconds or (SECONDS if is_endless(script) else ENDING_SECONDS)
        return self._connected().answers(script, self._variables, Limits(self._seconds, options.limit))

    @property
    def _variables(self) -> dict[str, Any]:
        """The notebook's Python variables."""
        assert self.shell is not None
        variables: dict[str, Any] = self.shell.user_ns
        return variables

    def _connected(self) -> Dialogue:
        """The notebook's dialogue; with another server when services were started anew elsewhere."""
        url = address()
        if self._dialogue is None:
            self._dialogue = Dialogue(Client(url))
        elif self._dialogue.client.url != url.rstrip("/"):
            self._dialogue.client.close()
            self._dialogue.client = Client(url)
        return self._dialogue

    def _show(self, answer: Answer) -> Result | Entity | None:
        """Put an answer out; what of it can be kept."""
        match answer:
            case Note(text=text):
                print(text)
                return None
            case Rows():
                return self._show_rows(answer)
            case Printed():
                _show_lines(answer)
                return None
            case Inserted():
                return None
        self._begun = Begun.by(answer) or self._begun
        for warning in answer.get("warnings") or ():
            print(warning["message"])
        _show_entity(answer)
        return answer

    def _show_rows(self, rows: Rows) -> Result:
        """Rows as they come, in a place that is empty again when all of them are shown for good.

        What is put out at last depends on the rows alone and not on when they came, so it can be compared.
        """
        place = _Place(live=hasattr(self.shell, "kernel"))
        found: list[Row] = []
        drawn, when, ending = 0, 0.0, ""
        try:
            for row in rows.ticking(REDRAW_SECONDS):
                found += [] if row is None else [row]
                if len(found) > drawn and time.monotonic() - when > REDRAW_SECONDS:
                    place.show(Result(rows.columns, found, "more may come"))
                    drawn, when = len(found), time.monotonic()
            ending = rows.final or ""
        except KeyboardInterrupt:  # the stop button: the query ends, its rows stay
            rows.close()
            ending = INTERRUPTED
        finally:
            place.show(Nothing())
        if not found and ending not in (TIME_OVER, INTERRUPTED):
            found = self._awaited()
        seconds = self._seconds if ending == TIME_OVER else None
        result = Result(
            rows.columns, found, ending, "" if found or ending == INTERRUPTED else self._hint(rows.query), seconds
        )
        _display(result)
        return result

    def _awaited(self) -> list[Row]:
        """The rows of a look into what a query fills since a moment ago, asked for until there are some."""
        assert self._dialogue is not None
        found: list[Row] = []
        while not found and self._begun.age < BEGINNING_SECONDS and self._dialogue.again is not None:
            time.sleep(REDRAW_SECONDS)
            with self._dialogue.again() as rows:
                found = list(rows.pieces())
        return found

    def _hint(self, query: str | None) -> str:
        """What to do when no row has come."""
        assert self._dialogue is not None
        if self._dialogue.again is None:
            return emptiness.reason(self._dialogue.client, query, self._dialogue.session)
        new = self._begun.age < 2 * BEGINNING_SECONDS
        return f"{self._begun.query} has just begun: run it again." if new else ""


@dataclass(frozen=True)
class Begun:
    """A query that the notebook has started. when: by time.monotonic()."""

    query: str = ""
    when: float = -math.inf

    @classmethod
    def by(cls, entity: Entity) -> "Begun | None":
        """The query that a statement has started, if it has."""
        query = (entity.get("commandStatus") or {}).get("queryId")
        return cls(query, time.monotonic()) if query else None

    @property
    def age(self) -> float:
        """Seconds since."""
        return time.monotonic() - self.when


class _Place:
    """A part of the output that changes; live: whether there is one that can, which a terminal has not."""

    def __init__(self, *, live: bool) -> None:
        self._handle: Any = display(Nothing(), display_id=True) if live else None  # type: ignore[no-untyped-call]

    def show(self, shown: Shown) -> None:
        """Let this stand there."""
        if self._handle is not None:
            self._handle.update(shown)


def _display(shown: object) -> None:
    display(shown)  # type: ignore[no-untyped-call]


def _show_lines(lines: Printed) -> None:
    try:
        for line in lines:
            print(line, flush=True)
    except KeyboardInterrupt:
        lines.close()


def _show_entity(entity: Entity) -> None:
    match entity.get("@type"):
        case "currentStatus":
            print(entity["commandStatus"]["message"])
        case "warning_entity":
            print(entity["message"])
        case "sourceDescription" if "fields" in entity["sourceDescription"]:  # KSQL 4 had others
            _display(Described(entity["sourceDescription"]))
        case "queryDescription":
            _show_topology(entity["queryDescription"])
        case _:
            found = listing(entity)
            if found is None:
                print(tabular(entity).strip("\n"))
            else:
                _display(Table(found))


def _show_topology(query: Entity) -> None:
    from helpers.ksql.display.drawn import drawn
    from helpers.streams.described import read  # the whole of Kafka Streams, which few cells need

    subtopologies = drawn(read(query["topology"] or "").subtopologies, query["statementText"])
    if subtopologies:
        from helpers.streams.drawing import draw

        _display(draw(subtopologies))
    else:
        print(tabular({"@type": "queryDescription", "queryDescription": query}).strip("\n"))


def _counted(answers: Iterable[Answer]) -> Iterator[Answer]:
    """The answers, those about rows written one after the other into one stream as one sentence."""
    name, count = "", 0
    try:
        for answer in answers:
            written = answer.name if isinstance(answer, Inserted) else ""
            if count and written != name:
                yield _inserted(name, count)
                count = 0
            if written:
                name, count = written, count + 1
            else:
                yield answer
    except (KsqlError, KeyboardInterrupt):
        if count:
            yield _inserted(name, count)
        raise
    if count:
        yield _inserted(name, count)


def _inserted(name: str, count: int) -> Note:
    return Note(f"{count:,} row{'' if count == 1 else 's'} inserted into {name}.")


def _kept(answers: list[Result | Entity]) -> Any:
    """What --into keeps: a query's rows as a DataFrame, other answers in ksqlDB's JSON; of the last statement."""
    if not answers:
        return None
    last = answers[-1]
    return last.frame() if isinstance(last, Result) else last


def load_ipython_extension(shell: InteractiveShell) -> None:
    """What `%load_ext helpers.ksql.magic` calls."""
    shell.register_magics(KsqlMagics)
