"""Instances of an application as processes of their own: to share the work, and to be killed in a lesson.

A child runs `python -m helpers.streams.child`. It ends when its parent does, however that ends: its standard input
is a pipe whose other end the parent holds.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections import deque
from types import TracebackType
from typing import Self

from helpers.streams.errors import StreamsError

STATE = "streams-state: "  # begins the lines in which a child says how it is
KEPT_LINES = 200


def spawn(target: str, *arguments: object, name: str) -> "Instance":
    """Start an application in a process of its own.

    target: `module:function` or `file.py:function`; in the child, function(*arguments) makes the Application and
    leaves it unstarted. arguments: what JSON can say. name: of the instance; two at a time need two names.
    """
    command = [sys.executable, "-m", "helpers.streams.child", target, name, json.dumps(arguments)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONIOENCODING": "utf-8"},
    )
    return Instance(name, process)


class Instance:
    """An application in a child process; made by `spawn`. Use it in a `with` block, which closes it.

    name: of the instance, and of its state directory. state: as Application's, or "ENDED" when the process has ended.
    """

    def __init__(self, name: str, process: "subprocess.Popen[str]") -> None:
        self.name = name
        self.pid = process.pid
        self._process = process
        self._state = "CREATED"
        self._lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._listen, name=f"instance {name}", daemon=True)
        self._reader.start()

    @property
    def state(self) -> str:
        """What the child said last."""
        return self._state

    @property
    def output(self) -> str:
        """The last lines the child has printed, its traceback among them if it failed."""
        return "\n".join(self._lines)

    def wait_for(self, state: str, seconds: float) -> Self:
        """Wait until it is in that state. Raises StreamsError with its output when it ends or time is up before."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while self._state not in (state, "ENDED") and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)
        if self._state != state:
            raise StreamsError(
                f"Instance {self.name!r} is {self._state}, not {state}, after at most {seconds:g} s:\n{self.output}"
            )
        return self

    def wait_until_running(self, seconds: float = 60) -> Self:
        """Wait until it has its partitions and its state."""
        return self.wait_for("RUNNING", seconds)

    def kill(self) -> None:
        """End it at once, as a crash would (SIGKILL; TerminateProcess on Windows)."""
        self._process.kill()
        self._process.wait()
        self._reader.join()

    def close(self, seconds: float = 30) -> None:
        """Let it commit, leave the group and end; kill it when that takes longer."""
        assert self._process.stdin is not None  # a pipe, see spawn
        self._process.stdin.close()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
        self._reader.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            state = line.removeprefix(STATE).strip() if line.startswith(STATE) else None
            if state is None:
                self._lines.append(line.rstrip())
            else:
                self._set(state)
        self._set("ENDED")

    def _set(self, state: str) -> None:
        with self._changed:
            self._state = state
            self._changed.notify_all()
