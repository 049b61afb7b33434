"""The shop of fixtures/sources.sql: its statements, and what each makes."""

import re
from pathlib import Path

from helpers.ksql.analysis import analyse, sink, target
from helpers.ksql.language import statements as s
from helpers.ksql.sources.definitions import define

FIXTURES = Path(__file__).with_name("fixtures")


def pairs(name):
    """(statement, expectation) of a file whose statements are each followed by a comment line."""
    text = (FIXTURES / name).read_text(encoding="utf-8")
    return re.findall(r"^(?!--)(.+;)\n-- (.+)$", text, re.MULTILINE)


def carry_out(statement, store):
    """What the statement makes: (kind, schema)."""
    match statement:
        case s.CreateType():
            store.put_type(statement.name, statement.type)
        case s.CreateSource():
            source = define(statement, store)
            store.put(source)
            return source.kind, source.schema
        case s.CreateAs():
            source = sink(statement, analyse(statement.query, store, statement.name))
            store.put(source)
            return source.kind, source.schema
        case s.InsertInto():
            target(statement, analyse(statement.query, store, statement.name), store)
        case s.Select():
            found = analyse(statement, store)
            return "TABLE" if found.is_table else "STREAM", re.sub(" KEY", "", str(found.schema))
    return None
