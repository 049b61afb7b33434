"""What a request can be refused with: an HTTP status, ksqlDB's number for the reason, and the JSON of it."""

from typing import Any

from helpers.ksql.errors import KsqlError

# ksqlDB's numbers: the HTTP status times 100, plus the reason.
BAD_REQUEST, BAD_STATEMENT, QUERY_ENDPOINT, TOO_MANY_PUSH_QUERIES = 40000, 40001, 40002, 40003
FORBIDDEN, NOT_FOUND, NOT_ACCEPTABLE, TOO_LARGE = 40300, 40400, 40600, 41300
ASSERTION_FAILED = 41700
SERVER_ERROR, COMMAND_TIMEOUT, NOT_READY, SHUTTING_DOWN, SHUT_DOWN = 50000, 50301, 50302, 50303, 50304


class Refused(Exception):
    """A request that is not carried out."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.code // 100

    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        return {"@type": "generic_error", "error_code": self.code, "message": self.message}


class StatementRefused(Refused):
    """A statement that is not carried out, or fails. entities: what the request had done before."""

    def __init__(self, code: int, message: str, statement: str, entities: list[dict[str, Any]] | None = None) -> None:
        super().__init__(code, message)
        self.statement, self.entities = statement, entities or []

    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        return {
            **super().body(),
            "@type": "statement_error",
            "statementText": self.statement,
            "entities": self.entities,
        }


def failed(error: Exception) -> Refused:
    """What a query that was running has ended with."""
    return Refused(SERVER_ERROR, str(error) if isinstance(error, KsqlError) else f"{type(error).__name__}: {error}")
