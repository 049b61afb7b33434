"""A query under construction: a stream or table in Kafka Streams, and what is known of its rows and keys."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from helpers.ksql.evaluation.compiler import compile, runtime
from helpers.ksql.evaluation.typechecks import Typing
from helpers.ksql.language.expressions import ColumnName, Expression
from helpers.ksql.language.schema import Column, Schema
from helpers.ksql.planner.serdes import Writing, row_serde
from helpers.streams import jvm
from helpers.streams.builder import StreamsBuilder


@dataclass(frozen=True)
class Query:
    """What the steps of a query share; `properties` are ksqlDB's settings."""

    id: str
    log: Any
    properties: dict[str, str] = field(default_factory=dict)
    builder: StreamsBuilder = field(default_factory=StreamsBuilder)
    steps: Counter[str] = field(default_factory=Counter)

    def step(self, name: str) -> Any:
        """A step's name in the topology, numbered from the second of that name on: EXPLAIN shows it."""
        self.steps[name] += 1
        count = self.steps[name]
        return jvm.kafka("streams.kstream.Named").as_(name if count == 1 else f"{name}-{count}")

    def evaluation(self, row: Schema, expressions: Sequence[Expression], names: Sequence[str]) -> Any:
        """The expressions over rows, as the runtime's Evaluation; `names` stand in the processing log."""
        parts_fail = self.properties.get("ksql.nested.error.set.null", "true").lower() == "true"
        compiled = compile(row, list(expressions), parts_fail=parts_fail)
        return runtime("Evaluation")(compiled, list(names), self.log)


@dataclass(frozen=True)
class Flow:
    """A KStream or KTable (`java`) of rows of the schema `row`.

    `named` are the columns of the row that hold the key's parts, in the key's order; each part may stand in several.
    """

    query: Query
    java: Any
    is_table: bool
    row: Schema
    key: Writing
    named: tuple[frozenset[str], ...]

    def keyed_by(self, expressions: Sequence[Expression]) -> bool:
        """Whether the key already is what the expressions give."""
        return (
            self.key.window is None
            and len(self.named) == len(expressions)
            and all(
                isinstance(each, ColumnName) and each.name in names
                for each, names in zip(expressions, self.named, strict=True)
            )
        )

    def rekeyed(
        self, expressions: Sequence[Expression], clause: str, *, keep: bool, like: Writing | None = None
    ) -> "Flow":
        """A stream with a new key; `keep` keeps rows whose key is null, `like` says how the key is written."""
        typing = Typing(self.row)
        columns = tuple(Column(f"KSQL_KEY_{n}", typing.certain(each)) for n, each in enumerate(expressions))
        keys = self.query.evaluation(self.row, expressions, [clause] * len(expressions))
        rekey = runtime("Rekey")(keys, len(self.row.columns), keep)
        changed = self.java.process(rekey, self.query.step(clause.replace(" ", "-")))
        key = replace(like, columns=columns, window=None) if like else Writing(columns)
        names = tuple(frozenset({each.name} if isinstance(each, ColumnName) else ()) for each in expressions)
        return replace(self, java=changed, key=key, named=names)

    def filtered(self, condition: Expression, clause: str) -> "Flow":
        """Only the rows for which the condition is true; a table deletes what is so no longer, and nothing else."""
        where = runtime("Where")(self.query.evaluation(self.row, [condition], [clause]))
        kept = self.java.filter(where, self.query.step(clause))
        if self.is_table:
            kept.enableSendingOldValues(True)  # not in the public interface: without it, deletes what never was
        return replace(self, java=kept)

    def row_serde(self) -> Any:
        """The Java serde of the rows."""
        return row_serde(self.row)

    def materialized(self) -> Any:
        """The serdes of keys and rows for Kafka Streams' stores; updates are not held back."""
        return materialized(self.key.serde(), self.row_serde())


def materialized(key: Any, value: Any, *, name: str | None = None) -> Any:
    """Kafka Streams' `Materialized`, perhaps of a named store."""
    of = jvm.kafka("streams.kstream.Materialized")
    if name is None:
        return of.with_(key, value).withCachingDisabled()
    return of.as_(name).withKeySerde(key).withValueSerde(value).withCachingDisabled()


def duration(milliseconds: int) -> Any:
    """A `java.time.Duration`."""
    return jvm.java("java.time.Duration").ofMillis(milliseconds)
