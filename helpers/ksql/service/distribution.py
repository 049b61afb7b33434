"""The service's commands: any engine of it may give one, and each carries all of them out, in the same order."""

import logging

from helpers.ksql.backends.backend import Backend, Command, Settings
from helpers.ksql.errors import KsqlError, StatementError
from helpers.ksql.language.parser import parse
from helpers.ksql.language.printer import format
from helpers.ksql.language.statements import Statement
from helpers.ksql.service.catalog import Catalog, Outcome
from helpers.ksql.service.shapes import Entity, command_id, result

_LOG = logging.getLogger(__name__)


class Distribution:
    """Commands carried out in a catalog. place: how many have been; statuses: what came of the latest of each id."""

    def __init__(self, backend: Backend, catalog: Catalog) -> None:
        self._backend, self._catalog = backend, catalog
        self.place = 0
        self.statuses: dict[str, Entity] = {}

    def carry_out(self, statement: Statement, given: Settings) -> Outcome:
        """Check a statement, put it into the service's commands, and carry it out from there in its turn.

        Raises:
            StatementError: it cannot be carried out.
        """
        self.catch_up()
        there = self._catalog.check(statement, given)
        if there is not None:
            return there
        place = self._backend.append(Command(f"{format(statement)};", given))
        outcome = self.catch_up(asked_here=place).get(place)
        if outcome is None:
            raise StatementError(
                "The service's commands were deleted and begun anew elsewhere: start this server again."
            )
        if isinstance(outcome, KsqlError):
            raise outcome
        return outcome

    def catch_up(self, asked_here: int | None = None) -> dict[int, Outcome | KsqlError]:
        """Carry out what has been added, by this engine or another; what came of each.

        asked_here: the place whose asker is told what came of it; of the others what failed is logged.
        """
        outcomes: dict[int, Outcome | KsqlError] = {}
        for command in self._backend.commands(self.place):
            outcome = outcomes[self.place] = self._outcome(command)
            if isinstance(outcome, KsqlError) and self.place != asked_here:
                _LOG.warning("command %d of the service is skipped: %s %.200r", self.place, outcome, command.statement)
            self.place += 1
        self._catalog.start()
        return outcomes

    def _outcome(self, command: Command) -> Outcome | KsqlError:
        try:
            statement = _read(command)
        except KsqlError as error:  # by somebody else's hand: raised from here, it would come with every statement
            return error
        outcome = self._applied(statement, command.properties)
        self.statuses[command_id(statement)] = result(outcome)
        return outcome

    def _applied(self, statement: Statement, given: Settings) -> Outcome | KsqlError:
        try:
            return self._catalog.apply(statement, self.place, given)._replace(place=self.place)
        except KsqlError as error:  # refused here as everywhere: the place stays taken
            return error
        except Exception as error:  # a fault of ours: raised from here, it would come again with every statement
            failure = KsqlError(f"{format(statement)} failed: {type(error).__name__}: {error}")
            failure.__cause__ = error
            return failure


def _read(command: Command) -> Statement:
    statements = parse(command.statement)
    if len(statements) != 1:
        raise StatementError(f"A command is one statement; this holds {len(statements) or 'none'}.")
    return statements[0]
