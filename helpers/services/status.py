"""What runs, where, until when and for whom: `lab status`."""

from dataclasses import dataclass
from datetime import timedelta

from helpers.config import settings
from helpers.services.process import ServiceError
from helpers.services.reachability import masked
from helpers.services.records import Record, Records, memory_mb
from helpers.services.supervisor import EVERYTHING, outside, running

LONGEST_ADDRESS = 32  # characters; a longer one, JupyterLab's with its token, would widen every line


@dataclass(frozen=True)
class Status:
    """One service; address without its password, age in seconds, memory in megabytes (0: not ours)."""

    name: str
    running: bool
    label: str
    address: str
    until: str
    age: int = 0
    memory: int = 0


def services() -> list[Status]:
    """Every service of the workbook, running or not, then JupyterLab and disposable clusters if they run."""
    ours = {record.name: record for record in running()}
    known = [_status(name, ours.pop(name, None)) for name in EVERYTHING]
    return known + [_ours(record) for record in ours.values()]


def table(found: list[Status]) -> str:
    """The services in columns, for a terminal; long addresses below, each on a line of its own."""
    rows = [("", "", "address", "running", "memory", "until")]
    below = [service for service in found if len(service.address) > LONGEST_ADDRESS]
    for service in found:
        address = "see below" if service in below else service.address
        memory = f"{service.memory} MB" if service.memory else ""
        age = str(timedelta(seconds=service.age)) if service.age else ""
        state = service.label if service.running else "stopped"
        rows.append((service.name, state, address, age, memory, service.until))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, *(f"{service.name}: {service.address}" for service in below)])


def _status(name: str, record: Record | None) -> Status:
    try:
        elsewhere = outside(settings(), name)
    except ServiceError as error:
        return Status(name, False, name, str(error), "")
    if elsewhere is not None:
        return Status(name, True, name, masked(elsewhere.address), f"not ours ({elsewhere.variable})")
    return _ours(record) if record else Status(name, False, name, "", f"start it with `lab up {name}`")


def _ours(record: Record) -> Status:
    until = "`lab down`" if not record.owners else _owner(record)
    label = f"{record.label} [{record.note}]" if record.note else record.label
    return Status(
        record.name,
        True,
        label,
        record.address,
        until,
        int(record.process.age),
        memory_mb(record.process),
    )


def _owner(record: Record) -> str:
    jupyter = Records(settings().home).read("jupyter")
    if jupyter is not None and set(record.owners) & {*jupyter.owners, jupyter.process}:
        return "JupyterLab ends"
    return "process " + " and ".join(str(owner.pid) for owner in record.owners) + " ends"
