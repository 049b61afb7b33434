"""Pull queries when scanning tables is switched off: WHERE must then say which keys to look up."""

from itertools import product

from helpers.ksql.analysis import Analysis
from helpers.ksql.errors import StatementError
from helpers.ksql.language import expressions as e
from helpers.ksql.language.printer import format
from helpers.ksql.language.types import STRING

SCAN, RANGE_SCAN, LIMIT = (
    "ksql.query.pull.table.scan.enabled",
    "ksql.query.pull.range.scan.enabled",
    "ksql.query.pull.limit.clause.enabled",
)
_RANGES = ("<", "<=", ">", ">=")


def check_pull(analysis: Analysis, given: dict[str, str]) -> None:
    """Check that the settings allow a pull query.

    Raises:
        StatementError: it needs what is switched off.
    """
    if analysis.query.limit is not None and not _is_on(LIMIT, given):
        raise StatementError(
            f"LIMIT clause in pull queries is currently disabled: set {LIMIT}=true, "
            "or add EMIT CHANGES if you intended to issue a push query."
        )
    if not analysis.scope.sources[0].source.is_table or _is_on(SCAN, given):
        return
    if analysis.where is None:
        raise _needs_scan("it has no WHERE clause")
    disjuncts = _disjuncts(analysis.where)
    for conjuncts in disjuncts:
        _Lookup(analysis, ranges=_is_on(RANGE_SCAN, given) and len(disjuncts) == 1).check(conjuncts)


def _is_on(name: str, given: dict[str, str]) -> bool:
    return given.get(name, "true").lower() == "true"


def _needs_scan(why: str) -> StatementError:
    return StatementError(f"Query requires table scan to be enabled: {why}; set {SCAN}=true, or give the whole key.")


def _disjuncts(condition: e.Expression) -> list[list[e.Expression]]:
    """The condition as alternatives, each a list of what must hold together."""
    if not isinstance(condition, e.Logical):
        return [[condition]]
    left, right = _disjuncts(condition.left), _disjuncts(condition.right)
    if condition.operator == "OR":
        return left + right
    return [[*one, *other] for one, other in product(left, right)]


class _Lookup:
    def __init__(self, analysis: Analysis, *, ranges: bool) -> None:
        self.schema = analysis.scope.sources[0].source.schema
        self.keys = {column.name for column in self.schema.keys}
        self.ranges = ranges
        self.found: set[str] = set()

    def check(self, conjuncts: list[e.Expression]) -> None:
        for each in conjuncts:
            if self.keys & _columns(each):
                self._note(each)
        if not self.found:
            shown = " AND ".join(map(format, conjuncts))
            raise StatementError(f"WHERE clause missing key column for disjunct: ({shown}); {SCAN} is off.")
        if self.found != self.keys:
            missing = ", ".join(sorted(self.keys - self.found))
            raise StatementError(
                f"Multi-column sources must specify every key in the WHERE clause: {missing} is missing."
            )

    def _note(self, condition: e.Expression) -> None:
        name, values = self._key_and_values(condition)
        if any(map(_columns, values)):
            raise StatementError(
                f"A comparison must be between a key column and a resolvable expression: {format(condition)}."
            )
        if name in self.found:
            raise StatementError(
                f"A comparison condition on the key column cannot be combined with other comparisons: {name} has two."
            )
        if isinstance(condition, e.Comparison) and condition.operator in _RANGES:
            of = next(column.type for column in self.schema.keys if column.name == name)
            if not self.ranges or len(self.keys) > 1 or of != STRING:
                raise _needs_scan(f"{format(condition)} is a range")
        self.found.add(name)

    def _key_and_values(self, condition: e.Expression) -> tuple[str, list[e.Expression]]:
        match condition:
            case e.Comparison(operator=operator) if operator == "=" or operator in _RANGES:
                sides = [condition.left, condition.right]
                for key, value in (sides, sides[::-1]):
                    if isinstance(key, e.ColumnName) and key.name in self.keys:
                        return key.name, [value]
            case e.In(negated=False, value=e.ColumnName(name=name)) if name in self.keys:
                return name, list(condition.options)
            case e.Comparison() | e.In():
                pass
            case _:
                raise _needs_scan(f"{format(condition)} names no key to look up")
        raise StatementError(f"A comparison must directly reference a key column: {format(condition)}.")


def _columns(expression: e.Expression) -> set[str]:
    return {node.name for node in expression.walk() if isinstance(node, e.ColumnName)}
