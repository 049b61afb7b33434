"""A server of canned answers: what a KSQL server says, without one."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

INFO = {"KsqlServerInfo": {"version": "8.4.0", "ksqlServiceId": "default_", "serverStatus": "RUNNING"}}

Chunks = Iterable[str | bytes]


@dataclass
class Stub:
    """`answers`: by path, the status and the pieces of an answer, or a function that gives both for a request's body.

    asked: what was asked, in order. ended: set when somebody did not want the rest of an answer.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, Any]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def answer(self, path: str, *pieces: str | bytes, status: int = 200) -> None:
        self.answers[path] = (status, pieces)

    def stream(self, path: str, pieces: Callable[[], Iterator[str]]) -> None:
        self.answers[path] = lambda _: (200, pieces())

    def judge(self, path: str, answer: Callable[[Any], tuple[int, Any]]) -> None:
        """answer: the status and the JSON for a request's body."""

        def judged(body: Any) -> tuple[int, Chunks]:
            status, said = answer(body)
            return status, [json.dumps(said)]

        self.answers[path] = judged


def handler(stub: Stub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.reply(None)

        def do_POST(self) -> None:
            self.reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def reply(self, body: Any) -> None:
            stub.asked.append((self.path, body))
            found = stub.answers.get(self.path, (404, ["Not Found"]))
            status, pieces = found(body) if callable(found) else found
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            try:
                for piece in pieces:
                    data = piece.encode() if isinstance(piece, str) else piece
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
                    self.wfile.flush()
                self.wfile.write(b"0\r\n\r\n")
            except OSError:
                stub.ended.set()
                self.close_connection = True
            except EndedError:  # the server dies in the middle
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


class EndedError(Exception):
    """Raised by pieces of an answer to let the server hang up."""


@contextmanager
def serving() -> Iterator[Stub]:
    stub = Stub()
    stub.answer("/info", json.dumps(INFO))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(stub)) as server:
        server.daemon_threads = True
        stub.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield stub
        finally:
            server.shutdown()
