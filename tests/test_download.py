"""Downloads over a server that breaks off, lies and refuses: real HTTP on this machine."""

import hashlib
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import certifi
import pytest

from helpers import download
from helpers.download import DownloadError, Progress, fetch

BODY = bytes(range(256)) * 4096  # 1 MiB
DIGEST = hashlib.sha256(BODY).hexdigest()


class Server(ThreadingHTTPServer):
    """Sends BODY from the byte asked for; `cut` bytes into the first answer it hangs up."""

    daemon_threads = True
    cut: int | None = None
    body = BODY
    ranges = True
    status: int | None = None
    always_cut = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str | None] = []


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.server.asked.append(asked)
        if self.server.status:
            self.send_error(self.server.status)
            return
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.server.ranges else 0
        if start >= len(self.server.body):
            self.send_error(416)
            return
        body = self.server.body[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        cut, self.server.cut = self.server.cut, self.server.cut if self.server.always_cut else None
        self.wfile.write(body[:cut])

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(download.time, "sleep", lambda _: None)
    server = Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def get(server: Server, path: Path) -> Progress:
    progress = Progress("Test", 1, len(BODY))
    fetch(f"http://127.0.0.1:{server.server_port}/file", path, DIGEST, progress)
    return progress


def test_a_file_is_fetched_once(server: Server, tmp_path: Path) -> None:
    get(server, tmp_path / "file")
    get(server, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BODY
    assert server.asked == [None]


def test_a_broken_connection_goes_on_where_it_stopped(server: Server, tmp_path: Path) -> None:
    server.cut = 300_000
    get(server, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BODY
    assert server.asked == [None, "bytes=300000-"]


def test_a_line_that_breaks_all_the_time_gets_there_and_counts_every_byte_once(server: Server, tmp_path: Path) -> None:
    server.cut, server.always_cut = 100_000, True
    assert get(server, tmp_path / "file").bytes == len(BODY)
    assert len(server.asked) > 2 * download.TRIES
    assert (tmp_path / "file").read_bytes() == BODY


def test_a_stopped_download_resumes_in_the_next_run(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file.part").write_bytes(BODY[:500_000])
    get(server, tmp_path / "file")
    assert server.asked == ["bytes=500000-"]
    assert (tmp_path / "file").read_bytes() == BODY


def test_a_part_that_is_whole_is_not_fetched_again(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file.part").write_bytes(BODY)
    get(server, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BODY


def test_a_server_without_ranges_sends_everything_again(server: Server, tmp_path: Path) -> None:
    server.ranges = False
    (tmp_path / "file.part").write_bytes(BODY[:500_000])
    assert get(server, tmp_path / "file").bytes == len(BODY)
    assert (tmp_path / "file").read_bytes() == BODY


def test_an_altered_file_is_thrown_away(server: Server, tmp_path: Path) -> None:
    server.body = BODY[:-1] + b"x"
    with pytest.raises(DownloadError, match=r"file arrived altered .* run the same command again"):
        get(server, tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("status", "tries"), [(404, 1), (503, download.TRIES), (429, download.TRIES)])
def test_only_a_passing_trouble_is_tried_again(server: Server, tmp_path: Path, status: int, tries: int) -> None:
    server.status = status
    with pytest.raises(DownloadError, match=rf"file could not be downloaded \(HTTP Error {status}.*check the network"):
        get(server, tmp_path / "file")
    assert len(server.asked) == tries


def test_no_network_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download.time, "sleep", lambda _: None)
    with pytest.raises(DownloadError, match="check the network or proxy and run the same command again"):
        fetch("http://127.0.0.1:9/file", tmp_path / "file", DIGEST, Progress("Test", 1, 0))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here that is always full")
def test_a_full_disk_is_not_blamed_on_the_network(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file.part").symlink_to("/dev/full")
    with pytest.raises(DownloadError, match=r"No space left on device\): free some space for "):
        get(server, tmp_path / "file")
    assert len(server.asked) == 1


def test_certificates_are_found_where_the_system_has_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A Python from python.org on macOS; pip brings its own, and so do we."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    for name in ("PIP_CERT", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    mozillas = download._trusted.__wrapped__().get_ca_certs()
    assert len(mozillas) > 100
    pem = certifi.contents().split("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n"
    (tmp_path / "company.pem").write_text(pem)
    monkeypatch.setenv("PIP_CERT", str(tmp_path / "company.pem"))
    monkeypatch.setitem(sys.modules, "certifi", None)
    monkeypatch.setitem(sys.modules, "pip._vendor.certifi", None)
    assert len(download._trusted.__wrapped__().get_ca_certs()) == 1
