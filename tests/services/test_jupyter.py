"""JupyterLab's kernels have the workbook's settings, whatever the attendee's own are."""

import json
import re
import socket
import subprocess
import sys
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from helpers.services import jupyter
from helpers.services.process import stop
from helpers.services.records import Record


@pytest.fixture
def attendee(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A HOME that has been used for other things."""
    home = tmp_path / "attendee"
    for name, settings in {
        ".keras/keras.json": {"backend": "torch", "floatx": "float16", "image_data_format": "channels_first"},
        ".jupyter/jupyter_server_config.json": {"ServerApp": {"root_dir": "/nowhere", "port": 1}},
        ".jupyter/labconfig/page_config.json": {"disabledExtensions": {"@jupyterlab/notebook-extension": True}},
    }.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(json.dumps(settings))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(home / ".jupyter"))
    return home


def test_keras_is_ours(attendee: Path, tmp_path: Path) -> None:
    code = "from keras import config; print(config.backend(), config.floatx(), config.image_data_format())"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env=jupyter.environment(tmp_path / "lab"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout == "tensorflow float32 channels_last\n"


def test_jupyter_is_ours(attendee: Path, tmp_path: Path) -> None:
    code = (
        "from jupyter_server.serverapp import ServerApp; from jupyterlab_server.config import get_page_config;"
        "from jupyter_core.paths import jupyter_config_path;"
        "server = ServerApp(); server.initialize([], find_extensions=False, new_httpserver=False);"
        "folders = [f'{path}/labconfig' for path in jupyter_config_path()];"
        "print(server.port, *sorted(get_page_config([], None, folders)['disabledExtensions']))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=jupyter.environment(tmp_path / "lab"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.split() == ["8888", "@jupyterlab/extensionmanager-extension", "jupyterlab-jupytext"]


def test_a_traceback_shows_the_line_in_the_cell_and_little_of_libraries(tmp_path: Path) -> None:
    cell = "import json\nfirst = 1\njson.loads('{')"
    code = (
        "import sys; from ipykernel.kernelapp import IPKernelApp;"
        "app = IPKernelApp.instance(); app.initialize(['--quiet']); sys.stdout = sys.__stdout__;"
        "app.shell._showtraceback = lambda kind, error, lines: print(*lines, sep=chr(10));"  # as JupyterLab joins them
        f"app.shell.run_cell({cell!r})"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], env=jupyter.environment(tmp_path), capture_output=True, text=True, check=True
    )
    told = re.sub(r"\x1b\[[\d;]*m", "", answer.stdout)
    assert re.search(r"Cell In\[1\], line 3\s+json\.loads\('\{'\)", told)
    assert told.rstrip().splitlines()[-1].startswith("JSONDecodeError: Expecting property name")
    assert len(told.splitlines()) < 20  # IPython's own way takes twice as many


def test_a_terminal_in_jupyterlab_finds_lab_first(tmp_path: Path) -> None:
    path = jupyter.environment(tmp_path)["PATH"]
    assert path.startswith(str(Path(sys.executable).parent))


def test_nothing_is_written_into_the_attendees_home(attendee: Path, tmp_path: Path) -> None:
    before = set(attendee.rglob("*"))
    subprocess.run(
        [sys.executable, "-c", "import keras; from matplotlib import font_manager"],
        env=jupyter.environment(tmp_path / "lab"),
        check=True,
    )
    assert set(attendee.rglob("*")) == before
    assert (tmp_path / "lab" / "keras" / "keras.json").exists()
    assert list((tmp_path / "lab" / "matplotlib").glob("fontlist-*.json"))


@pytest.mark.services
def test_the_address_is_its_own_where_the_port_is_anothers(tmp_path: Path) -> None:
    heard: list[Record] = []

    def announce(record: Record) -> Record:
        heard.append(record)
        return record

    with ExitStack() as stack:
        with suppress(OSError):  # somebody has it already
            stack.enter_context(socket.create_server(("127.0.0.1", jupyter.PREFERRED_PORT)))
        record = jupyter.start(tmp_path / "lab", tmp_path / "work", "a.ipynb", announce)
        stack.callback(stop, heard[0].process)
        with urllib.request.urlopen(record.address, timeout=20) as answer:
            assert b"jupyter-config-data" in answer.read()
        assert f":{jupyter.PREFERRED_PORT}/" not in record.address
        assert heard[-1] == record
