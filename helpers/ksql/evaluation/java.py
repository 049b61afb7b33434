"""The Java source of expressions: one class for all expressions of a query, compiled in the JVM by compiler.py.

Every piece is a Java expression of a boxed type that may be null; what the pieces mean stands in runtime/*.java.
Constants are handed over as objects and never written into the source, so no text of a statement becomes code.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain

from helpers.ksql.evaluation.typechecks import Typing
from helpers.ksql.functions import Chosen
from helpers.ksql.language import expressions as e
from helpers.ksql.language import types as t
from helpers.ksql.language.schema import Schema
from helpers.ksql.language.types import SqlType

BOXED = {
    "BOOLEAN": "Boolean",
    "INTEGER": "Integer",
    "BIGINT": "Long",
    "DOUBLE": "Double",
    "DECIMAL": "java.math.BigDecimal",
    "STRING": "String",
    "BYTES": "java.nio.ByteBuffer",
    "TIMESTAMP": "java.time.Instant",
    "DATE": "java.time.LocalDate",
    "TIME": "java.time.LocalTime",
    "ARRAY": "java.util.List",
    "MAP": "java.util.Map",
    "STRUCT": "Struct",
}
_ARITHMETIC = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "%": "remainder"}
_COMPARISON = {
    "=": "equal",
    "<>": "unequal",
    "<": "less",
    "<=": "atMost",
    ">": "more",
    ">=": "atLeast",
    "IS DISTINCT FROM": "distinct",
    "IS NOT DISTINCT FROM": "notDistinct",
}
_WIDEN = {"INTEGER": "Cast.integer({})", "BIGINT": "Cast.bigint({})", "DOUBLE": "Cast.real({})"}

Constant = bool | int | float | Decimal | str | SqlType


@dataclass
class Source:
    """Java source of a class, and the constants it is made with: `new Name(Object[] constants)`."""

    name: str
    code: str
    constants: list[tuple[Constant, SqlType | None]] = field(default_factory=list)


def source(name: str, schema: Schema, expressions: list[e.Expression], *, parts_fail: bool = True) -> Source:
    """The class `name` that evaluates the expressions over rows of `schema`; `parts_fail` as for `compiler.compile`.

    Raises:
        TypeFault: an expression has no type.
    """
    return _Generator(name, schema, parts_fail=parts_fail).source(expressions)


class _Generator:
    def __init__(self, name: str, schema: Schema, *, parts_fail: bool) -> None:
        self.name, self.parts_fail = name, parts_fail
        self.typing = Typing(schema)
        self.constants: list[tuple[Constant, SqlType | None]] = []
        self.methods: list[str] = []

    def source(self, expressions: list[e.Expression]) -> Source:
        cases = [
            f"      case {number}: return {self.java(expression)};" for number, expression in enumerate(expressions)
        ]
        code = "\n".join(
            [
                f"public final class {self.name} implements Evaluator {{",
                "  private final Object[] constants;",
                f"  public {self.name}(Object[] constants) {{ this.constants = constants; }}",
                "  public Object evaluate(int which, Object[] row) throws Exception {",
                "    switch (which) {",
                *cases,
                "      default: throw new IllegalArgumentException(String.valueOf(which));",
                "    }",
                "  }",
                *self.methods,
                "}",
            ]
        )
        return Source(self.name, code, self.constants)

    def java(self, node: e.Expression, to: SqlType | None = None) -> str:
        """The Java of an expression, brought to type `to` when that is another."""
        of = self.typing.of(node)
        if of is None:
            return f"(({BOXED[to.base] if to else 'Object'}) null)"
        code = self._node(node)
        return code if to is None or to == of else self._brought(code, of, to)

    def _brought(self, code: str, of: SqlType, to: SqlType) -> str:
        if to.base in _WIDEN:
            return _WIDEN[to.base].format(code)
        if isinstance(to, t.DecimalType) and of.base != "STRING":
            return f"Cast.decimal({code}, {to.precision}, {to.scale})"
        return f"(({BOXED[to.base]}) Cast.to({code}, {self.constant(to)}))"

    def constant(self, value: Constant, of: SqlType | None = None) -> str:
        """Java that reads a constant."""
        java = "Type" if isinstance(value, SqlType) else BOXED[of.base] if of else "String"
        self.constants.append((value, of))
        return f"(({java}) constants[{len(self.constants) - 1}])"

    def _node(self, node: e.Expression) -> str:
        match node:
            case e.Literal():
                assert node.value is not None
                return self.constant(node.value, node.type)
            case e.ColumnName():
                return f"(({self._boxed(node)}) row[{self.typing.schema.position(node.name)}])"
            case e.Field():
                return f"(({self._boxed(node)}) Struct.field({self.java(node.base)}, {self.constant(node.name)}))"
            case e.Subscript():
                return self._subscript(node)
            case e.Call():
                return self._call(node)
            case e.Minus():
                return f"Arithmetic.negate({self.java(node.operand)})"
            case e.Arithmetic():
                return self._arithmetic(node)
            case e.Case():
                return self._case(node)
            case e.Cast():
                code = f"Cast.to({self.java(node.value)}, {self.constant(node.to)})"
                return self._caught(code, node.to, str(node.to))
            case e.ArrayOf() | e.MapOf() | e.StructOf():
                return self._constructed(node)
            case _:
                return self._condition(node)

    def _boxed(self, node: e.Expression) -> str:
        return BOXED[self.typing.certain(node).base]

    def _subscript(self, node: e.Subscript) -> str:
        to = t.INTEGER if isinstance(self.typing.of(node.base), t.ArrayType) else None
        return f"(({self._boxed(node)}) Lists.at({self.java(node.base)}, {self.java(node.index, to)}))"

    def _arithmetic(self, node: e.Arithmetic) -> str:
        to = self.typing.certain(node)
        if isinstance(to, t.DecimalType):
            left, right = (self._as_decimal(side) for side in (node.left, node.right))
            return f"Arithmetic.{_ARITHMETIC[node.operator]}({left}, {right}, {to.precision}, {to.scale})"
        return f"Arithmetic.{_ARITHMETIC[node.operator]}({self.java(node.left, to)}, {self.java(node.right, to)})"

    def _as_decimal(self, node: e.Expression) -> str:
        of = self.typing.of(node)
        return self.java(node, t.as_decimal(of) if of else t.decimal(1, 0))

    def _case(self, node: e.Case) -> str:
        to = self.typing.of(node)
        code = "null" if node.default is None else self.java(node.default, to)
        for branch in reversed(node.branches):
            condition = branch.condition
            if node.operand is not None:
                condition = e.Comparison(node.operand, "=", condition)
            code = f"({self.java(condition)}.booleanValue() ? {self.java(branch.result, to)} : {code})"
        return f"(({BOXED[to.base] if to else 'Object'}) {code})"

    def _constructed(self, node: e.Expression) -> str:
        of = self.typing.certain(node)
        match node, of:
            case e.ArrayOf(), t.ArrayType():
                return (
                    f"Lists.of({self._objects([self._part(each, of.element, 'array item') for each in node.elements])})"
                )
            case e.MapOf(), t.MapType():
                pairs = (
                    (self._part(each.key, of.key, "map key"), self._part(each.value, of.value, "map value"))
                    for each in node.entries
                )
                return f"Lists.map({self._objects([*chain.from_iterable(pairs)])})"
            case e.StructOf(), _:
                members = (
                    (self.constant(each.name), self._part(each.value, None, "struct field")) for each in node.members
                )
                return f"Struct.of({self._objects([*chain.from_iterable(members)])})"
        raise AssertionError(node)

    def _part(self, node: e.Expression, to: SqlType | None, called: str) -> str:
        """A part of an expression that is null by itself when it fails."""
        code = self.java(node, to)
        whole = isinstance(node, e.Literal | e.ColumnName)
        return code if whole else self._caught(code, to or self.typing.of(node), called)

    def _caught(self, code: str, of: SqlType | None, called: str) -> str:
        """The same of Java that is there already, in a method of its own."""
        boxed = BOXED[of.base] if of else "Object"
        if not self.parts_fail:
            return f"(({boxed}) {code})"
        name = f"part{len(self.methods)}"
        self.methods.append(
            f"  private Object {name}(Object[] row) {{ try {{ return {code}; }} "
            f"catch (Exception error) {{ return Nested.failed({self.constant(called)}, error); }} }}"
        )
        return f"(({boxed}) {name}(row))"

    def _argument(self, node: e.Expression, to: SqlType) -> str:
        return self._part(node, to, node.name) if isinstance(node, e.Call | e.Field) else self.java(node, to)

    @staticmethod
    def _objects(codes: list[str]) -> str:
        return f"new Object[] {{{', '.join(codes)}}}"

    def _condition(self, node: e.Expression) -> str:
        match node:
            case e.Comparison():
                return self._compared(_COMPARISON[node.operator], node.left, node.right)
            case e.Logical():
                sign = "&&" if node.operator == "AND" else "||"
                left, right = (f"{self._truth(side)}" for side in (node.left, node.right))
                return f"Boolean.valueOf({left} {sign} {right})"
            case e.Not():
                return f"Boolean.valueOf(!{self._truth(node.operand)})"
            case e.Between():
                return self._negated(node.negated, self._compared("between", node.value, node.low, node.high))
            case e.In():
                to = self.typing.in_type(node)
                options = self._objects([self.java(option, to) for option in node.options])
                code = f"Compare.in({self.java(node.value, to)}, Lists.of({options}))"
                return self._negated(node.negated, code)
            case e.Like():
                escape = "null" if node.escape is None else self.constant(node.escape)
                value, pattern = self.java(node.value, t.STRING), self.java(node.pattern, t.STRING)
                return self._negated(node.negated, f"Compare.like({value}, {pattern}, {escape})")
            case e.IsNull():
                return f"Boolean.valueOf(((Object) {self.java(node.value)}) {'!=' if node.negated else '=='} null)"
        raise AssertionError(node)

    def _truth(self, node: e.Expression) -> str:
        return f"{self.java(node, t.BOOLEAN)}.booleanValue()"

    @staticmethod
    def _negated(negated: bool, code: str) -> str:
        return f"Boolean.valueOf(!{code}.booleanValue())" if negated else code

    def _compared(self, method: str, *sides: e.Expression) -> str:
        sides = tuple(self._instant(side, sides) for side in sides)
        types = [self.typing.certain(side) for side in sides]
        to = _comparison_type(types)
        return f"Compare.{method}({', '.join(self.java(side, to) for side in sides)})"

    def _instant(self, side: e.Expression, sides: tuple[e.Expression, ...]) -> e.Expression:
        """A text that is compared with ROWTIME or a window's bound, as the number of milliseconds that it means."""
        times = [time for other in sides if (time := self.typing.instant(other, side)) is not None]
        return e.Literal(times[0], t.BIGINT) if times else side

    def _call(self, node: e.Call) -> str:
        """A method of its own for each call: its parameters have the names that the function's Java uses."""
        chosen = self.typing.chosen(node)
        name = f"call{len(self.methods)}"
        self.methods.append(_method(name, chosen))
        arguments = [
            self._argument(argument, to) for argument, to in zip(node.arguments, chosen.arguments, strict=True)
        ]
        *_, last = chosen.form.parameters or (None,)
        if last is not None and last.many:
            fixed = len(chosen.form.parameters) - 1
            arguments = [*arguments[:fixed], f"Lists.of({self._objects(arguments[fixed:])})"]
        return f"{name}({', '.join(arguments)})"


def _method(name: str, chosen: Chosen) -> str:
    parameters, guards = [], []
    for parameter, of in zip(chosen.form.parameters, chosen.arguments, strict=False):
        parameters.append(f"{'java.util.List' if parameter.many else BOXED[of.base]} {parameter.name}")
        if not parameter.nullable and not parameter.many:
            guards.append(f"{parameter.name} == null")
    guard = f"if ({' || '.join(guards)}) return null; " if guards else ""
    result = BOXED[chosen.result.base]
    return (
        f"  private static {result} {name}({', '.join(parameters)}) throws Exception "
        f"{{ {guard}return ({result}) ({chosen.form.java}); }}"
    )


def _comparison_type(types: list[SqlType]) -> SqlType:
    """The type in which values are compared: the widest number, or the time that a text is read as."""
    if all(map(t.is_numeric, types)):
        return t.common(types)
    times = [of for of in types if of in t.TEMPORAL or of == t.BIGINT]
    if times and times[0] != t.BIGINT:
        return t.TIMESTAMP if t.TIMESTAMP in times else times[0]
    return types[0]
