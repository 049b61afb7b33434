"""Where the server listens: on this machine only, and on a port that nobody else has."""

import argparse
import os
import socket
from typing import NamedTuple
from urllib.parse import urlsplit

from helpers.ksql.errors import KsqlError

HERE = ("127.0.0.1", "localhost", "::1")  # names of this machine, for those who ask too
_PORT = 8088


class Address(NamedTuple):
    """A host, one of HERE, and a port."""

    host: str
    port: int

    @classmethod
    def of(cls, text: str) -> "Address":
        """From `127.0.0.1:8088`. Raises argparse's error for what is none, or is not on this machine."""
        try:
            parts = urlsplit(f"//{text}")
            host, port = parts.hostname, _PORT if parts.port is None else parts.port
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{text!r} is no HOST:PORT") from error
        if host not in HERE:  # whoever reaches the port may run statements: there is no login
            raise argparse.ArgumentTypeError(f"{text!r} is not on this machine: write 127.0.0.1:{port}")
        return cls(host, port)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def bind(self) -> int:
        """A socket bound there, as a file descriptor, which is the caller's. Raises KsqlError when it is taken."""
        bound = socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET)
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if os.name == "posix":  # on Windows it would give two servers one port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((self.host, self.port))
        except OSError as error:
            bound.close()
            raise KsqlError(
                f"KSQL cannot listen at {self} ({error.strerror}): choose another with --listen."
            ) from error
        return bound.detach()
