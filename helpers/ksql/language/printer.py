"""From statements back to text: one line, keywords in capitals, parentheses only where they are needed.

`parse(format(statement) + ";")` gives an equal statement.
"""

from helpers.ksql.language import command_printer as _commands  # noqa: F401  # registers the commands
from helpers.ksql.language import statements as s
from helpers.ksql.language.clause_printer import clause, column_list, flag, name_list, with_clause
from helpers.ksql.language.expression_printer import listed, print_node, quoted, type_text, words
from helpers.ksql.language.nodes import Node


def format(node: Node) -> str:
    """The statement, clause or expression as text, without a semicolon."""
    return print_node(node)


def _by(keyword: str, expressions: tuple[Node, ...] | None) -> str | None:
    if expressions is None:
        return None
    return f"{keyword} {listed(expressions)}" if expressions else f"{keyword} ()"


@print_node.register
def _(node: s.Select) -> str:
    return words(
        f"SELECT {listed(node.items)}",
        f"FROM {print_node(node.source)}",
        *map(print_node, node.joins),
        None if node.window is None else print_node(node.window),
        clause("WHERE", node.where),
        _by("GROUP BY", node.group_by),
        _by("PARTITION BY", node.partition_by),
        clause("HAVING", node.having),
        node.emit and f"EMIT {node.emit}",
        node.limit is not None and f"LIMIT {node.limit}",
    )


@print_node.register
def _(node: s.CreateSource) -> str:
    return words(
        "CREATE",
        flag("OR REPLACE", node.or_replace),
        flag("SOURCE", node.source_only),
        node.kind,
        flag("IF NOT EXISTS", node.if_not_exists),
        quoted(node.name),
        column_list(node.columns),
        with_clause(node.properties),
    )


@print_node.register
def _(node: s.CreateAs) -> str:
    return words(
        "CREATE",
        flag("OR REPLACE", node.or_replace),
        node.kind,
        flag("IF NOT EXISTS", node.if_not_exists),
        quoted(node.name),
        with_clause(node.properties),
        "AS",
        print_node(node.query),
    )


@print_node.register
def _(node: s.CreateType) -> str:
    absent = flag("IF NOT EXISTS", node.if_not_exists)
    return words("CREATE TYPE", absent, quoted(node.name), "AS", type_text(node.type))


@print_node.register
def _(node: s.AlterSource) -> str:
    return f"ALTER {node.kind} {quoted(node.name)} {listed(node.additions)}"


@print_node.register
def _(node: s.DropSource) -> str:
    topic = flag("DELETE TOPIC", node.delete_topic)
    return words("DROP", node.kind, flag("IF EXISTS", node.if_exists), quoted(node.name), topic)


@print_node.register
def _(node: s.DropType) -> str:
    return words("DROP TYPE", flag("IF EXISTS", node.if_exists), quoted(node.name))


@print_node.register
def _(node: s.InsertInto) -> str:
    return words("INSERT INTO", quoted(node.name), with_clause(node.properties), print_node(node.query))


@print_node.register
def _(node: s.InsertValues) -> str:
    return words("INSERT INTO", quoted(node.name), name_list(node.columns), f"VALUES ({listed(node.values)})")
