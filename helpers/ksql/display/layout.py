"""Tables and types as ksqlDB's command line lays them out."""

from collections.abc import Sequence
from typing import Any

Entity = dict[str, Any]  # of service/shapes.py, which knows every function and takes a second to import


def table(headers: Sequence[str], rows: Sequence[Sequence[Any]], width: int, footer: str = "") -> str:
    """A table: a line of titles, dashes no wider than the terminal, the rows, dashes, and a footer."""
    cells = [[str(cell) for cell in row] for row in rows]
    sizes = [
        max(len(header), *(len(line) for row in cells for line in row[n].split("\n")), 0)
        for n, header in enumerate(headers)
    ]
    dashes = "-" * min(sum(sizes) + 3 * len(sizes) - 1, width)
    lines = [_row(headers, sizes), dashes, *(_row(row, sizes) for row in cells), dashes]
    return "\n" + "\n".join(lines) + "\n" + (f"{footer}\n" if footer else "")


def _row(cells: Sequence[str], sizes: Sequence[int]) -> str:
    padded = [cell if "\n" in cell else cell.ljust(size) for cell, size in zip(cells, sizes, strict=True)]
    return f" {' | '.join(padded)} "


def type_name(schema: Entity) -> str:
    """A type as the command line names it."""
    match schema["type"]:
        case "STRING":
            return "VARCHAR(STRING)"
        case "ARRAY":
            return f"ARRAY<{type_name(schema['memberSchema'])}>"
        case "MAP":
            return f"MAP<STRING, {type_name(schema['memberSchema'])}>"
        case "STRUCT":
            return f"STRUCT<{_members(schema)}>"
        case "DECIMAL":
            return f"DECIMAL({schema['parameters']['precision']}, {schema['parameters']['scale']})"
    return str(schema["type"])


def _members(schema: Entity) -> str:
    return ", ".join(f"{each['name']} {type_name(each['schema'])}" for each in schema["fields"])
