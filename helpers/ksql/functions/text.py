"""Functions on text."""

from helpers.ksql.functions.declaration import Function, form

FUNCTIONS = (
    Function(
        "CONCAT",
        "The texts or BYTES one after the other; those that are NULL are passed over.",
        ("CONCAT('a', NULL, 'b') → 'ab'",),
        (
            form("texts STRING...? -> STRING", 'Text.concat(texts, "")'),
            form("parts BYTES...? -> BYTES", "Bytes.concat(parts, Bytes.NONE)"),
        ),
    ),
    Function(
        "CONCAT_WS",
        "The texts one after the other with a separator between; those that are NULL are passed over.",
        ("CONCAT_WS('-', 'a', NULL, 'b') → 'a-b'",),
        (
            form("separator STRING, texts STRING...? -> STRING", "Text.concat(texts, separator)"),
            form("separator BYTES, parts BYTES...? -> BYTES", "Bytes.concat(parts, separator)"),
        ),
    ),
    Function(
        "INITCAP",
        "Each word with a capital first letter, the others small; blanks before the first word are left out.",
        ("INITCAP('the QUICK fox') → 'The Quick Fox'",),
        (form("text STRING -> STRING", "Text.initcap(text)"),),
    ),
    Function(
        "INSTR",
        "Where a part begins in a text, from 1; 0 when it is not there or one is NULL. From a position on, or when it "
        "is negative up to there and backwards; and the n-th occurrence.",
        ("INSTR('corporate', 'or') → 2", "INSTR('corporate floor', 'or', -4, 2) → 2", "INSTR('a', 'b') → 0"),
        (
            form("text STRING?, part STRING? -> INTEGER", "Text.instr(text, part, 1, 1)"),
            form("text STRING?, part STRING?, position INTEGER -> INTEGER", "Text.instr(text, part, position, 1)"),
            form(
                "text STRING?, part STRING?, position INTEGER, occurrence INTEGER -> INTEGER",
                "Text.instr(text, part, position, occurrence)",
            ),
        ),
    ),
    Function(
        "LCASE",
        "The text in small letters.",
        ("LCASE('Ann') → 'ann'",),
        (form("text STRING -> STRING", "text.toLowerCase(java.util.Locale.ROOT)"),),
    ),
    Function(
        "LEN",
        "How many letters a text has, as Java counts them: an emoji is two; how many bytes BYTES are.",
        ("LEN('Ann') → 3", "LEN('') → 0"),
        (form("text STRING -> INTEGER", "text.length()"), form("bytes BYTES -> INTEGER", "bytes.remaining()")),
    ),
    Function(
        "MASK",
        "The text with its letters and digits hidden: capitals as X, small letters as x, digits as n, all else as -. "
        "Other signs may be given; NULL leaves a kind alone.",
        ("MASK('Ann 42') → 'Xxx-nn'", "MASK('Ann 42', '*', NULL, '9', NULL) → '*nn 99'"),
        (
            form("text STRING -> STRING", 'Text.mask(text, "X", "x", "n", "-")'),
            form(
                "text STRING, capital STRING?, small STRING?, digit STRING?, other STRING? -> STRING",
                "text == null ? null : Text.mask(text, capital, small, digit, other)",
            ),
        ),
    ),
    Function(
        "REPLACE",
        "The text with every occurrence of a part replaced.",
        ("REPLACE('aXbX', 'X', '-') → 'a-b-'",),
        (form("text STRING, part STRING, by STRING -> STRING", "text.replace(part, by)"),),
    ),
    Function(
        "SPLIT",
        "The parts of a text between its delimiters; with an empty delimiter its letters.",
        ("SPLIT('a,b', ',') → ARRAY['a', 'b']", "SPLIT('ab', '') → ARRAY['a', 'b']"),
        (
            form("text STRING, delimiter STRING -> ARRAY<STRING>", "Text.split(text, delimiter)"),
            form("bytes BYTES, delimiter BYTES -> ARRAY<BYTES>", "Bytes.split(bytes, delimiter)"),
        ),
    ),
    Function(
        "SUBSTRING",
        "The part of a text from a position, counted from 1 or from its end when negative, to its end or of a length. "
        "What lies outside is cut off.",
        ("SUBSTRING('stream', 3) → 'ream'", "SUBSTRING('stream', -3, 2) → 'ea'", "SUBSTRING('stream', 9) → ''"),
        (
            form("text STRING, position INTEGER -> STRING", "Text.substring(text, position, Integer.MAX_VALUE)"),
            form("text STRING, position INTEGER, length INTEGER -> STRING", "Text.substring(text, position, length)"),
            form("bytes BYTES, position INTEGER -> BYTES", "Bytes.substring(bytes, position, Integer.MAX_VALUE)"),
            form("bytes BYTES, position INTEGER, length INTEGER -> BYTES", "Bytes.substring(bytes, position, length)"),
        ),
    ),
    Function(
        "TRIM",
        "The text without blanks at its ends.",
        ("TRIM('  a b ') → 'a b'",),
        (form("text STRING -> STRING", "text.trim()"),),
    ),
    Function(
        "UCASE",
        "The text in capitals.",
        ("UCASE('Straße') → 'STRASSE'",),
        (form("text STRING -> STRING", "text.toUpperCase(java.util.Locale.ROOT)"),),
    ),
)
