"""What is typed, piped or given in a file: answers, errors with a caret, the prompt's own commands, exit statuses."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers import cli
from helpers.config import ROOT
from helpers.ksql.client import Client
from helpers.ksql.client.dialogue import Limits
from helpers.ksql.errors import KsqlError
from helpers.ksql.prompt.editor import Remembered, answer
from helpers.ksql.prompt.screen import Screen
from helpers.ksql.prompt.shell import Look, Shell
from helpers.ksql.server.headless import read_script
from tests.ksql.stub import Stub

ROWS = (
    '[{"header":{"queryId":"q_1","schema":"`U` STRING, `N` INTEGER"}},\n'
    '{"row":{"columns":["ann",3]}},\n{"finalMessage":"Limit Reached"}]\n'
)
STREAM = {"type": "STREAM", "name": "S", "topic": "s", "keyFormat": "KAFKA", "valueFormat": "JSON", "isWindowed": False}


def said(body: Any) -> tuple[int, Any]:
    """A server's answer, by what the statement begins with."""
    text = body["ksql"]
    if text.startswith("SHOW"):
        return 200, [{"@type": "streams", "streams": [STREAM]}]
    if "nonsense" in text:
        lines = text[: text.index("nonsense")].split("\n")
        where = f"line {len(lines)}:{len(lines[-1]) + 1}"
        return 400, {"@type": "statement_error", "error_code": 40001, "message": f"{where}: Syntax error at 'nonsense'"}
    if text.startswith("DROP"):
        return 400, {"@type": "statement_error", "error_code": 40001, "message": "There is no X."}
    return 200, [{"@type": "currentStatus", "commandStatus": {"status": "SUCCESS", "message": "Stream created"}}]


