"""A server as a process of its own, as people start it."""

import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import httpx

from helpers.services.process import free_port

SECONDS = 60


class Server:
    """A running server of a service of its own; `url` is where. all: those that have been started here."""

    all: ClassVar[list["Server"]] = []

    def __init__(self, kafka: str, folder: Path, *options: str, service: str | None = None) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self.service = service or f"test-{secrets.token_hex(4)}_"
        self.log = folder / f"server-{secrets.token_hex(3)}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "helpers.ksql.server", "--listen", self.url.removeprefix("http://")),
                    *("--bootstrap", kafka, "--service-id", self.service, "--state-dir", str(folder / self.service)),
                    *options,
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.http = httpx.Client(base_url=self.url, timeout=SECONDS)
        self.all.append(self)

    def wait(self) -> "Server":
        """Until it is ready."""
        deadline = time.monotonic() + SECONDS
        while not self._ready():
            assert self.process.poll() is None, self.text()
            assert time.monotonic() < deadline, self.text()
            time.sleep(0.05)
        return self

    def _ready(self) -> bool:
        try:
            return self.http.get("/info").status_code == 200
        except httpx.TransportError:
            return False

    def text(self) -> str:
        """What it has written."""
        return self.log.read_text(encoding="utf-8")

    def ksql(self, statements: str, **members: object) -> httpx.Response:
        """POST /ksql."""
        return self.http.post("/ksql", json={"ksql": statements, **members})

    def made(self, statements: str, **members: object) -> list[dict[str, object]]:
        """The entities of statements that succeed."""
        response = self.ksql(statements, **members)
        assert response.status_code == 200, response.text
        return response.json()

    def query(
        self, sql: str, accept: str = "application/vnd.ksqlapi.delimited.v1", **members: object
    ) -> httpx.Response:
        """POST /query-stream."""
        return self.http.post("/query-stream", json={"sql": sql, **members}, headers={"Accept": accept})

    def running(self) -> list[str]:
        """The ids of the push queries that run."""
        (entity,) = self.made("SHOW QUERIES;")
        return [each["id"] for each in entity["queries"] if each["queryType"] == "PUSH"]

    def end(self, seconds: float = 30) -> int:
        """End it as Ctrl+C does; its exit status."""
        self.http.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT if sys.platform != "win32" else signal.CTRL_BREAK_EVENT)
        return self.process.wait(seconds)


@contextmanager
def none_left_running() -> Iterator[None]:
    """Kill the servers that were started meanwhile and still run, as those of a test that failed before their end."""
    before = len(Server.all)
    try:
        yield
    finally:
        for server in Server.all[before:]:
            server.process.kill()
            server.process.wait(SECONDS)
            server.http.close()


def eventually(look, wanted, seconds: float = 20):
    """What `look` gives in the end: as soon as it is what is wanted, or the last one before time is up."""
    deadline = time.monotonic() + seconds
    while (got := look()) != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    return got
