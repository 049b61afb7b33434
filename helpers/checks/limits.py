"""A check that cannot hang: it runs in a thread of its own, with a time limit.

The thread is the only way that works the same on Linux, macOS and Windows: a child process could not be
handed the functions of a notebook where processes are spawned, and alarm signals are Unix only. When the time
is over, the code is stopped from outside by an exception, which ends every loop of Python code. A call that
is blocked inside C (a long `time.sleep`) is left behind in its thread and stopped as soon as it returns. The
one thing no thread can bound is a single C call that keeps the interpreter's lock (`10 ** 10 ** 10`): there
the kernel has to be restarted.
"""

import contextvars
import ctypes
import sys
import threading
import time
import traceback
from collections.abc import Callable

# code that catches everything, with a bare `except:` in its loop, is told again and again for so long
_STOP_SECONDS = 1.0
# Jupyter's "interrupt" cannot end one long wait on Windows, so it is made of short ones
_LOOK_UP_SECONDS = 0.1


class TimeOver(Exception):
    """The limit passed. stack: what was running then. stopped: False if it still is."""

    def __init__(self, seconds: float, stack: traceback.StackSummary, *, stopped: bool) -> None:
        super().__init__(f"still running after {seconds:g} s")
        self.stack = stack
        self.stopped = stopped


class _Worker(threading.Thread):
    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__(name="check", daemon=True)
        self._work = work
        self._context = contextvars.copy_context()  # what the work prints belongs to the cell that runs it
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self._context.run(self._work)
        except BaseException as error:  # handed to the thread that waits
            self.error = error

    def stop(self) -> bool:
        """Raise SystemExit in the thread, which `threading` takes without a word; True once it has ended."""
        thread = ctypes.c_ulong(self.ident or 0)
        for _ in range(int(_STOP_SECONDS / 0.05)):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(SystemExit))
            self.join(0.05)
            if not self.is_alive():
                return True
        return False


def run(work: Callable[[], None], *, seconds: float) -> None:
    """Do the work, at most for so many seconds; what it raises is raised here. Raises TimeOver."""
    worker = _Worker(work)
    worker.start()
    deadline = time.monotonic() + seconds
    try:
        while worker.is_alive() and time.monotonic() < deadline:
            worker.join(_LOOK_UP_SECONDS)
    except BaseException:  # the attendee pressed "interrupt": their code must not go on behind their back
        worker.stop()
        raise
    if worker.is_alive():
        frame = sys._current_frames().get(worker.ident or 0)
        stack = traceback.extract_stack(frame) if frame else traceback.StackSummary()
        raise TimeOver(seconds, stack, stopped=worker.stop())
    if worker.error is not None:
        raise worker.error