@pytest.fixture
def server(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> Stub:
    """The stub as the server that everybody asks."""
    stub.judge("/ksql", said)
    stub.answer("/query", ROWS)
    monkeypatch.setenv("KSQL_URL", stub.url)
    monkeypatch.setenv("COLUMNS", "28")
    return stub


@pytest.fixture
def shell(server: Stub) -> Iterator[Shell]:
    with Client(server.url) as client:
        yield Shell(client, Screen(), Look(), Limits())


def shown(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


GRID = [
    "+------------+------------+",
    "|U           |N           |",
    "+------------+------------+",
    "|ann         |3           |",
    "Limit Reached",
    "Query terminated",
]


def test_a_server_warns_beneath_its_answer(server: Stub, shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    warned = {"@type": "streams", "streams": [STREAM], "warnings": [{"message": "The log is behind."}]}
    server.answer("/ksql", json.dumps([warned]))
    shell.run("SHOW STREAMS;")
    assert shown(capsys)[-1] == "WARNING: The log is behind."


def test_rows_and_entities_as_tables(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.feed("SELECT * FROM s EMIT CHANGES LIMIT 1;")
    assert shown(capsys) == GRID
    shell.feed("SHOW STREAMS;")
    assert " S           | s           | KAFKA      | JSON         | false" in shown(capsys)


def test_a_statement_may_take_several_lines(shell: Shell, server: Stub) -> None:
    for line in ("CREATE STREAM s -- a; comment", "  (a INT)", "WITH (X=';');"):
        assert not server.asked
        shell.feed(line)
    assert server.asked[0][1]["ksql"] == "CREATE STREAM s -- a; comment\n  (a INT)\nWITH (X=';');"


def test_settings_and_variables_are_sent_along(shell: Shell, server: Stub, capsys: pytest.CaptureFixture[str]) -> None:
    shell.feed("DEFINE t = 'topic'; SET 'auto.offset.reset' = 'earliest'; SELECT * FROM s;")
    assert shown(capsys)[0] == (
        "Successfully changed local property 'auto.offset.reset' to 'earliest'. Use the UNSET command to revert your "
        "change."
    )
    body = server.asked[1][1]
    assert (body["streamsProperties"], body["sessionVariables"]) == ({"auto.offset.reset": "earliest"}, {"T": "topic"})
    shell.feed("UNSET 'auto.offset.reset'; UNDEFINE t; SHOW STREAMS;")
    body = server.asked[2][1]
    assert (body["streamsProperties"], body["sessionVariables"]) == ({}, {})


def test_variables_have_the_names_that_the_statement_spells(shell: Shell, server: Stub) -> None:
    shell.feed("DEFINE t = 'topic'; SELECT * FROM ${t} JOIN ${Other} WHERE a = '${T} $${tT}';")
    assert server.asked[0][1]["sessionVariables"] == {"T": "topic", "t": "topic"}


def test_settings_have_the_names_they_were_set_with(shell: Shell, server: Stub) -> None:
    shell.feed("SET 'cache.max.bytes.buffering' = '0'; SET 'ksql.streams.num.stream.threads' = '2'; SELECT * FROM s;")
    sent = server.asked[2][1]["streamsProperties"]
    assert sent == {"cache.max.bytes.buffering": "0", "ksql.streams.num.stream.threads": "2"}
    shell.feed("SET 'num.stream.threads' = '1'; UNSET 'cache.max.bytes.buffering'; SELECT * FROM s;")
    assert server.asked[-1][1]["streamsProperties"] == {"num.stream.threads": "1"}


def test_a_setting_that_the_server_does_not_know_is_refused(
    shell: Shell, server: Stub, capsys: pytest.CaptureFixture[str]
) -> None:
    unknown = {"@type": "generic_error", "error_code": 40000, "message": "Not recognizable: 'non/sense'."}
    server.judge("/is_valid_property/non%2Fsense", lambda _: (400, unknown))
    answer(shell, "SET 'non/sense'='y';")
    assert shown(capsys) == ["Not recognizable: 'non/sense'."]
    assert shell.dialogue.session.properties == {}
    server.answer("/is_valid_property/old", "Not Found", status=404)  # a ksqlDB that has no such route
    answer(shell, "SET 'old'='y';")
    assert shell.dialogue.session.properties == {"old": "y"}


@pytest.mark.parametrize("history", ["folder", "missing/file"])
def test_a_history_that_cannot_be_kept_is_kept_in_memory(tmp_path: Path, history: str) -> None:
    (tmp_path / "folder").mkdir()
    remembered = Remembered(str(tmp_path / history))
    assert list(remembered.load_history_strings()) == []
    remembered.append_string("SHOW STREAMS;")
    assert remembered.get_strings() == ["SHOW STREAMS;"]


def test_an_error_points_to_its_place_in_the_script(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    answer(shell, "SHOW STREAMS;\n  CREATE nonsense;")
    assert shown(capsys)[-3:] == [
        "line 2:10: Syntax error at 'nonsense'",
        "  CREATE nonsense;",
        "         ^",
    ]
    answer(shell, "SHOW STREAMS;\n DROP STREAM x;")
    assert shown(capsys)[-3:] == ["line 2:2: There is no X.", " DROP STREAM x;", " ^"]
    answer(shell, "DROP STREAM x;")
    assert shown(capsys) == ["There is no X."]


def test_own_commands(shell: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "s.sql"
    script.write_text("output json\nSELECT * FROM s;\nOUTPUT TABULAR;")
    shell.feed(f"spool '{tmp_path / 'spooled'}'")
    shell.feed(f"RUN SCRIPT '{script}';")
    shell.feed("spool off")
    assert json.loads(shown(capsys)[2]) == {"U": "ann", "N": 3}
    assert '{"U":"ann","N":3}' in (tmp_path / "spooled").read_text()
    shell.feed("set cli column-width 5")
    shell.feed("SET CLI WRAP OFF;")
    shell.feed("SELECT * FROM s;")
    assert "|ann  |3    |" in shown(capsys)
    shell.feed("version")
    shell.feed("server")
    assert shown(capsys)[-2:] == ["Server version: 8.4.0", f"Server: {shell.dialogue.client.url}"]
    shell.feed("help")
    assert "EXIT" in capsys.readouterr().out
    shell.feed("history")
    assert "SELECT * FROM s;" in capsys.readouterr().out
    shell.feed("exit")
    assert shell.leaving


def test_json_is_for_programs(server: Stub, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ksql", "--output", "json", "-e", "SHOW STREAMS"]) == 0
    assert json.loads(capsys.readouterr().out) == {"@type": "streams", "streams": [STREAM]}


def test_e_carries_out_and_leaves(server: Stub, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ksql", "-d", "t=x", "-e", "SELECT * FROM s EMIT CHANGES LIMIT 1"]) == 0
    assert shown(capsys) == GRID
    assert server.asked[0][1]["sessionVariables"] == {"T": "x"}
    assert cli.main(["ksql", server.url, "-e", "DROP STREAM x; SHOW STREAMS;"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == ["line 1:1: There is no X.", "DROP STREAM x; SHOW STREAMS;", "^"]


def test_f_names_the_line_of_the_file(server: Stub, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "s.sql"
    file.write_text("SHOW STREAMS;\n\n-- then\nCREATE\n  nonsense;\nSHOW STREAMS;")
    assert cli.main(["ksql", "-f", str(file)]) == 1
    captured = capsys.readouterr()
    assert captured.out.count("Stream Name") == 1
    assert captured.err.splitlines() == ["line 5:3: Syntax error at 'nonsense'", "  nonsense;", "  ^"]


@pytest.mark.parametrize("command", [["ksql", "-f"], ["ksql", "test"], ["ksql", "server", "--queries-file"]])
def test_a_file_that_cannot_be_read_is_told_alike(
    server: Stub, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    (tmp_path / "latin.sql").write_bytes("SELECT 'é';".encode("latin-1"))
    for name, reason in (("none.sql", "No such file or directory"), ("latin.sql", "it is not UTF-8")):
        file = tmp_path / name
        if "server" in command:
            with pytest.raises(KsqlError) as refused:
                read_script(file)
            said = str(refused.value)
        else:
            assert cli.main([*command, str(file)]) == 1
            said = capsys.readouterr().err.strip()
        assert said == f"{file} cannot be read ({reason}): name a script in UTF-8."


def test_statements_that_are_not_utf_8_are_told(server: Stub, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ksql", "-e", "SHOW STREAMS; -- \udce9\nSELECT '\udce9' FROM s EMIT CHANGES;"]) == 1
    assert "The statements are not UTF-8: save or send them in UTF-8." in capsys.readouterr().err


@pytest.mark.parametrize(
    "url", ["ftp://x", "notaurl", "http://127.0.0.1:99999", "http://127.0.0.1:0", "http://", "http://☃:1"]
)
def test_what_is_no_address_is_told(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ksql", url, "-e", "SHOW STREAMS;"]) == 1
    said = capsys.readouterr().err.strip()
    assert said == f"{url!r} is no address of a KSQL server: write one like http://127.0.0.1:8088."


@pytest.mark.parametrize(
    ("piped", "status", "err"),
    [
        ("SHOW STREAMS;\n", 0, ""),
        ("SHOW STREAMS;\nexit\nnonsense;\n", 0, ""),
        ("SHOW STREAMS;\nSHOW", 1, "line 2:5: Syntax error: the statement does not end: put a semicolon ';' here."),
    ],
)
def test_statements_from_a_pipe(
    server: Stub,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    piped: str,
    status: int,
    err: str,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(piped))
    assert cli.main(["ksql"]) == status
    captured = capsys.readouterr()
    assert captured.out.count("Stream Name") == 1
    assert "ksql>" not in captured.out
    assert captured.err.split("\n")[0] == err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is always full")
@pytest.mark.parametrize(
    ("output", "typed", "told"),
    [
        ("/dev/full", "SHOW STREAMS;", "The answer cannot be written"),
        (os.devnull, "SPOOL '/dev/full'", "The spool file"),
    ],
)
def test_a_disk_without_room_is_told(server: Stub, tmp_path: Path, output: str, typed: str, told: str) -> None:
    command = [sys.executable, "-m", "helpers.cli", "ksql", server.url]
    with Path(output).open("w") as out:
        ended = subprocess.run(
            command, input=typed, stdout=out, stderr=subprocess.PIPE, text=True, timeout=60, cwd=ROOT
        )
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1), ended.stderr
    assert told in ended.stderr
    assert "No space left on device" in ended.stderr


def test_a_pipe_in_another_encoding_is_told(server: Stub) -> None:
    command = [sys.executable, "-m", "helpers.cli", "ksql", server.url]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    ended = subprocess.run(command, input="SHOW 'é';".encode(), stderr=-1, timeout=60, cwd=ROOT, env=environment)
    assert ended.returncode == 1
    assert ended.stderr.decode().splitlines() == [
        "What comes through the pipe is not ascii: set PYTHONIOENCODING=utf-8."
    ]


def test_without_an_input_nothing_is_asked(
    server: Stub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert cli.main(["ksql"]) == 0
    assert capsys.readouterr() == ("", "")


def test_limits_from_the_command_line(server: Stub, capsys: pytest.CaptureFixture[str]) -> None:
    def endless() -> Iterator[str]:
        yield ROWS.split("\n")[0] + "\n"
        while True:
            yield '{"row":{"columns":["ann",3]}},\n'

    server.stream("/query", endless)
    assert cli.main(["ksql", "--query-row-limit", "3", "-e", "SELECT * FROM s EMIT CHANGES;"]) == 0
    assert shown(capsys)[3:] == ["|ann         |3           |"] * 3 + GRID[-2:]
    assert cli.main(["ksql", "--query-timeout", "200", "-e", "SELECT * FROM s EMIT CHANGES;"]) == 0
    assert shown(capsys)[-2:] == ["Time Over", "Query terminated"]


def test_ctrl_c_ends_the_query_and_not_the_prompt(
    shell: Shell, server: Stub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(text: str = "") -> None:
        if "ann" in text:
            raise KeyboardInterrupt
        print(text)

    monkeypatch.setattr(shell.screen, "line", interrupted)
    answer(shell, "SELECT * FROM s EMIT CHANGES;")
    assert shown(capsys)[-1] == "Query terminated"
    assert ("/close-query", {"queryId": "q_1"}) in server.asked


def test_print_shows_its_lines(shell: Shell, server: Stub, capsys: pytest.CaptureFixture[str]) -> None:
    server.answer("/query", "Key format: KAFKA_STRING\n", "rowtime: …, key: a\n")
    shell.feed("PRINT s LIMIT 1;")
    assert shown(capsys) == ["Key format: KAFKA_STRING", "rowtime: …, key: a", "Topic printing ceased"]


@pytest.mark.parametrize(
    ("arguments", "program"),
    [([], "lab ksql "), (["test"], "lab ksql test"), (["server"], "lab ksql server ")],
)
def test_every_help_is_the_rooms_own(arguments: list[str], program: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["ksql", *arguments, "--help"])
    assert ended.value.code == 0
    assert program in capsys.readouterr().out.splitlines()[0]


@pytest.mark.parametrize("wrong", [["-d", "x"], ["--query-row-limit", "0"], ["--output", "xml"], ["-x"]])
def test_a_mistyped_option_is_told(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["ksql", *wrong])
    assert ended.value.code == 2
    assert "lab ksql: error:" in capsys.readouterr().err


def test_a_script_may_begin_with_the_mark_of_windows_editors(
    server: Stub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "s.sql"
    file.write_text("SELECT * FROM s EMIT CHANGES LIMIT 1;", encoding="utf-8-sig")
    assert cli.main(["ksql", "-f", str(file)]) == 0
    assert shown(capsys) == GRID


def test_a_script_that_runs_itself_is_told_so(shell: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "s.sql"
    file.write_text(f"RUN SCRIPT '{file}';", encoding="utf-8")
    answer(shell, f"RUN SCRIPT '{file}'")
    assert shown(capsys) == [f"RUN SCRIPT '{file}': 10 scripts within one another are enough."]
    assert shell.within == 0
