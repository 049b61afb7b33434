"""Formats of keys and values: what each can hold."""

from dataclasses import dataclass

from helpers.ksql.errors import StatementError
from helpers.ksql.language.schema import Column
from helpers.ksql.language.types import STRING, MapType, SqlType, is_structured


@dataclass(frozen=True)
class Format:
    """A format by its name; `single` holds one column only, `bare` can hold it without an object around."""

    name: str
    nested: bool = False
    single: bool = False
    bare: bool = False
    refused: tuple[str, ...] = ()

    def check(self, columns: tuple[Column, ...]) -> None:
        """Check that the format can hold the columns.

        Raises:
            StatementError: it cannot; names the type or the columns.
        """
        if self.name == "NONE" and columns:
            raise StatementError(
                f"The 'NONE' format can only be used when no columns are defined. Got: {_shown(columns)}"
            )
        if self.single and len(columns) > 1:
            raise StatementError(f"The '{self.name}' format only supports a single field. Got: {_shown(columns)}")
        for column in columns:
            for part in column.type.parts():
                self._check_part(part)

    def _check_part(self, of: SqlType) -> None:
        if of.base in self.refused or (is_structured(of) and not self.nested):
            raise StatementError(f"The '{self.name}' format does not support type '{of.base}'.")
        if self.name == "JSON" and isinstance(of, MapType) and of.key != STRING:
            raise StatementError(f"JSON only supports MAP types with STRING keys, got {of}.")


FORMATS = {
    format.name: format
    for format in (
        Format("JSON", nested=True, bare=True),
        Format("DELIMITED"),
        Format("KAFKA", single=True, refused=("BOOLEAN", "DECIMAL", "DATE", "TIME", "TIMESTAMP")),
        Format("NONE"),
    )
}
_ELSEWHERE = ("AVRO", "PROTOBUF", "PROTOBUF_NOSR", "JSON_SR")


def named(name: str) -> Format:
    """The format of that name, in any case.

    Raises:
        StatementError: there is none, or it needs a schema registry.
    """
    found = FORMATS.get(name.upper())
    if found is None:
        why = ", which needs a schema registry; the workbook does without" if name.upper() in _ELSEWHERE else ""
        raise StatementError(f"Unknown format: {name.upper()}{why}. There are {', '.join(FORMATS)}.")
    return found


def check_key(columns: tuple[Column, ...]) -> None:
    """Check that no key holds a MAP: the same map can be written in several ways, so partitions would differ.

    Raises:
        StatementError: one does.
    """
    for column in columns:
        if any(isinstance(part, MapType) for part in column.type.parts()):
            raise StatementError(
                "Map keys, including types that contain maps, are not supported: one map has several byte forms and "
                f"would be in several partitions. Key column name: `{column.name}`. Column type: {column.type}."
            )


def _shown(columns: tuple[Column, ...]) -> str:
    return f"[{', '.join(map(str, columns))}]"
