"""KSQL: ksqlDB's SQL on Kafka Streams, in the process."""

from helpers.ksql.errors import KsqlError, KsqlSyntaxError, StatementError
from helpers.ksql.parser import parse
from helpers.ksql.printer import format

__all__ = ["KsqlError", "KsqlSyntaxError", "StatementError", "format", "parse"]
