"""From clauses and parts of statements back to text."""

from helpers.ksql.language import statements as s
from helpers.ksql.language.expression_printer import listed, print_node, quoted, text, type_text, words
from helpers.ksql.language.nodes import Node


def clause(keyword: str, node: Node | None) -> str | None:
    """The keyword and the node, None without a node."""
    return None if node is None else f"{keyword} {print_node(node)}"


def flag(keywords: str, present: bool) -> str | None:
    """The keywords, None when they are not there."""
    return keywords if present else None


def name_list(names: tuple[str, ...]) -> str | None:
    """`(a, b)`, None when there are none."""
    return f"({', '.join(map(quoted, names))})" if names else None


def column_list(columns: tuple[s.Column, ...]) -> str | None:
    """`(a INTEGER, b STRING)`, None when there are none."""
    return f"({listed(columns)})" if columns else None


def with_clause(properties: tuple[s.Property, ...]) -> str | None:
    """`WITH (…)`, None without properties."""
    return f"WITH ({listed(properties)})" if properties else None


@print_node.register
def _(node: s.Column) -> str:
    role = f"HEADER({text(node.header)})" if node.header is not None else node.role
    return words(quoted(node.name), type_text(node.type), role)


@print_node.register
def _(node: s.Property) -> str:
    return f"{quoted(node.name)} = {print_node(node.value)}"


@print_node.register
def _(node: s.Duration) -> str:
    return f"{node.count} {node.unit}"


@print_node.register
def _(node: s.Item) -> str:
    return words(print_node(node.expression), node.alias is not None and f"AS {quoted(node.alias)}")


@print_node.register
def _(node: s.AllColumns) -> str:
    return f"{quoted(node.source)}.*" if node.source else "*"


@print_node.register
def _(node: s.AllFields) -> str:
    return f"{print_node(node.base)}->*"


@print_node.register
def _(node: s.Source) -> str:
    return words(quoted(node.name), node.alias is not None and f"AS {quoted(node.alias)}")


@print_node.register
def _(node: s.Within) -> str:
    spans = print_node(node.before)
    if node.after != node.before:
        spans = f"({spans}, {print_node(node.after)})"
    return words("WITHIN", spans, clause("GRACE PERIOD", node.grace))


@print_node.register
def _(node: s.Join) -> str:
    within = None if node.within is None else print_node(node.within)
    return words(node.kind, "JOIN", print_node(node.source), within, "ON", print_node(node.condition))


def _window(kind: str, *options: str | None) -> str:
    return f"WINDOW {kind} ({', '.join(option for option in options if option)})"


@print_node.register
def _(node: s.Tumbling) -> str:
    kept = clause("RETENTION", node.retention), clause("GRACE PERIOD", node.grace)
    return _window("TUMBLING", clause("SIZE", node.size), *kept)


@print_node.register
def _(node: s.Hopping) -> str:
    kept = clause("RETENTION", node.retention), clause("GRACE PERIOD", node.grace)
    return _window("HOPPING", clause("SIZE", node.size), clause("ADVANCE BY", node.advance), *kept)


@print_node.register
def _(node: s.Session) -> str:
    kept = clause("RETENTION", node.retention), clause("GRACE PERIOD", node.grace)
    return _window("SESSION", print_node(node.gap), *kept)


@print_node.register
def _(node: s.Addition) -> str:
    return f"ADD COLUMN {quoted(node.name)} {type_text(node.type)}"
