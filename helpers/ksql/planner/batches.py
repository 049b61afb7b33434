"""Functions that take many rows at once: their calls become columns of the row, which one step computes for all.

The step gathers rows (runtime/Gather.java), so it stands where most benefit: before WHERE when that calls one, else
behind it and EXPLODE. There is one in a query at most, for of two the later could be left with rows at a commit. Calls
inside CASE, over tables and over aggregates stay where they are and are made row by row.
"""

from dataclasses import replace

from helpers.ksql import functions
from helpers.ksql.analysis import Analysis
from helpers.ksql.analysis.query import Result
from helpers.ksql.evaluation.compiler import compile, runtime
from helpers.ksql.evaluation.typechecks import Typing
from helpers.ksql.language.expressions import Call, Case, Cast, ColumnName, Expression
from helpers.ksql.language.schema import Column, Kind
from helpers.ksql.planner.flow import Flow


def in_where(analysis: Analysis) -> bool:
    """Whether WHERE calls such a function, so that the step has to come before it."""
    return analysis.where is not None and any(_is_batch(node) for node in analysis.where.walk())


def gathered(flow: Flow, analysis: Analysis) -> tuple[Flow, Analysis]:
    """The flow with the calls' columns, and the analysis reading them; both as they were when there is none."""
    if flow.is_table:
        return flow, analysis
    calls = _Calls(flow)
    grouping = analysis.grouping
    if grouping is not None:
        arguments = (tuple(map(calls.within, call.arguments)) for call in grouping.calls)
        grouping = replace(
            grouping,
            keys=tuple(map(calls.within, grouping.keys)),
            calls=tuple(replace(call, arguments=given) for call, given in zip(grouping.calls, arguments, strict=True)),
        )
    changed = replace(
        analysis,
        where=None if analysis.where is None else calls.within(analysis.where),
        partition_by=None if analysis.partition_by is None else tuple(map(calls.within, analysis.partition_by)),
        grouping=grouping,
        results=analysis.results if grouping is not None else tuple(map(calls.within_result, analysis.results)),
    )
    return (calls.flow(), changed) if calls.java else (flow, analysis)


class _Calls:
    """Collects calls; each is computed over the row with the columns of those before it, which may be inside it."""

    def __init__(self, before: Flow) -> None:
        self._before, self._row = before, before.row
        self._columns: dict[Call, ColumnName] = {}
        self.java: list[object] = []

    def within(self, expression: Expression) -> Expression:
        """The expression with its calls replaced by columns."""
        return expression.rewrite(self._change)

    def within_result(self, result: Result) -> Result:
        """A column of SELECT with its calls replaced."""
        return replace(result, expression=self.within(result.expression))

    def flow(self) -> Flow:
        """The flow with the columns."""
        java = self._before.java.processValues(runtime("Gather")(self.java), self._before.query.step("BATCH"))
        return replace(self._before, java=java, row=self._row)

    def _change(self, node: Expression) -> Expression | None:
        if isinstance(node, Case):
            return node
        if not isinstance(node, Call) or not _is_batch(node) or not self._reads_the_row(node):
            return None
        if node not in self._columns:
            self._columns[node] = self._computed(replace(node, arguments=tuple(map(self.within, node.arguments))))
        return self._columns[node]

    def _reads_the_row(self, node: Call) -> bool:
        """It does not when it is about a column that only EXPLODE will make."""
        return all(self._row.find(each.name) for each in node.walk() if isinstance(each, ColumnName))

    def _computed(self, node: Call) -> ColumnName:
        typing = Typing(self._row)
        chosen = typing.chosen(node)
        assert chosen.form.batch is not None
        many, one = chosen.form.batch
        wanted = zip(node.arguments, chosen.arguments, strict=True)
        given = [each if typing.of(each) == of else Cast(each, of) for each, of in wanted]
        log = self._before.query.log
        self.java.append(runtime("BatchCall")(node.name, compile(self._row, given), many, one, log))
        column = Column(f"KSQL_BATCH_{len(self._columns)}", chosen.result, Kind.PSEUDO)
        self._row = self._row.plus([column])
        return ColumnName(None, column.name)


def _is_batch(node: Expression) -> bool:
    return (
        isinstance(node, Call)
        and functions.is_scalar(node.name)
        and functions.scalar(node.name).forms[0].batch is not None
    )
