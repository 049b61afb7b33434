"""What type an expression has over a row of given columns.

Columns are plain names here: resolving `source.column` of a join to one is the analysis' work, done before.
"""

from helpers.ksql import functions
from helpers.ksql.errors import TypeFault
from helpers.ksql.evaluation.coercion import castable, together
from helpers.ksql.evaluation.timestamps import milliseconds
from helpers.ksql.language import expressions as e
from helpers.ksql.language import types as t
from helpers.ksql.language.printer import format
from helpers.ksql.language.schema import Schema
from helpers.ksql.language.types import SqlType

# What ksqlDB calls a comparison in its messages.
COMPARISONS = {
    "=": "EQUAL",
    "<>": "NOT_EQUAL",
    "<": "LESS_THAN",
    "<=": "LESS_THAN_OR_EQUAL",
    ">": "GREATER_THAN",
    ">=": "GREATER_THAN_OR_EQUAL",
    "IS DISTINCT FROM": "IS_DISTINCT_FROM",
    "IS NOT DISTINCT FROM": "IS_NOT_DISTINCT_FROM",
}


class Typing:
    """The types of expressions over `schema`; a type once found is kept."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._known: dict[int, tuple[e.Expression, SqlType | None]] = {}

    def of(self, node: e.Expression) -> SqlType | None:
        """The type of the expression, None of a bare NULL.

        Raises:
            TypeFault: it has none; the message says which part does not fit and why.
        """
        if id(node) not in self._known:
            self._known[id(node)] = node, self._find(node)
        return self._known[id(node)][1]

    def certain(self, node: e.Expression) -> SqlType:
        """The type of an expression that must have one.

        Raises:
            TypeFault: it has none, or is a bare NULL.
        """
        of = self.of(node)
        if of is None:
            raise TypeFault(f"{format(node)} has no type: write CAST(NULL AS type).")
        return of

    def condition(self, node: e.Expression) -> None:
        """Check that the expression is true or false.

        Raises:
            TypeFault: it is something else.
        """
        of = self.of(node)
        if of not in (t.BOOLEAN, None):
            raise TypeFault(f"A condition should evaluate to boolean but {format(node)} is {of}.")

    def _find(self, node: e.Expression) -> SqlType | None:
        match node:
            case e.Literal():
                return node.type
            case e.ColumnName():
                return self._column(node)
            case e.Field():
                return self._field(node)
            case e.Subscript():
                return self._subscript(node)
            case e.Call():
                return self.chosen(node).result
            case e.Minus():
                return self._minus(node)
            case e.Arithmetic():
                return self._arithmetic(node)
            case e.Case():
                return self._case(node)
            case e.Cast():
                return self._cast(node)
            case e.ArrayOf():
                return t.array(together(self, node.elements, node))
            case e.MapOf():
                keys = [entry.key for entry in node.entries]
                values = [entry.value for entry in node.entries]
                return t.mapping(together(self, tuple(keys), node), together(self, tuple(values), node))
            case e.StructOf():
                return t.struct(*((member.name, self.certain(member.value)) for member in node.members))
            case _:
                self._check_condition(node)
                return t.BOOLEAN

    def _column(self, node: e.ColumnName) -> SqlType:
        column = self.schema.find(node.name)
        if column is None:
            raise TypeFault(f"Unknown column {node.name}: there are {', '.join(c.name for c in self.schema)}.")
        return column.type

    def _field(self, node: e.Field) -> SqlType:
        base = self.of(node.base)
        if not isinstance(base, t.StructType):
            raise TypeFault(f"'->' takes a field: expected STRUCT type, got {base} of {format(node.base)}.")
        field = base.field(node.name)
        if field is None:
            raise TypeFault(f"Could not find field '{node.name}' in '{format(node.base)}': it is {base}.")
        return field

    def _subscript(self, node: e.Subscript) -> SqlType:
        base, index = self.of(node.base), self.of(node.index)
        if isinstance(base, t.MapType) and index in (base.key, None):
            return base.value
        if isinstance(base, t.ArrayType) and index in (t.INTEGER, t.BIGINT):
            return base.element
        raise TypeFault(
            f"{format(node)}: {index} is no index of {format(node.base)} ({base}); "
            "an ARRAY takes a number, a MAP its key's type."
        )

    def chosen(self, node: e.Call) -> "functions.Chosen":
        """The form of the scalar function that a call uses.

        Raises:
            TypeFault: there is no such function, or it does not take these arguments.
        """
        return functions.choose(node.name, functions.scalar(node.name).forms, self.arguments(node))

    def arguments(self, node: e.Call) -> list[SqlType | None]:
        """The types of a call's arguments; `*` is none."""
        return [self.of(argument) for argument in node.arguments if not isinstance(argument, e.AllRows)]

    def _minus(self, node: e.Minus) -> SqlType | None:
        of = self.of(node.operand)
        if of is not None and not t.is_numeric(of):
            raise TypeFault(f"'-' takes a number, but {format(node.operand)} is {of}.")
        return of

    def _arithmetic(self, node: e.Arithmetic) -> SqlType | None:
        left, right = self.of(node.left), self.of(node.right)
        if left is None or right is None:
            return left or right
        try:
            return t.calculated(left, node.operator, right)
        except TypeFault as fault:
            raise TypeFault(f"Error processing expression: {format(node)}. {fault}") from fault

    def _case(self, node: e.Case) -> SqlType | None:
        for branch in node.branches:
            if node.operand is None:
                self.condition(branch.condition)
            else:
                self.compare(node.operand, "=", branch.condition)
        results = [branch.result for branch in node.branches]
        if node.default is not None:
            results.append(node.default)
        types = [of for of in map(self.of, results) if of is not None]
        for branch in node.branches:
            if self.of(branch.result) not in (None, *types[:1]):
                raise TypeFault(
                    f"Invalid Case expression. Type for all 'THEN' clauses should be the same: {types[0]} comes first, "
                    f"{format(branch.result)} is {self.of(branch.result)}; CAST one."
                )
        if types and types[-1] != types[0]:
            raise TypeFault(
                "Invalid Case expression. Type for the default clause should be the same as for 'THEN' clauses. "
                f"THEN type: {types[0]}. Default type: {types[-1]}."
            )
        if not types:
            raise TypeFault(
                f"Invalid Case expression. All case branches have a NULL type: {format(node)}; CAST one NULL."
            )
        return types[0]

    def _cast(self, node: e.Cast) -> SqlType:
        of = self.of(node.value)
        if of is not None and not castable(of, node.to):
            raise TypeFault(f"Cast of {of} to {node.to} is not supported: {format(node)}.")
        return node.to

    def _check_condition(self, node: e.Expression) -> None:
        match node:
            case e.Comparison():
                self.compare(node.left, node.operator, node.right)
            case e.Logical():
                self.condition(node.left)
                self.condition(node.right)
            case e.Not():
                self.condition(node.operand)
            case e.Between():
                self.compare(node.value, ">=", node.low)
                self.compare(node.value, "<=", node.high)
            case e.In():
                self._in(node)
            case e.Like():
                self._like(node)
            case e.IsNull():
                self.of(node.value)
            case _:
                raise TypeFault(f"{format(node)} cannot stand here.")

    def compare(self, left: e.Expression, operator: str, right: e.Expression) -> None:
        """Check that two expressions can be compared.

        Raises:
            TypeFault: they cannot.
        """
        one, other = self.of(left), self.of(right)
        if one is None or other is None:
            raise TypeFault(
                f"Comparison with NULL is not supported: write {format(left)} IS NULL instead of {operator} NULL."
            )
        if self.instant(left, right) is not None or self.instant(right, left) is not None:
            return
        if not t.comparable(one, other, ordered=operator in ("<", "<=", ">", ">=")):
            raise TypeFault(
                f"Cannot compare {format(left)} ({one}) to {format(right)} ({other}) with {COMPARISONS[operator]}."
            )

    @staticmethod
    def instant(column: e.Expression, text: e.Expression) -> int | None:
        """Milliseconds since 1970 when a record's time or window is compared with a text, which is read as a timestamp.

        Raises:
            TypeFault: the text is no timestamp.
        """
        if not (isinstance(column, e.ColumnName) and column.name in ("ROWTIME", "WINDOWSTART", "WINDOWEND")):
            return None
        return milliseconds(text.value) if isinstance(text, e.Literal) and isinstance(text.value, str) else None

    def _in(self, node: e.In) -> None:
        try:
            self.in_type(node)
        except TypeFault as fault:
            raise TypeFault(f"Invalid Predicate: {fault}") from fault

    def in_type(self, node: e.In) -> SqlType:
        """The type in which the value and the options of an IN are compared."""
        self.certain(node.value)
        return together(self, (node.value, *node.options), node)

    def _like(self, node: e.Like) -> None:
        for side in (node.value, node.pattern):
            if self.of(side) not in (t.STRING, None):
                raise TypeFault(f"Like condition must be between strings, but {format(side)} is {self.of(side)}.")
