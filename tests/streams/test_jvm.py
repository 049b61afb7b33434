"""The Java machine: started once, its log, what a process leaves behind, what it says when it cannot start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.config import settings
from helpers.streams import StreamsBuilder, jvm


def script(text: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", text],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_importing_the_room_starts_no_java_and_draws_nothing() -> None:
    text = "import sys, jpype, helpers.streams; print(jpype.isJVMStarted(), 'matplotlib' in sys.modules)"
    assert script(text).stdout == "False False\n"


def test_it_is_started_once_and_logs_into_the_lab() -> None:
    StreamsBuilder()
    jvm.start()
    assert jvm.log_file().parent == settings().home / "logs"
    assert jvm.log_file().exists()


def test_a_process_that_used_it_ends_quietly_and_leaves_nothing(tmp_path: Path) -> None:
    text = (
        "from helpers.streams import StreamsBuilder, TopologyTestDriver\n"
        "builder = StreamsBuilder()\n"
        "builder.stream('in').map_values(lambda value: value + 1).to('out')\n"
        "driver = TopologyTestDriver(builder.build())\n"
        "driver.create_input_topic('in').pipe_input('k', 1)\n"
        "print(driver.create_output_topic('out').read_value())\n"
        "driver.close()\n"
    )
    ended = script(text, TMPDIR=str(tmp_path), TEMP=str(tmp_path))
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "2\n", "")
    assert not list(tmp_path.glob("streams-*"))


def test_dates_are_written_in_english_whatever_the_machine_speaks() -> None:
    text = (
        "from helpers.streams import jvm\n"
        "print(jvm.java('java.time.format.DateTimeFormatter').ofPattern('EEE d MMM').format("
        "jvm.java('java.time.LocalDate').of(2018, 5, 1)))"
    )
    assert script(text, JAVA_TOOL_OPTIONS="-Duser.language=de -Duser.country=DE").stdout == "Tue 1 May\n"


def test_deep_recursion_is_an_error_of_pythons_still() -> None:
    """With Java's own limit of 1 MB it ends the process from Python 3.13 on."""
    text = (
        "import json; from helpers.streams import StreamsBuilder; StreamsBuilder()\n"
        "try: json.loads('[' * 100_000)\n"
        "except RecursionError: print('too deep')"
    )
    done = script(text)
    assert (done.returncode, done.stdout) == (0, "too deep\n")


def test_logs_of_ended_processes_are_removed_and_others_left() -> None:
    dead = script("import os; print(os.getpid())").stdout.strip()
    logs = settings().home / "logs"
    logs.mkdir(exist_ok=True)
    stale, other = logs / f"streams-{dead}.log", logs / "streams-of-mine.log"
    for file in (stale, other):
        file.write_text("")
    jvm._forget_logs_of_the_dead()
    assert not stale.exists()
    assert other.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "import jpype; from helpers.services import java; jpype.startJVM(str(java.libjvm()))\n"
            "from helpers.streams import StreamsBuilder; StreamsBuilder()",
            "Java already runs in this process without Kafka Streams: restart the kernel",
        ),
        (
            "from helpers.streams import jvm; jvm.MEMORY = 'much'; jvm.start()",
            "Java could not be started in this process",
        ),
    ],
)
def test_what_hinders_it_is_said_in_a_sentence(text: str, said: str) -> None:
    ended = script(text)
    assert ended.returncode == 1
    assert f"helpers.streams.errors.StreamsError: {said}" in ended.stderr
