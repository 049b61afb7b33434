"""One request and its answer as it comes, which whoever waits for it can give up at any moment.

A thread reads, because a system call that waits for a socket cannot be interrupted everywhere (Windows) and httpx has
no time limit for a whole answer. To give up is to shut the socket down, which wakes the thread.
"""

import contextlib
import queue
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import httpx

from helpers.ksql.client.errors import NoServer
from helpers.ksql.client.framing import lines

_BUFFERED = 1000  # lines read ahead; after that the server has to wait
_LOOK = 0.1  # seconds between looks whether Ctrl+C was pressed, where waiting itself does not notice it
_GONE_SECONDS = 2.0
# Closing resets the connection: a server that only writes, to a full window, would learn of an end a minute later.
_RESET = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class Silence(Exception):
    """Nothing came in time."""


class _Head(NamedTuple):
    status: int


@dataclass(frozen=True)
class Request:
    """A POST of JSON. accept: what the answer may be. explain: what a failure on the way is called."""

    http: httpx.Client
    path: str
    body: Mapping[str, Any]
    accept: str
    explain: Callable[[Exception], NoServer]


class Exchange:
    """A request on its way, and the lines of its answer; close it."""

    def __init__(self, request: Request) -> None:
        """Sends it. Raises TypeError or ValueError for a body that JSON does not hold."""
        self._explain = request.explain
        self._sent = request.http.build_request(
            "POST",
            request.path,
            json=request.body,
            headers={"Accept": request.accept},
            extensions={"trace": self._trace},
        )
        self._http = request.http
        self._read: queue.Queue[_Head | str | Exception | None] = queue.Queue(_BUFFERED)
        self._closed = threading.Event()
        self._socket: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, name="ksql answer", daemon=True)
        self._thread.start()

    def status(self, seconds: float) -> int:
        """How the answer begins. Raises Silence, NoServer."""
        first = self._take(seconds)
        assert isinstance(first, _Head)
        return first.status

    def line(self, seconds: float | None) -> str | None:
        """The next line, None after the last. Raises Silence, NoServer."""
        following = self._take(seconds)
        assert not isinstance(following, _Head)
        return following

    def text(self, seconds: float) -> str:
        """All the lines together. Raises Silence, NoServer."""
        deadline = time.monotonic() + seconds
        return "\n".join(self._lines(deadline))

    def close(self) -> None:
        """Give up what has not been read; the server sees the connection end."""
        self._closed.set()
        self._cut()
        self._thread.join(_GONE_SECONDS)

    def _cut(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):  # it has ended by itself
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                self._socket.shutdown(socket.SHUT_RDWR)

    def _lines(self, deadline: float) -> Iterator[str]:
        while (line := self.line(deadline - time.monotonic())) is not None:
            yield line

    def _take(self, seconds: float | None) -> _Head | str | None:
        deadline = None if seconds is None else time.monotonic() + seconds
        while True:
            left = _LOOK if deadline is None else min(_LOOK, deadline - time.monotonic())
            try:
                item = self._read.get(timeout=left) if left > 0 else self._read.get_nowait()
            except queue.Empty:
                if left <= 0:
                    raise Silence from None
                continue
            if isinstance(item, Exception):
                raise self._explain(item) from item
            return item

    def _run(self) -> None:
        try:
            response = self._http.send(self._sent, stream=True)
            with contextlib.closing(response):
                self._put(_Head(response.status_code))
                for line in lines(response.iter_bytes()):
                    self._put(line)
                    if self._closed.is_set():
                        return
            self._put(None)
        except Exception as error:  # also what a socket that is shut down under TLS may raise; whoever waits gets it
            self._put(error)

    def _put(self, item: _Head | str | Exception | None) -> None:
        while not self._closed.is_set():
            with contextlib.suppress(queue.Full):
                self._read.put(item, timeout=_LOOK)
                break

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        """httpx tells of each step: which socket the connection has, plain or encrypted, is what closing needs."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")
            if self._closed.is_set():  # it was given up before there was a socket
                self._cut()
