"""Statements broken at random are answered or refused in words; those accepted can be compiled."""

import contextlib
import random
import re

import pytest

from helpers.ksql.analysis import analyse
from helpers.ksql.errors import KsqlError
from helpers.ksql.evaluation.compiler import compile
from helpers.ksql.language.parser import parse
from helpers.ksql.language.statements import Select
from tests.ksql.shop import carry_out, pairs

PIECES = [
    "NULL", "-NULL", "(NULL+1)", "NULL->x", "NULL LIKE NULL", "CAST(NULL AS INT)", "ARRAY[NULL]", "MAP(NULL:=1)",
    "COUNT(*)", "COUNT(NULL)", "SUM(*)", "TOPK(units,2)", "EXPLODE(tags)", "EXPLODE()", "GREATEST()", "LEN(*)", "x(*)",
    "UCASE(NULL)", "COALESCE(NULL)", "AS_VALUE(id)", "1", "1.5", "ARRAY[]", "MAP()", "STRUCT()", "tags[1]",
    "tags[NULL]",
    "place->town", "WINDOWSTART", "ROWTIME", "units IN (NULL)", "CASE WHEN TRUE THEN NULL END",
    "CASE NULL WHEN 1 THEN 2 END", "(", ")", ",", "*", "->", "NOT", "GROUP", "BY", "PARTITION",
]  # fmt: skip


def mutations(count, seed):
    """Statements of the fixtures with one to three words replaced, dropped or added."""
    choose = random.Random(seed)
    texts = [text for name in ("accepted.sql", "refused.sql") for text, _ in pairs(name)]
    pieces = [*PIECES, *(word for text in texts for word in re.findall(r"'[^']*'|\w+", text))]
    for _ in range(count):
        words = re.findall(r"'[^']*'|\w+|\S", choose.choice(texts))[:-1]
        for _ in range(choose.randint(1, 3)):
            at = choose.randrange(len(words))
            words[at : at + choose.choice([0, 1, 1, 1, 1])] = choose.choice([[], *[[choose.choice(pieces)]] * 6])
            words = words or ["SELECT"]
        yield " ".join(words) + ";"


def accepted(count, seed, store):
    for text in mutations(count, seed):
        with contextlib.suppress(KsqlError):  # anything else is a crash
            (statement,) = parse(text)
            carry_out(statement, store.copy())
            yield statement


def test_mutated_statements(store):
    assert list(accepted(300, 1, store))


@pytest.mark.long
def test_many_mutated_statements(store, java):
    for statement in accepted(10_000, 2, store):
        query = statement if isinstance(statement, Select) else getattr(statement, "query", None)
        if query is not None:
            found = analyse(query, store, None if query is statement else "SOMETHING")
            row = found.grouping.row if found.grouping else found.row
            compile(row, [result.expression for result in found.results])
