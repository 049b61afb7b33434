"""DROP: what stands in its way."""

from collections.abc import Mapping

from helpers.ksql.errors import StatementError
from helpers.ksql.language.expression_printer import quoted
from helpers.ksql.language.statements import DropSource
from helpers.ksql.service.queries import Persistent
from helpers.ksql.sources.metastore import DataSource, MetaStore


def made_of(name: str, store: MetaStore) -> list[str]:
    """The streams and tables that were made by a query of this one."""
    return [source.name for source in store if name in source.made_of]


def check_drop(statement: DropSource, store: MetaStore, queries: Mapping[str, Persistent]) -> bool:
    """Whether the stream or table is there; False only where IF EXISTS allows it.

    Raises:
        StatementError: it is not, is of the other kind, or others need it.
    """
    found = store.find(statement.name)
    if found is None and statement.if_exists:
        return False
    found = store.get(statement.name)
    if found.kind != statement.kind:
        raise StatementError(f"Incompatible data source type is {found.kind}, but statement was DROP {statement.kind}.")
    made_of_it = made_of(found.name, store)
    if made_of_it:
        raise StatementError(
            f"Cannot drop {found.name}. The following streams and/or tables read from this source: "
            f"[{', '.join(made_of_it)}]. You need to drop them before dropping {found.name}: "
            f"{' '.join(_drop(store.get(each)) for each in made_of_it)}"
        )
    if found.read_only and statement.delete_topic:
        raise StatementError(f"Cannot delete topic for read-only source: {found.name}: leave DELETE TOPIC out.")
    using = [id for id, query in queries.items() if found.name in query.reads]
    using += [id for id, query in queries.items() if query.sink.name == found.name and id != found.created_by]
    if using:
        raise StatementError(
            f"Cannot drop {found.name}. The following queries read from or write into this source: "
            f"[{', '.join(using)}]. You need to terminate them before dropping {found.name}: "
            f"{' '.join(f'TERMINATE {each};' for each in using)}"
        )
    return True


def _drop(source: DataSource) -> str:
    return f"DROP {source.kind} {quoted(source.name)};"
