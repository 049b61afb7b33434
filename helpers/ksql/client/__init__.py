"""A KSQL server from Python: statements, rows as they come, rows into streams."""

from helpers.ksql.client.client import Client
from helpers.ksql.client.columns import Column
from helpers.ksql.client.errors import NoServer, ParameterError, Refused
from helpers.ksql.client.framing import Row
from helpers.ksql.client.parameters import bind, literal
from helpers.ksql.client.rows import Rows
from helpers.ksql.client.streams import Printed

__all__ = [
    "Client",
    "Column",
    "NoServer",
    "ParameterError",
    "Printed",
    "Refused",
    "Row",
    "Rows",
    "bind",
    "literal",
]
