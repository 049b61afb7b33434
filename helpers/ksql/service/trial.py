"""A rehearsal of a script: its statements are tried on a copy of what there is before the first is carried out."""

from collections.abc import Mapping

from helpers.ksql.backends.backend import Settings, check_topic
from helpers.ksql.backends.memory import Memory
from helpers.ksql.errors import not_too_deep
from helpers.ksql.language import commands as c
from helpers.ksql.language import statements as s
from helpers.ksql.rows.inserts import inserted
from helpers.ksql.rows.pushing import Push
from helpers.ksql.service.catalog import Catalog
from helpers.ksql.service.configuration import check_setting
from helpers.ksql.service.entities import Asking
from helpers.ksql.service.session import Session


class Stage(Memory):
    """Topics by name only; to make one takes what it takes on a broker."""

    def __init__(self, topics: Mapping[str, int]) -> None:
        super().__init__()
        for name, partitions in topics.items():
            self.log.create(name, partitions)

    def create_topic(
        self, name: str, partitions: int | None, replicas: int | None, config: Mapping[str, str] | None = None
    ) -> None:
        """Note a topic. Raises StatementError when a broker would not make it."""
        if not check_topic(name, self.topics().get(name), partitions):
            super().create_topic(name, partitions, replicas, config)


class Trial:
    """Tries statements, one after the other.

    place: of the next command. settings: under those of the session. pushes: the push queries that run.
    """

    def __init__(
        self,
        catalog: Catalog,
        topics: Mapping[str, int],
        place: int,
        settings: Settings,
        session: Session,
        pushes: Mapping[str, Push],
    ) -> None:
        self._stage = Stage(topics)
        self._catalog = catalog.copy(self._stage)
        self._place, self._settings, self._pushes = place, settings, pushes
        self.session = session.copy()

    @not_too_deep()
    def __call__(self, statement: s.Statement) -> None:
        """Try a statement.

        Raises:
            StatementError: it could not be carried out.
        """
        if isinstance(statement, c.SetProperty):
            check_setting(statement.name, statement.value)
        if self.session.take(statement) or isinstance(statement, c.AssertTopic):
            return
        if isinstance(statement, c.Terminate) and statement.query in self._pushes:
            return
        given = {**self._settings, **self._catalog.system, **self.session.properties}
        if isinstance(statement, s.InsertValues):
            inserted(statement, self._catalog.store, 0)
        elif Asking(self._catalog, self._stage, self._settings, self.session, self._pushes).about(statement) is None:
            if self._catalog.check(statement, given) is None:
                self._catalog.apply(statement, self._place, given)
            self._place += 1
