"""`python -m helpers.services.redis_emulator PORT`: fakeredis behind a socket, until the process is stopped."""

import signal
import sys
import threading

from fakeredis import TcpFakeServer

from helpers.services.process import HOST


def main(port: int) -> None:
    """Serve on `port` until SIGTERM or SIGINT."""
    server = TcpFakeServer((HOST, port), server_type="redis", server_version=(7, 0))
    server.daemon_threads = True  # a client that is still connected must not keep the process alive
    for name in (signal.SIGTERM, signal.SIGINT):
        # shutdown() waits for serve_forever(), which runs in this very thread
        signal.signal(name, lambda *_: threading.Thread(target=server.shutdown).start())
    with server:
        server.serve_forever(poll_interval=0.1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
