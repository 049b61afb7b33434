"""The health checks of docker-compose.yml, run here against sockets and servers that stand in for the containers."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.services.composed import SERVICES

needs_bash = pytest.mark.skipif(
    shutil.which("bash") is None or sys.platform == "win32", reason="the checks of these images are written in bash"
)


class Answer(BaseHTTPRequestHandler):
    """Serves one body at one path, with one status."""

    path_served, status, body = "/", 200, b""

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == self.path_served else 404)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


@contextmanager
def serving(path: str, body: bytes = b"", status: int = 200) -> Iterator[int]:
    """A server on a free port, which is yielded."""
    handler = type("Fixed", (Answer,), {"path_served": path, "status": status, "body": body})
    server = HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def healthy(service: str, inner: int, port: int) -> bool:
    """What a service's check says of `port`, where the container has its `inner` port."""
    kind, *command = SERVICES[service]["healthcheck"]["test"]
    assert kind == "CMD"
    assert str(inner) in command[-1]
    # compose writes $ as $$; the image's python is the one on its PATH
    program = sys.executable if command[0] == "python" else command[0]
    parts = [part.replace("$$", "$").replace(str(inner), str(port)) for part in command[1:]]
    return subprocess.run([program, *parts], capture_output=True, timeout=20, check=False).returncode == 0


@needs_bash
@pytest.mark.parametrize("broker", ["kafka", "kafka-1", "kafka-2", "kafka-3"])
def test_a_broker_is_healthy_when_its_door_is_open(broker: str) -> None:
    with serving("/") as port:
        assert healthy(broker, 19092, port)
    assert not healthy(broker, 19092, port)


@needs_bash
@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b'{"isHealthy":true,"details":{"kafka":{"isHealthy":true}},"serverState":"READY"}', True),
        (200, b'{"isHealthy":false,"details":{"metastore":{"isHealthy":true}}}', False),
        (503, b'{"@type":"generic_error","error_code":50302,"message":"not ready"}', False),
    ],
)
def test_ksql_is_healthy_when_it_says_so(status: int, body: bytes, expected: bool) -> None:
    with serving("/healthcheck", body, status) as port:
        assert healthy("ksql", 8088, port) is expected
    assert not healthy("ksql", 8088, port), "nobody answers"


def test_jupyter_is_healthy_when_its_api_answers() -> None:
    with serving("/api", b'{"version":"2.0"}') as port:
        assert healthy("jupyter", 8888, port)
    with serving("/elsewhere") as port:
        assert not healthy("jupyter", 8888, port)
    assert not healthy("jupyter", 8888, port), "nobody answers"


@pytest.mark.skipif(sys.platform == "win32", reason="the check is written for a shell")
@pytest.mark.parametrize(("answer", "expected"), [("PONG", True), ("NOAUTH Authentication required.", False)])
def test_redis_is_healthy_when_it_answers_pong(answer: str, expected: bool, tmp_path: Path) -> None:
    """redis-cli ends with 0 also after an error: a stand-in for it says `answer`."""
    kind, command = SERVICES["redis"]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    stand_in = tmp_path / "redis-cli"
    stand_in.write_text(f'#!/bin/sh\ntest "$1" = ping && echo "{answer}"\n', encoding="utf-8")
    stand_in.chmod(0o755)
    ran = subprocess.run(["sh", "-c", command], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, timeout=20, check=False)
    assert (ran.returncode == 0) is expected
