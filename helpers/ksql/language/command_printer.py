"""From the statements that ask and steer back to text."""

from helpers.ksql.language import commands as c
from helpers.ksql.language.clause_printer import clause, column_list, flag, name_list, with_clause
from helpers.ksql.language.expression_printer import listed, print_node, quoted, text, words
from helpers.ksql.language.names import backquoted
from helpers.ksql.language.nodes import Node


@print_node.register
def _(node: c.ShowStreams) -> str:
    return words("SHOW STREAMS", flag("EXTENDED", node.extended))


@print_node.register
def _(node: c.ShowTables) -> str:
    return words("SHOW TABLES", flag("EXTENDED", node.extended))


@print_node.register
def _(node: c.ShowTopics) -> str:
    return words("SHOW", flag("ALL", node.all), "TOPICS", flag("EXTENDED", node.extended))


@print_node.register
def _(node: c.ShowQueries) -> str:
    return words("SHOW QUERIES", flag("EXTENDED", node.extended))


for _class, _text in {
    c.ShowFunctions: "SHOW FUNCTIONS",
    c.ShowProperties: "SHOW PROPERTIES",
    c.ShowVariables: "SHOW VARIABLES",
    c.ShowTypes: "SHOW TYPES",
}.items():
    print_node.register(_class, lambda node, text=_text: text)


@print_node.register
def _(node: c.Describe) -> str:
    return words("DESCRIBE", quoted(node.name), flag("EXTENDED", node.extended))


@print_node.register
def _(node: c.DescribeStreams) -> str:
    return words("DESCRIBE STREAMS", flag("EXTENDED", node.extended))


@print_node.register
def _(node: c.DescribeTables) -> str:
    return words("DESCRIBE TABLES", flag("EXTENDED", node.extended))


@print_node.register
def _(node: c.DescribeFunction) -> str:
    return f"DESCRIBE FUNCTION {quoted(node.name)}"


@print_node.register
def _(node: c.Explain) -> str:
    return f"EXPLAIN {print_node(node.what) if isinstance(node.what, Node) else backquoted(node.what)}"


@print_node.register
def _(node: c.PrintTopic) -> str:
    return words(
        "PRINT",
        text(node.topic),
        flag("FROM BEGINNING", node.from_beginning),
        node.interval is not None and f"INTERVAL {node.interval}",
        node.limit is not None and f"LIMIT {node.limit}",
    )


def _running(verb: str, query: str | None) -> str:
    return f"{verb} {'ALL' if query is None else backquoted(query)}"


@print_node.register
def _(node: c.Terminate) -> str:
    return _running("TERMINATE", node.query)


@print_node.register
def _(node: c.Pause) -> str:
    return _running("PAUSE", node.query)


@print_node.register
def _(node: c.Resume) -> str:
    return _running("RESUME", node.query)


@print_node.register
def _(node: c.SetProperty) -> str:
    return f"SET {text(node.name)} = {text(node.value)}"


@print_node.register
def _(node: c.UnsetProperty) -> str:
    return f"UNSET {text(node.name)}"


@print_node.register
def _(node: c.AlterSystem) -> str:
    return f"ALTER SYSTEM {text(node.name)} = {text(node.value)}"


@print_node.register
def _(node: c.Define) -> str:
    return f"DEFINE {quoted(node.name)} = {text(node.value)}"


@print_node.register
def _(node: c.Undefine) -> str:
    return f"UNDEFINE {quoted(node.name)}"


@print_node.register
def _(node: c.AssertTopic) -> str:
    timeout = clause("TIMEOUT", node.timeout)
    return words(
        "ASSERT", flag("NOT EXISTS", node.absent), "TOPIC", text(node.topic), with_clause(node.properties), timeout
    )


@print_node.register
def _(node: c.AssertValues) -> str:
    return words("ASSERT VALUES", quoted(node.name), name_list(node.columns), f"VALUES ({listed(node.values)})")


@print_node.register
def _(node: c.AssertTombstone) -> str:
    return words("ASSERT NULL VALUES", quoted(node.name), name_list(node.columns), f"KEY ({listed(node.values)})")


@print_node.register
def _(node: c.AssertSource) -> str:
    return words("ASSERT", node.kind, quoted(node.name), column_list(node.columns), with_clause(node.properties))


@print_node.register
def _(node: c.RunScript) -> str:
    return f"RUN SCRIPT {text(node.path)}"
