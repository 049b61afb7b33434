"""Functions on points in time; patterns are Java's: yyyy-MM-dd'T'HH:mm:ssX."""

from helpers.ksql.functions.declaration import Form, Function, form


def _zoned(signature: str, result: str, java: str) -> tuple[Form, ...]:
    """A form that reckons in UTC, and one with the name of a zone."""
    return (
        form(f"{signature} -> {result}", java.format('"UTC"')),
        form(f"{signature}, zone STRING -> {result}", java.format("zone")),
    )


FUNCTIONS = (
    Function(
        "FORMAT_DATE",
        "A DATE as text.",
        ("FORMAT_DATE(CAST('2018-06-01' AS DATE), 'dd.MM.yyyy') → '01.06.2018'",),
        (form("day DATE, pattern STRING -> STRING", "Times.format(day, pattern)"),),
    ),
    Function(
        "FORMAT_TIME",
        "A TIME as text.",
        ("FORMAT_TIME(CAST('14:05:00' AS TIME), 'HH.mm') → '14.05'",),
        (form("time TIME, pattern STRING -> STRING", "Times.format(time, pattern)"),),
    ),
    Function(
        "FORMAT_TIMESTAMP",
        "A TIMESTAMP as text, in UTC or the zone named.",
        (
            "FORMAT_TIMESTAMP(FROM_UNIXTIME(0), 'yyyy-MM-dd HH:mm') → '1970-01-01 00:00'",
            "FORMAT_TIMESTAMP(FROM_UNIXTIME(0), 'HH:mm', 'Europe/Berlin') → '01:00'",
        ),
        _zoned("instant TIMESTAMP, pattern STRING", "STRING", "Times.format(instant, pattern, {})"),
    ),
    Function(
        "FROM_UNIXTIME",
        "The TIMESTAMP of milliseconds since 1970.",
        ("CAST(FROM_UNIXTIME(1000) AS STRING) → '1970-01-01T00:00:01.000'",),
        (form("milliseconds BIGINT -> TIMESTAMP", "java.time.Instant.ofEpochMilli(milliseconds.longValue())"),),
    ),
    Function(
        "PARSE_DATE",
        "The DATE that a text means.",
        ("CAST(PARSE_DATE('01.06.2018', 'dd.MM.yyyy') AS STRING) → '2018-06-01'",),
        (form("text STRING, pattern STRING -> DATE", "Times.parseDate(text, pattern)"),),
    ),
    Function(
        "PARSE_TIME",
        "The TIME that a text means.",
        ("CAST(PARSE_TIME('14.05', 'HH.mm') AS STRING) → '14:05'",),
        (form("text STRING, pattern STRING -> TIME", "Times.parseTime(text, pattern)"),),
    ),
    Function(
        "PARSE_TIMESTAMP",
        "The TIMESTAMP that a text means, in UTC or the zone named unless the text holds one.",
        ("UNIX_TIMESTAMP(PARSE_TIMESTAMP('1970-01-01T01:00:00+01', 'yyyy-MM-dd''T''HH:mm:ssX')) → 0",),
        _zoned("text STRING, pattern STRING", "TIMESTAMP", "Times.parse(text, pattern, {})"),
    ),
    Function(
        "STRINGTOTIMESTAMP",
        "The milliseconds since 1970 that a text means (the talk's; today PARSE_TIMESTAMP).",
        ("STRINGTOTIMESTAMP('1970-01-02', 'yyyy-MM-dd') → 86400000",),
        _zoned("text STRING, pattern STRING", "BIGINT", "Long.valueOf(Times.parse(text, pattern, {}).toEpochMilli())"),
    ),
    Function(
        "TIMESTAMPTOSTRING",
        "Milliseconds since 1970 as text (the talk's; today FORMAT_TIMESTAMP).",
        ("TIMESTAMPTOSTRING(86400000, 'yyyy-MM-dd HH:mm') → '1970-01-02 00:00'",),
        _zoned(
            "milliseconds BIGINT, pattern STRING",
            "STRING",
            "Times.format(java.time.Instant.ofEpochMilli(milliseconds.longValue()), pattern, {})",
        ),
    ),
    Function(
        "UNIX_DATE",
        "The days since 1970, today's or those of a DATE.",
        ("UNIX_DATE(CAST('1970-01-03' AS DATE)) → 2",),
        (
            form("-> INTEGER", "Integer.valueOf((int) java.time.LocalDate.now(java.time.ZoneOffset.UTC).toEpochDay())"),
            form("day DATE -> INTEGER", "Integer.valueOf((int) day.toEpochDay())"),
        ),
    ),
    Function(
        "UNIX_TIMESTAMP",
        "The milliseconds since 1970, now or of a TIMESTAMP.",
        ("UNIX_TIMESTAMP(CAST('1970-01-01T00:00:01' AS TIMESTAMP)) → 1000", "UNIX_TIMESTAMP() > 0 → TRUE"),
        (
            form("-> BIGINT", "Long.valueOf(System.currentTimeMillis())"),
            form("instant TIMESTAMP -> BIGINT", "Long.valueOf(instant.toEpochMilli())"),
        ),
    ),
)
