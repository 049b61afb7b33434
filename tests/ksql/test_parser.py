"""What the parser reads, what it refuses, and the words of its errors."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.ksql.errors import KsqlSyntaxError
from helpers.ksql.language import commands, statements
from helpers.ksql.language.advice import ADVICE, ADVICE_ON_MEANING
from helpers.ksql.language.expressions import Arithmetic, ColumnName, Comparison, Literal, literal
from helpers.ksql.language.parser import parse, parse_expression
from helpers.ksql.language.printer import format
from helpers.ksql.language.types import BIGINT, DOUBLE, INTEGER, STRING, decimal
from tests.ksql import strategies


def one(text, **options):
    (statement,) = parse(text, **options)
    return statement


def test_script_of_two_statements_with_exact_positions():
    script = "-- first; not here\nDROP STREAM a;\n\n  /* ; */ SELECT b\n FROM `c;d`; -- end"
    first, second = parse(script)
    assert (first.at.line, first.at.column) == (2, 1)
    assert script[first.at.start : first.at.end] == "DROP STREAM a"
    assert (second.at.line, second.at.column) == (4, 11)
    assert script[second.at.start : second.at.end] == "SELECT b\n FROM `c;d`"
    assert (second.source.at.line, second.source.at.column) == (5, 7)
    assert second.source.name == "c;d"


def test_names_are_in_capitals_unless_quoted():
    query = one('SELECT Ab, `Ab`, "A""b", `a``b` AS key, 1R FROM s;')
    assert [item.expression.name for item in query.items] == ["AB", "Ab", 'A"b', "a`b", "1R"]
    assert query.items[3].alias == "KEY"


@pytest.mark.parametrize(
    ("text", "value", "type_"),
    [
        ("7", 7, INTEGER),
        ("2147483648", 2147483648, BIGINT),
        ("-2147483648", -2147483648, INTEGER),
        ("00012", 12, INTEGER),
        ("1.50", Decimal("1.50"), decimal(3, 2)),
        (".5", Decimal("0.5"), decimal(2, 1)),
        ("-0.050", Decimal("-0.050"), decimal(4, 3)),
        ("1E3", 1000.0, DOUBLE),
        ("'it''s'", "it's", STRING),
        ("NULL", None, None),
    ],
)
def test_literals(text, value, type_):
    assert parse_expression(text) == Literal(value, type_)


def test_operators_bind_as_in_the_grammar():
    assert parse_expression("a + b * 2") == Arithmetic(
        ColumnName(None, "A"), "+", Arithmetic(ColumnName(None, "B"), "*", literal(2))
    )
    assert format(parse_expression("a = 1 or not b and c")) == "A = 1 OR NOT B AND C"
    assert isinstance(parse_expression("a is not distinct from b"), Comparison)
    with pytest.raises(KsqlSyntaxError, match="line 1:7"):
        parse_expression("a = b = c")


def test_keywords_that_are_no_names():
    with pytest.raises(KsqlSyntaxError, match="line 1:8: Syntax error at 'from': expected "):
        parse("SELECT from FROM s;")
    assert one("SELECT `from`, date, key FROM source;").source.name == "SOURCE"


def test_durations_and_windows():
    window = one("SELECT * FROM s WINDOW HOPPING (SIZE 1 HOUR, ADVANCE BY 30 second, GRACE PERIOD 2 days);").window
    assert window == statements.Hopping(
        statements.Duration(1, "HOURS"), statements.Duration(30, "SECONDS"), None, statements.Duration(2, "DAYS")
    )
    assert window.size.milliseconds == 3_600_000


def test_topics_and_query_ids_keep_their_letters():
    assert one("PRINT pageViews FROM BEGINNING LIMIT 3;") == commands.PrintTopic("pageViews", True, None, 3)
    assert one("TERMINATE transient_a_7;").query == "transient_a_7"
    assert one("TERMINATE ALL;").query is None


def test_variables():
    assert one("DROP STREAM ${name};", variables={"NAME": "orders"}).name == "ORDERS"
    assert one("SET 'a' = '$${b}';", variables={}).value == "${b}"
    with pytest.raises(KsqlSyntaxError, match="There is no variable topic"):
        parse("DROP STREAM ${topic};", variables={})


def test_test_files_only():
    assert isinstance(one("RUN SCRIPT 'a.sql';", testing=True), commands.RunScript)
    with pytest.raises(KsqlSyntaxError, match="Unknown statement 'RUN'"):
        parse("RUN SCRIPT 'a.sql';")


def test_lengths_of_texts_and_names_of_windows_are_read_and_mean_nothing():
    assert parse("CREATE STREAM s (a VARCHAR(9), b STRING(1));") == parse("CREATE STREAM s (a VARCHAR, b STRING);")
    for window in ("TUMBLING (SIZE 1 DAY)", "HOPPING (SIZE 2 DAYS, ADVANCE BY 1 DAY)", "SESSION (1 DAY)"):
        query = f"SELECT a, COUNT(*) FROM s WINDOW {{}} {window} GROUP BY a EMIT CHANGES;"
        assert parse(query.format("daily")) == parse(query.format(""))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELEC * FROM x;", "line 1:1: Syntax error. Unknown statement 'SELEC': .* did you mean SELECT?"),
        ("SELECT a FROM s WHERE ;", "line 1:22: Syntax error at the end of the statement: expected an expression"),
        ("\nSELECT a\n FORM s;", "line 3:2: Syntax error at 'FORM', which is read as a name: did you mean FROM?"),
        ("SELECT a, b frm s;", "line 1:13: Syntax error at 'frm', which is read as a name: did you mean FROM?"),
        (
            "SELECT a FROM s WHER b = 1;",
            "line 1:17: Syntax error at 'WHER', which is read as a name: did you mean WHERE?",
        ),
        ("SELECT a AS frm s;", "line 1:17: Syntax error at 's': expected ',' or FROM"),
        ("SELECT a FROM s name b;", "line 1:22: Syntax error at 'b': expected "),
        ("CREATE STREAM s (a NULL);", "line 1:20: Syntax error at 'NULL': expected a type"),
        ("CREATE STREAM s (a DECIMAL);", "line 1:20: DECIMAL needs its size"),
        ("CREATE STREAM s (a BIGINT(9));", "line 1:20: BIGINT takes no size"),
        ("CREATE STREAM s (a STRUCT<b INT, b INT>);", "line 1:20: Duplicate field names found in STRUCT: 'B'"),
        ("CREATE STREAM s (a DECIMAL(2, 3));", r"line 1:20: DECIMAL\(2, 3\) is no type"),
        ("SELECT 9223372036854775808 FROM s;", "line 1:8: Invalid numeric literal: 9223372036854775808 is"),
        ("SELECT 'a FROM s;", "line 1:8: Syntax error: the text that begins here with ' is never closed"),
        ("SELECT /* a FROM s;", "line 1:8: Syntax error: the comment that begins here"),
        ("SELECT a FROM s", "line 1:16: Syntax error: the statement does not end: put a semicolon"),
        ("SELECT a FROM s WHERE a LIKE 'b' ESCAPE '--';", "line 1:34: ESCAPE takes one character"),
        ("SELECT a FROM s WINDOW TUMBLING (SIZE 3);", r"at '\)': expected a unit such as SECONDS"),
        ("SHOW tabels;", "line 1:6: Syntax error at 'tabels': .* did you mean TABLES?"),
    ],
)
def test_syntax_errors(text, words):
    with pytest.raises(KsqlSyntaxError, match=words):
        parse(text)


@pytest.mark.parametrize(
    ("message", "broken"),
    [(message, broken) for message, _, examples in ADVICE for broken in examples]
    + [(message, broken) for message, examples in ADVICE_ON_MEANING for broken in examples],
)
def test_advice(message, broken):
    with pytest.raises(KsqlSyntaxError) as caught:
        parse(broken + ";")
    assert message in str(caught.value)


def test_deep_nesting_is_refused_in_words():
    with pytest.raises(KsqlSyntaxError, match="nested too deeply"):
        parse("SELECT " + "NOT " * 5_000 + "a FROM s;")


@settings(max_examples=300, deadline=None)
@given(strategies.statements, st.randoms(use_true_random=False))
def test_a_mutated_statement_is_read_or_refused(statement, random):
    text = list(format(statement) + ";")
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(text))
        text[at : at + random.randint(0, 3)] = random.choice(
            ["", ";", "'", "(", ")", " SELECT ", "1.5E", "${x}", "\\", "\0"]
        )
    with contextlib.suppress(KsqlSyntaxError):  # anything else is a crash
        parse("".join(text), testing=True)
