"""A package index on this machine: small wheels behind real HTTP, which can break off, stall and refuse."""

import base64
import ensurepip
import hashlib
import io
import os
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote

import pytest


def pip_wheel() -> Path:
    """The pip that this Python brings along; the test is skipped where a distribution keeps it elsewhere."""
    found = list((Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl"))
    if not found:
        pytest.skip("this Python brings no wheel of pip along")
    return found[0]


def wheel(name: str, version: str, size: int = 0) -> tuple[str, bytes]:
    """File name and content of a wheel with one module, which also holds `size` bytes that do not compress."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"VERSION = {version!r}\n".encode(),
        f"{name}.bin": os.urandom(size),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = f"{info}/RECORD"
    lines = [f"{path},sha256={_record_hash(content)},{len(content)}" for path, content in files.items()]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
        archive.writestr(record, "\n".join([*lines, f"{record},,"]) + "\n")
    return f"{name}-{version}-py3-none-any.whl", content.getvalue()


def digest(content: bytes) -> str:
    """The sha-256 in hexadecimal, as lock files write it."""
    return hashlib.sha256(content).hexdigest()


def _record_hash(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")


class Index(ThreadingHTTPServer):
    """Serves `wheels` (file name to content); `asked` holds what was asked of it, as (path, Range)."""

    daemon_threads = True

    def __init__(self, wheels: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.wheels = wheels
        self.asked: list[tuple[str, str | None]] = []
        self.cut: dict[str, int] = {}  # hang up after so many bytes of a file, and refuse it from then on
        self.refused: set[str] = set()
        self.stalled: threading.Event | None = None  # set when somebody waits for a file that does not come
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/simple/"

    def lock(self) -> str:
        """A lock file of all wheels, as uv writes one."""
        entries = []
        for name, content in sorted(self.wheels.items()):
            package, version = name.split("-")[:2]
            hashes = (f"--hash=sha256:{value}" for value in ("0" * 64, digest(content)))
            entries.append(" \\\n    ".join([f"{package}=={version}", *hashes]) + "\n    # via us\n")
        return "".join(entries)


class _Handler(BaseHTTPRequestHandler):
    server: Index

    def do_GET(self) -> None:
        path = unquote(self.path)
        self.server.asked.append((path, self.headers.get("Range")))
        folder, _, name = path.strip("/").rpartition("/")
        if folder == "simple":
            files = {file: digest(content) for file, content in self.server.wheels.items() if file.startswith(name)}
            links = [f'<a href="/files/{quote(file)}#sha256={value}">{file}</a>' for file, value in files.items()]
            self._send(200, "".join(links).encode(), "text/html")
        elif name in self.server.refused or name not in self.server.wheels:
            self.send_error(404)
        else:
            self._send_file(name)

    def _send_file(self, name: str) -> None:
        content = self.server.wheels[name]
        asked = self.headers.get("Range")
        own = "pip" not in self.headers.get("User-Agent", "")  # pip itself reads a wheel to know what it needs
        if own and self.server.stalled is not None:
            self.server.stalled.set()
            threading.Event().wait(60)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and own else 0
        if own and name in self.server.cut:
            self.server.refused.add(name)
            self._send(200, content, "application/zip", cut=self.server.cut.pop(name))
        else:
            self._send(206 if start else 200, content[start:], "application/zip")

    def _send(self, status: int, body: bytes, kind: str, cut: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:cut])
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""
