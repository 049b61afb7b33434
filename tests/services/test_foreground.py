"""`lab open` as people meet it: the address, the token, and that nothing remains, whichever way it ends."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psutil
import pytest
from jupyter_client.blocking.client import BlockingKernelClient

from helpers import services
from helpers.services.records import Records
from tests.ksql.stub import serving
from tests.processes import hears_signals, processes_of, until

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals and no such terminals"),
]

BUSY = {
    "sleeps": "import time; time.sleep(600)",
    "runs a JVM": (
        "import jpype; from helpers.services import java;"
        "jpype.startJVM(str(java.libjvm()), convertStrings=True);"
        "from java.lang import Thread; Thread.sleep(600_000)"
    ),
    "will not listen": "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)",
}


@dataclass
class Opened:
    """A `lab open --no-browser` of its own `.lab`, its output in `said`."""

    child: subprocess.Popen[bytes]
    home: Path
    said: Path

    @property
    def page(self) -> str:
        (line,) = [line for line in self.said.read_text().splitlines() if line.startswith("JupyterLab: ")]
        return line.removeprefix("JupyterLab: ")

    def wait(self) -> None:
        def ready() -> bool:
            assert self.child.poll() is None, self.said.read_text()
            return self.said.read_text().endswith("is ready.\n")  # KSQL, the last to start

        until(ready, 120, "JupyterLab did not open")

    def ask(self, path: str, *, token: bool = True, post: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Status and body of an answer of the server."""
        page = urlsplit(self.page)
        headers = {"Authorization": f"token {parse_qs(page.query)['token'][0]}"} if token else {}
        body = json.dumps(post).encode() if post is not None else None
        request = urllib.request.Request(f"http://{page.netloc}{path}", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def keep_busy(self, code: str) -> psutil.Process:
        """Start a kernel on this code, as a notebook does; returns once the code runs."""
        status, answer = self.ask("/api/kernels", post={"name": "python3"})
        assert status == 201, answer
        file = self.home / "jupyter" / "runtime" / f"kernel-{json.loads(answer)['id']}.json"
        until(file.exists)
        client = BlockingKernelClient(connection_file=str(file))
        client.load_connection_file()
        client.start_channels(iopub=False, stdin=False, hb=False, control=False)
        sign = self.home / "busy"
        client.execute(f"import os, pathlib; pathlib.Path({str(sign)!r}).write_text(str(os.getpid())); {code}")
        until(lambda: sign.exists() and sign.read_text() != "", 120, "the kernel does not run")
        client.stop_channels()
        return psutil.Process(int(sign.read_text()))

    def is_gone(self, seconds: float) -> None:
        """Wait for the child, then for everything it started; the next command finds the lock free."""
        self.child.wait(timeout=seconds)
        until(lambda: processes_of(self.home) == [], seconds, f"{processes_of(self.home)} remain")
        assert Records(self.home).running() == []
        with Records(self.home).lock():
            pass


@contextmanager
def opening(home: Path, **terminal: Any) -> Iterator[Opened]:
    """`lab open --no-browser` in a session of its own; nothing of it remains afterwards, whatever the test did."""
    said = home / "said.txt"
    command = [sys.executable, "-m", "helpers.cli", "open", "--no-browser"]
    with said.open("ab") as output:
        how = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output, "preexec_fn": hears_signals} | terminal
        child = subprocess.Popen(command, start_new_session=True, **how)
    try:
        yield Opened(child, home, said)
    finally:
        child.kill()
        child.wait()
        until(lambda: processes_of(home) == [], 30, "processes remain")


@pytest.fixture
def opened(fresh_home: Path) -> Iterator[Opened]:
    """Kafka, Redis, JupyterLab and KSQL, as `make lab` opens them."""
    with opening(fresh_home) as lab:
        lab.wait()
        yield lab


