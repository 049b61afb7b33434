"""What a SELECT answers: pull queries read what is there, push queries what comes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from helpers.ksql.analysis import Analysis
from helpers.ksql.backends.topics import Record
from helpers.ksql.errors import StatementError
from helpers.ksql.evaluation.compiler import runtime
from helpers.ksql.evaluation.values import to_python
from helpers.ksql.language.expressions import ColumnName
from helpers.ksql.language.schema import WINDOW_BOUNDS, Column, Kind
from helpers.ksql.planner import Query, Transient
from helpers.ksql.planner.serdes import source_key, source_value
from helpers.ksql.planner.sources import layout
from helpers.ksql.rows.lookups import check_pull
from helpers.streams import jvm
from helpers.streams.processors import java_headers

LIMIT_REACHED, COMPLETED = "Limit Reached", "Query Completed"


@dataclass(frozen=True)
class Row:
    """One row: a value for each column. `tombstone`: the row of that key is deleted, only its key has values."""

    columns: list[Any]
    tombstone: bool = False


@dataclass(frozen=True)
class Answer:
    """Rows with their columns; `final` says why a query has ended, None of a look into a table."""

    query: str
    columns: tuple[Column, ...]
    rows: list[Row]
    final: str | None

    @property
    def schema(self) -> str:
        """The columns as the header shows them: `ID` STRING KEY, `N` BIGINT."""
        return ", ".join(map(str, self.columns))

    def dicts(self) -> list[dict[str, Any]]:
        """The rows by column name."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row.columns, strict=True)) for row in self.rows]


# ---- Pull


def pull(id: str, analysis: Analysis, records: Iterable[Record], query: Query) -> Answer:
    """The rows of a source's records; of a table the latest of each key.

    Raises:
        StatementError: the table is no result of a query, so nothing holds its rows; or settings forbid the query.
    """
    source = analysis.scope.sources[0].source
    if analysis.exploded:
        raise StatementError("Pull queries don't support table functions such as EXPLODE: add EMIT CHANGES.")
    if source.is_table and source.created_by is None and not source.read_only:
        raise StatementError(
            f"The `{source.name}` table isn't queryable: it lies in a topic only. To query it, make a table of it: "
            f"CREATE TABLE Q_{source.name} AS SELECT * FROM {source.name};"
        )
    check_pull(analysis, query.properties)
    if source.is_table:
        latest = {record.key: record for record in records}
        records = [record for record in latest.values() if record.value is not None]
    rows: list[Row] = []
    limit = analysis.query.limit
    for row in _rows(analysis, records, query):
        if limit is not None and len(rows) >= limit:
            break
        rows.append(row)
    reached = limit is not None and len(rows) >= limit
    final = None if source.is_table else LIMIT_REACHED if reached else COMPLETED
    return Answer(id, tuple(_pulled(analysis)), rows, final)


def _pulled(analysis: Analysis) -> Iterable[Column]:
    """The columns; of a table its windows' bounds are keys, too, and of a stream nothing is."""
    table = analysis.scope.sources[0].source.is_table
    for result in analysis.results:
        bound = isinstance(result.expression, ColumnName) and result.expression.name in WINDOW_BOUNDS
        key = table and (bound or result.column.kind is Kind.KEY)
        yield replace(result.column, kind=Kind.KEY if key else Kind.VALUE)


def _rows(analysis: Analysis, records: Iterable[Record], query: Query) -> Iterable[Row]:
    side = analysis.scope.sources[0]
    names = [f"column {result.column.name}" for result in analysis.results]
    scan = runtime("Scan")(
        layout(side),
        source_key(side.source).serde().deserializer(),
        source_value(side.source).deserializer(),
        None if analysis.where is None else query.evaluation(analysis.row, [analysis.where], ["WHERE"]),
        query.evaluation(analysis.row, [result.expression for result in analysis.results], names),
        query.log,
    )
    of_bytes, none = jvm.byte_array(), java_headers(())
    for each in records:
        if each.value is None:
            continue
        key = None if each.key is None else of_bytes(each.key)
        headers = java_headers(each.headers) if each.headers else none
        row = scan.columns(key, of_bytes(each.value), each.timestamp, each.partition, each.offset, headers)
        if row is not None:
            yield Row(_python(row, analysis))


def _python(values: Any, analysis: Analysis) -> list[Any]:
    return [to_python(value, result.column.type) for value, result in zip(values, analysis.results, strict=True)]


# ---- Push


def pushed(analysis: Analysis, transient: Transient, entry: Any) -> Row:
    """A row of a push query from what it has put into its queue."""
    key, columns = entry
    if columns is not None:
        return Row(_python(columns, analysis))
    parts = key.key() if key is not None and hasattr(key, "window") else key
    values = [
        None if place is None or parts is None else to_python(parts.get(place), result.column.type)
        for place, result in zip(transient.places, analysis.results, strict=True)
    ]
    return Row(values, tombstone=analysis.is_table)
