"""Children that are asked to end."""

import signal
import sys
import time

import pytest

from helpers.services.children import run_until_signal
from helpers.services.process import ServiceError

WAITS = 'print("ready", flush=True); import time; time.sleep(60)'
HANDLES = """
import signal, sys
for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
    if hasattr(signal, name):
        signal.signal(getattr(signal, name), lambda number, frame: sys.exit(int(sys.argv[1])))
"""
DEAF = HANDLES.replace("sys.exit(int(sys.argv[1]))", "None")


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_program_may_end_in_its_own_way(name: str) -> None:
    assert run_until_signal(HANDLES + WAITS, "7", name=name) == 7  # type: ignore[arg-type]


def test_without_a_handler_it_ends_at_once_and_not_well() -> None:
    assert run_until_signal(WAITS, name="SIGTERM") != 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl+Break instead")
def test_an_interrupt_is_heard_although_the_parent_ignores_it() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        program = f"try:\n    {WAITS}\nexcept KeyboardInterrupt:\n    raise SystemExit(7)"
        assert run_until_signal(program, name="SIGINT") == 7
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_program_that_never_gets_ready_is_killed_and_quoted() -> None:
    began = time.monotonic()
    with pytest.raises(ServiceError, match="said '' within 1 s, not 'ready'"):
        run_until_signal("import time; time.sleep(60)", name="SIGINT", seconds=1)
    assert time.monotonic() - began < 20
    with pytest.raises(ServiceError, match="said 'hello'"):
        run_until_signal("print('hello')", name="SIGINT")


def test_a_program_that_goes_on_is_killed() -> None:
    program = DEAF + 'print("ready", flush=True); import time; [time.sleep(0.1) for _ in range(600)]'
    with pytest.raises(ServiceError, match="went on for 1 s after SIGTERM"):
        run_until_signal(program, name="SIGTERM", seconds=1)
