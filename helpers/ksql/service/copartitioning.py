"""Joins of sources whose topics have different numbers of partitions: equal keys would not meet."""

from collections.abc import Mapping

from helpers.ksql.analysis import Analysis
from helpers.ksql.analysis.joins import Joined
from helpers.ksql.analysis.scope import Aliased
from helpers.ksql.errors import StatementError
from helpers.ksql.language.expressions import ColumnName, Expression


def check_partitions(analysis: Analysis, topics: Mapping[str, int]) -> None:
    """Check what a join reads as it is; a side with another key gets its number when it is repartitioned.

    Raises:
        StatementError: two topics are joined by their keys and have different numbers of partitions.
    """
    # whose partitions the rows joined so far have; None: a new topic's
    left: Aliased | None = analysis.scope.sources[0]
    keys = _keys(analysis, analysis.scope.sources[0])
    for step in analysis.joins:
        if step.foreign_key:
            continue
        left_there = step.left_key in keys
        right_there = step.right_key in _keys(analysis, step.right)
        if left is not None and left_there and right_there and _written_alike(left, step.right):
            _compare(left, step, topics)
        if not left_there:
            left = step.right if right_there else None
        keys = {ColumnName(None, name) for name in step.viable}


def _keys(analysis: Analysis, side: Aliased) -> set[Expression]:
    """The columns of the row that are the whole key of a source."""
    columns = side.source.schema.keys
    if len(columns) != 1:
        return set()
    return {ColumnName(None, analysis.scope.flat(side.alias, columns[0].name))}


def _written_alike(left: Aliased, right: Aliased) -> bool:
    one, other = left.source.serialization, right.source.serialization
    return (one.key_format, one.key_delimiter) == (other.key_format, other.key_delimiter)


def _compare(left: Aliased, step: Joined, topics: Mapping[str, int]) -> None:
    sides = left.source, step.right.source
    counts = [topics.get(side.topic) for side in sides]
    if None not in counts and counts[0] != counts[1]:
        one, other = (f"`{side.name}` partitions = {count}" for side, count in zip(sides, counts, strict=True))
        raise StatementError(
            f"Can't join `{sides[0].name}` with `{sides[1].name}` since the number of partitions don't match. {one}; "
            f"{other}. Make a copy of one with the other's: CREATE STREAM … WITH (PARTITIONS={counts[0]}) AS SELECT …"
        )
