"""Which column a name means: the sources of a query, and the flat row that its expressions see.

Over one source the row's columns have the names they have there; over a join each is `ALIAS_NAME`. Resolving an
expression replaces its names by those of the row, so that nothing behind this module knows about sources.
"""

from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from helpers.ksql.errors import StatementError
from helpers.ksql.language.advice import ROWKEY
from helpers.ksql.language.expressions import Cast, ColumnName, Expression
from helpers.ksql.language.schema import WINDOW_BOUNDS, Column, Schema
from helpers.ksql.language.statements import Select, Source
from helpers.ksql.sources.metastore import DataSource, MetaStore


@dataclass(frozen=True)
class Aliased:
    """A source under the name by which the query calls it."""

    alias: str
    source: DataSource

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns, keys first, with ROWTIME and its like at the end."""
        schema = self.source.schema
        ordered = Schema((*schema.keys, *(column for column in schema if column not in schema.keys)))
        return ordered.with_pseudo(windowed=self.source.window is not None).columns


@dataclass(frozen=True)
class Scope:
    """The sources of a query, the one after FROM first."""

    sources: tuple[Aliased, ...]
    store: MetaStore = field(default_factory=MetaStore)  # of the types that a CAST names
    makes_windows: bool = False  # and so its SELECT knows WINDOWSTART and WINDOWEND, which no source has

    @property
    def joined(self) -> bool:
        """Whether there is more than one."""
        return len(self.sources) > 1

    @property
    def row(self) -> Schema:
        """The flat row."""
        return Schema(
            tuple(
                Column(self.flat(each.alias, column.name), column.type, column.kind, column.header)
                for each in self.sources
                for column in each.columns
            )
        )

    def flat(self, alias: str, name: str) -> str:
        """The row's name of a source's column."""
        return f"{alias}_{name}" if self.joined else name

    def named(self, alias: str) -> Aliased:
        """The source of that alias.

        Raises:
            StatementError: there is none.
        """
        for each in self.sources:
            if each.alias == alias:
                return each
        known = " and ".join(each.alias for each in self.sources)
        field_of = any(column.name == alias for each in self.sources for column in each.columns)
        hint = f" {alias} is a column: write {alias}->field for a part of it." if field_of else ""
        raise StatementError(f"'{alias}' is not a valid stream/table name or alias: there is {known}.{hint}")

    def owner(self, name: ColumnName, clause: str) -> Aliased:
        """The source whose column a name means.

        Raises:
            StatementError: no source has it, or several have.
        """
        candidates = self.sources if name.source is None else (self.named(name.source),)
        having = [each for each in candidates if any(column.name == name.name for column in each.columns)]
        full = name.name if name.source is None else f"{name.source}.{name.name}"
        if not having:
            place = f"{name.at}: " if name.at.line else ""
            known = "; ".join(
                f"{each.alias} has {', '.join(column.name for column in each.source.schema)}" for each in candidates
            )
            hint = self._hint(name, candidates, clause)
            raise StatementError(f"{place}{clause} column '{full}' cannot be resolved: {known}.{hint}")
        if len(having) > 1:
            could = " or ".join(f"{each.alias}.{name.name}" for each in having)
            raise StatementError(f"{clause} column '{full}' is ambiguous. Could be {could}.")
        return having[0]

    def _hint(self, name: ColumnName, candidates: tuple[Aliased, ...], clause: str) -> str:
        """What was probably meant by a name that no source has, as a sentence behind a blank; empty for none."""
        if name.name == "ROWKEY":
            return f" {ROWKEY}."
        if self.makes_windows and name.name in WINDOW_BOUNDS:
            return f" {clause} comes before this query's windows are made: SELECT may take their bounds."
        near = get_close_matches(name.name, [column.name for each in candidates for column in each.columns], n=1)
        if name.source is None and self.makes_windows:
            near = near or get_close_matches(name.name, WINDOW_BOUNDS, n=1)
        if near:
            return f" Did you mean {near[0]}?"
        quoted = name.source is None and name.name != name.name.upper()  # all other names were made capital
        return f" If text is meant: '{name.name}', in single quotes." if quoted else ""

    def clashes(self, name: str) -> bool:
        """Whether several sources have a column of that name, so that a result must say whose it is."""
        return sum(any(column.name == name for column in each.columns) for each in self.sources) > 1

    def resolve(self, expression: Expression, clause: str) -> Expression:
        """The expression over the flat row.

        Raises:
            StatementError: a name of it is unknown or ambiguous.
        """

        def flat(node: Expression) -> Expression | None:
            if isinstance(node, Cast):
                return replace(node, value=node.value.rewrite(flat), to=self.store.resolve(node.to))
            if not isinstance(node, ColumnName):
                return None
            if self.makes_windows and clause != "WHERE" and node.source is None and node.name in WINDOW_BOUNDS:
                return node
            return ColumnName(None, self.flat(self.owner(node, clause).alias, node.name), at=node.at)

        return expression.rewrite(flat)

    def owners(self, expression: Expression, clause: str) -> set[str]:
        """The aliases of the sources whose columns an expression uses."""
        return {self.owner(node, clause).alias for node in expression.walk() if isinstance(node, ColumnName)}


def scope(query: Select, store: MetaStore) -> Scope:
    """The scope of a query.

    Raises:
        StatementError: a source does not exist, or stands there twice.
    """
    sources = [_aliased(each, store) for each in (query.source, *(join.source for join in query.joins))]
    _check_once([each.source.name for each in sources])
    _check_aliases([each.alias for each in sources])
    return Scope(tuple(sources), store, makes_windows=query.window is not None and len(sources) == 1)


def _aliased(source: Source, store: MetaStore) -> Aliased:
    return Aliased(source.alias or source.name, store.get(source.name))


def _check_aliases(aliases: list[str]) -> None:
    for alias in aliases:
        if aliases.count(alias) > 1:
            raise StatementError(f"Two sources are called '{alias}': give each a name of its own with AS.")


def _check_once(names: list[str]) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is None:
        return
    if len(names) == 2:
        raise StatementError(f"Can not join '{twice}' to '{twice}': self joins are not yet supported; copy it first.")
    raise StatementError(f"N-way joins do not support multiple occurrences of the same source. Source: '{twice}'")
