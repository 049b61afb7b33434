"""A server that answers Kafka's Metadata request, and nothing else: enough for a client to be led astray.

    with FakeBroker(advertised=[("127.0.0.1", 1)]) as broker:
        probe(broker.bootstrap)  # UnreachableError: it sends its clients on to 127.0.0.1:1

`cluster` is the id it claims. A `reply` in place of the answer makes it another kind of server: b"" hangs up,
None never answers.
"""

import io
import socketserver
import struct
import threading
from types import TracebackType
from typing import Self

from kafka.protocol.metadata import MetadataRequest, MetadataResponse

VERSION = 5
ANSWER = object()


class FakeBroker:
    """Listens on a free port of 127.0.0.1 while its block lasts. advertised: itself unless given."""

    def __init__(
        self,
        advertised: list[tuple[str, int]] | None = None,
        *,
        cluster: str = "fake",
        reply: object = ANSWER,
    ) -> None:
        broker = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                (size,) = struct.unpack(">i", self.request.recv(4))
                request = MetadataRequest.parse_header(io.BytesIO(self.request.recv(size)), version=VERSION)
                if reply is None:
                    broker.closing.wait()
                elif isinstance(reply, bytes):
                    self.request.sendall(reply)
                else:
                    self.request.sendall(broker._answer(request.correlation_id))

        self.closing = threading.Event()
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self.bootstrap = f"127.0.0.1:{self.port}"
        self._advertised = [("127.0.0.1", self.port)] if advertised is None else advertised
        self._cluster = cluster

    def _answer(self, correlation_id: int) -> bytes:
        response = MetadataResponse(
            version=VERSION,
            throttle_time_ms=0,
            brokers=[
                MetadataResponse.MetadataResponseBroker(node_id=node, host=host, port=port, rack=None)
                for node, (host, port) in enumerate(self._advertised, start=1)
            ],
            cluster_id=self._cluster,
            controller_id=1,
            topics=[],
        )
        response.with_header(correlation_id=correlation_id)
        return bytes(response.encode(header=True, framed=True))

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
