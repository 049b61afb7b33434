"""CREATE OR REPLACE and ALTER: what may take the place of a stream or table, whose records and state stay."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from helpers.ksql.errors import StatementError
from helpers.ksql.language.parser import parse
from helpers.ksql.language.statements import AlterSource, Column, CreateAs, CreateSource, Select
from helpers.ksql.sources.definitions import Defaults, define
from helpers.ksql.sources.metastore import DataSource, MetaStore

_SAME: dict[str, Callable[[DataSource], Any]] = {
    "type": lambda source: source.kind,
    "topic": lambda source: source.topic,
    "key format": lambda source: source.serialization.key_format,
    "value format": lambda source: source.serialization.value_format,
    "window": lambda source: source.window.kind if source.window else "none",
    "window size": lambda source: source.window.size if source.window else "none",
}
_CLAUSES: dict[str, Callable[[Select], Any]] = {
    "FROM": lambda query: (query.source, query.joins),
    "WINDOW": lambda query: query.window,
    "GROUP BY": lambda query: query.group_by,
    "PARTITION BY": lambda query: query.partition_by,
}


def check_upgrade(old: DataSource, new: DataSource) -> None:
    """Check that `new` may replace `old`: columns may be added at the end, and WHERE may change.

    Raises:
        StatementError: what is already in its topic, or what its query keeps, would not fit the new one.
    """
    if old.read_only:
        raise StatementError(
            f"CREATE OR REPLACE is not supported on source {old.kind.lower()}s: DROP {old.name} first."
        )
    cannot = f"Cannot upgrade data source: DataSource '{old.name}'"
    for called, of in _SAME.items():
        if of(old) != of(new):
            raise StatementError(f"{cannot} has {called} {of(old)} which is not upgradeable to {of(new)}.")
    if old.schema.keys != new.schema.keys:
        raise StatementError(f"{cannot} has key columns [{old.schema}], and they must be identical in [{new.schema}].")
    there = list(new.schema.values)
    moved = [column for n, column in enumerate(old.schema.values) if there[n : n + 1] != [column]]
    if moved:
        raise StatementError(
            f"{cannot}: the following columns are changed, missing or reordered: [{', '.join(map(str, moved))}]."
        )
    _check_queries(old, new)


def altered(statement: AlterSource, store: MetaStore) -> DataSource:
    """The stream or table with the columns that ALTER adds; nothing is stored.

    Raises:
        StatementError: it is of the other kind, read-only or filled by a query, or does not take the columns.
    """
    found, kind = store.get(statement.name), statement.kind
    if found.kind != kind:
        raise StatementError(f"Incompatible data source type is {found.kind}, but statement was ALTER {kind}.")
    if found.created_by is not None:
        raise StatementError(
            "ALTER command is not supported for CREATE ... AS statements: "
            f"write CREATE OR REPLACE {kind} {found.name} AS SELECT … with the new columns at its end."
        )
    if found.read_only:
        raise StatementError(f"Cannot alter read-only {kind.lower()} {found.name}: it was created with SOURCE.")
    for each in statement.additions:
        if found.schema.find(each.name) is not None:
            raise StatementError(
                f"Cannot add column `{each.name}` to schema. A column with the same name already exists."
            )
    made = next(each for each in parse(found.statement) if isinstance(each, CreateSource))
    columns = (*made.columns, *(Column(each.name, each.type) for each in statement.additions))
    how = found.serialization
    return define(replace(made, columns=columns), store, Defaults(how.key_format, how.value_format, how.wrapped))


def _check_queries(old: DataSource, new: DataSource) -> None:
    before, after = _query(old), _query(new)
    if before is None and after is None:
        return
    if before is None or after is None:
        filled = old if after is None else new
        raise StatementError(f"Cannot replace {old.name}: only {filled.statement} has a query. DROP {old.name} first.")
    for clause, of in _CLAUSES.items():
        if of(before) != of(after):
            raise StatementError(f"Upgrades are not supported for another {clause}: DROP {old.name} first.")
    if before.group_by is not None and before.items != after.items:
        raise StatementError(f"Upgrades are not supported for other aggregates: DROP {old.name} first.")


def _query(source: DataSource) -> Select | None:
    (made,) = parse(source.statement)
    return made.query if isinstance(made, CreateAs) else None