@pytest.fixture
def borrowing(lab: services.Lab, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let it use the session's broker, which spares starts where Kafka and KSQL are not the subject."""
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", lab.bootstrap)
    with serving() as stub:
        monkeypatch.setenv("KSQL_URL", stub.url)
        yield


@pytest.fixture
def light(borrowing: None, fresh_home: Path) -> Iterator[Opened]:
    """Redis and JupyterLab."""
    with opening(fresh_home) as lab:
        lab.wait()
        yield lab


def test_ctrl_c_ends_it_all_and_before_that_only_the_token_opens_the_door(opened: Opened) -> None:
    assert [record.name for record in services.running()] == ["jupyter", "kafka", "ksql", "redis"]
    status, html = opened.ask(urlsplit(opened.page).path)
    assert status == 200
    assert b"jupyter-config-data" in html
    for path in ("/api/contents", "/api/kernels", "/api/terminals"):
        assert opened.ask(path, token=False)[0] == 403, path
    for path in ("/lab", "/files/notebooks/00_welcome.ipynb"):
        assert b'id="login_submit"' in opened.ask(path, token=False)[1], path
    ports = [
        connection.laddr
        for process in processes_of(opened.home)
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(ports) >= 5
    assert {address.ip for address in ports} <= {"127.0.0.1", "::ffff:127.0.0.1"}

    opened.keep_busy(BUSY["sleeps"])
    opened.child.send_signal(signal.SIGINT)
    opened.is_gone(30)
    assert opened.child.returncode == 0
    assert opened.said.read_text().endswith("\nStopping.\n")


def test_a_second_one_says_where_the_first_runs_and_leaves_it_alone(opened: Opened) -> None:
    before = services.running()
    second = subprocess.run(
        [sys.executable, "-m", "helpers.cli", "open", "--no-browser"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 0
    assert second.stdout == (
        f"JupyterLab runs already for this checkout: open {opened.page}, or stop it with `lab down` first.\n"
    )
    assert services.running() == before
    opened.child.kill()  # nobody can tidy up but the keeper
    opened.is_gone(30)


@pytest.mark.parametrize(
    ("ending", "code"), [("SIGTERM", "runs a JVM"), ("SIGHUP", "sleeps"), ("SIGKILL", "will not listen")]
)
def test_it_ends_with_the_signal_and_takes_a_busy_kernel_with_it(light: Opened, ending: str, code: str) -> None:
    kernel = light.keep_busy(BUSY[code])
    light.child.send_signal(getattr(signal, ending))
    light.is_gone(30)
    assert not kernel.is_running()
    assert light.child.returncode == (-signal.SIGKILL if ending == "SIGKILL" else 0)


def test_an_impatient_second_ctrl_c_does_no_harm(light: Opened) -> None:
    light.keep_busy(BUSY["will not listen"])
    light.child.send_signal(signal.SIGINT)
    until(lambda: "Stopping." in light.said.read_text())
    for _ in range(3):
        light.child.send_signal(signal.SIGINT)
    light.is_gone(30)
    assert light.child.returncode == 0
    assert "Traceback" not in light.said.read_text()


def test_shut_down_from_jupyterlabs_own_menu(light: Opened) -> None:
    assert "KSQL starts meanwhile; one more line here will tell when it has." in light.said.read_text()
    kernel = light.keep_busy(BUSY["sleeps"])
    assert light.ask("/api/shutdown", post={})[0] == 200
    light.is_gone(30)
    assert not kernel.is_running()
    assert light.said.read_text().endswith("JupyterLab has ended.\n")
    assert light.child.returncode == 0


def test_jupyterlab_crashes(light: Opened) -> None:
    kernel = light.keep_busy(BUSY["runs a JVM"])
    (server,) = [record for record in services.running() if record.name == "jupyter"]
    psutil.Process(server.process.pid).kill()
    light.is_gone(30)
    until(lambda: not kernel.is_running())


def test_a_closed_terminal_ends_it_all(borrowing: None, fresh_home: Path) -> None:
    import fcntl
    import termios

    screen, terminal = os.openpty()
    os.set_blocking(screen, False)

    def sit_down() -> None:
        hears_signals()
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)

    with opening(fresh_home, stdin=terminal, stdout=terminal, stderr=terminal, preexec_fn=sit_down) as opened:
        os.close(terminal)

        def ready() -> bool:
            with suppress(BlockingIOError), opened.said.open("ab") as file:
                file.write(os.read(screen, 4096).replace(b"\r\n", b"\n"))
            return opened.said.read_text().endswith("is ready.\n")

        until(ready, 120, "JupyterLab did not open")
        opened.keep_busy(BUSY["sleeps"])
        os.close(screen)
        opened.is_gone(30)
