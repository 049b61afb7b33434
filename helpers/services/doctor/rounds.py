"""The doctor's round: every check once, side by side."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from helpers.config import settings
from helpers.errors import LabError
from helpers.services.doctor import machine, packages, stack
from helpers.services.doctor.finding import Finding, Report, fault

CHECKS: tuple[Callable[[], Finding], ...] = (
    machine.python,
    machine.kind,
    machine.memory,
    machine.disk,
    machine.ports,
    packages.locked,
    packages.crc32c,
    packages.hiredis,
    packages.tensorflow,
    packages.jupyterlab,
    stack.java,
    stack.kafka_jars,
    stack.kafka,
    stack.redis,
    stack.ksql,
    stack.data,
)


def examine() -> Report:
    """Look at everything the workbook stands on; about 5 s, most of it TensorFlow's import.

    A setting that cannot be read is the only finding then: nearly every other check would trip over it.
    """
    try:
        settings()
    except LabError as error:
        found, _, remedy = str(error).partition(": ")
        return Report((fault("settings", found, f"{remedy.rstrip('.')} (in the environment or in .env)"),))
    with ThreadPoolExecutor(max_workers=4) as pool:
        return Report(tuple(pool.map(lambda check: check(), CHECKS)))
