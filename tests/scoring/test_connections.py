"""A Redis that is absent is told at once; one that is still loading is waited for."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from redis import BusyLoadingError, ConnectionError

from helpers.scoring import ScoringError, connections


def test_an_absent_redis_is_not_tried_again() -> None:
    started = time.monotonic()
    with pytest.raises(ConnectionError), connections.connect("redis://127.0.0.1:1/0") as redis:
        redis.ping()
    assert time.monotonic() - started < 1


class Loading(socketserver.BaseRequestHandler):
    """Answers PING with what is left of the server's `answers`, and OK to everything else."""

    def handle(self) -> None:
        while request := self.request.recv(65536):
            for command in request.split(b"*")[1:]:
                answers = self.server.answers if b"PING" in command else []
                self.request.sendall(answers.pop(0) if answers else b"+OK\r\n")


@contextmanager
def loading_server(answers: list[bytes]) -> Iterator[str]:
    """The URL of a server that is loading as long as its answers say so."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Loading) as server:
        server.answers, server.daemon_threads = answers, True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"redis://127.0.0.1:{server.server_address[1]}/0?protocol=2"
        server.shutdown()


LOADING = b"-LOADING Redis is loading the dataset in memory\r\n"


def test_a_loading_redis_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LOADING_PAUSE", 0.01)
    with loading_server([LOADING] * 3 + [b"+PONG\r\n"]) as url, connections.connect(url) as redis:
        assert redis.ping()


def test_one_that_loads_for_ever_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LOADING_PAUSE", 0.001)
    with (
        loading_server([LOADING] * 1000) as url,
        pytest.raises(ScoringError, match="loading the dataset") as caught,
        connections.redis(url) as redis,
    ):
        redis.ping()
    assert isinstance(caught.value.__cause__, BusyLoadingError)
