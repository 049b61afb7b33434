"""`lab compose`: what it writes into `.env`, what it never touches, what it refuses."""

import argparse
import re
import socket
import stat
import sys
from pathlib import Path

import pytest

from helpers import config
from helpers.services import compose
from tests.services.composed import ROOT, forget_environment, read_env


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that counts as the workbook's, in an environment that sets nothing."""
    forget_environment(monkeypatch)
    monkeypatch.setattr(config, "ROOT", tmp_path)
    return tmp_path


def test_the_notebooks_use_the_containers_and_then_their_own_again(checkout: Path) -> None:
    said = compose.use_containers(["ksql"], checkout)
    env = read_env(checkout)
    now = config.settings()
    assert now.bootstrap == f"127.0.0.1:{env['KAFKA_PORT']}"
    assert now.redis_url == f"redis://:{env['REDIS_PASSWORD']}@127.0.0.1:{env['REDIS_PORT']}/0"
    assert now.ksql_url == f"http://127.0.0.1:{env['KSQL_PORT']}"
    assert "docker compose up" in said
    assert env["REDIS_PASSWORD"] not in said, "a password is not shown"

    compose.use_embedded(checkout)
    now = config.settings()
    assert (now.bootstrap, now.redis_url, now.ksql_url) == (None, None, None)
    kept = read_env(checkout)
    assert kept == {name: value for name, value in env.items() if name not in compose.POINTERS}

    compose.use_containers(root=checkout)
    assert read_env(checkout) == env, "back with the same password, ports and profiles"


def test_a_second_time_changes_nothing(checkout: Path) -> None:
    compose.use_containers(["cluster"], checkout)
    first = (checkout / ".env").read_bytes()
    compose.use_containers(root=checkout)
    assert (checkout / ".env").read_bytes() == first


@pytest.mark.parametrize("mine", ["LAB_HOME=/data\n# keep me\n", "A=1\r\nB='two words'\r\n", "no line end"])
def test_other_lines_stay_as_they_are(mine: str, checkout: Path) -> None:
    path = checkout / ".env"
    path.write_bytes(mine.encode())
    compose.use_containers(root=checkout)
    path.write_bytes(path.read_bytes() + b"LATER=3\n")
    compose.use_containers(["cluster", "ksql"], checkout)
    compose.use_embedded(checkout)
    written = path.read_bytes().decode()
    assert written.startswith(mine)
    assert written.endswith("LATER=3\n")
    assert written.count(compose.BEGIN) == written.count(compose.END) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_its_owner_reads_it(checkout: Path) -> None:
    path = checkout / ".env"
    path.write_text("A=1\n", encoding="utf-8")
    path.chmod(0o644)
    compose.use_containers(root=checkout)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in checkout.iterdir()] == [".env"], "no half-written file is left"


def test_git_and_docker_do_not_take_it_along() -> None:
    for name in (".gitignore", ".dockerignore"):
        assert ".env" in (ROOT / name).read_text(encoding="utf-8").splitlines()


def test_secrets_differ_between_checkouts(tmp_path: Path) -> None:
    found = []
    for parent in ("a", "b"):
        (tmp_path / parent / "workbook").mkdir(parents=True)
        compose.use_containers(root=tmp_path / parent / "workbook")
        found.append(read_env(tmp_path / parent / "workbook"))
    for name in ("REDIS_PASSWORD", "JUPYTER_TOKEN", "COMPOSE_PROJECT_NAME"):
        assert found[0][name] != found[1][name]
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]*", found[0]["COMPOSE_PROJECT_NAME"]), "docker's rule for names"


def test_a_taken_port_is_passed_over(checkout: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.MonkeyPatch.context() as patch:
        taken = other.getsockname()[1]
        patch.setitem(compose.PORTS, "REDIS_PORT", taken)
        compose.use_containers(root=checkout)
        assert read_env(checkout)["REDIS_PORT"] != str(taken)


def test_a_port_stays_while_its_container_holds_it(checkout: Path) -> None:
    compose.use_containers(root=checkout)
    chosen = read_env(checkout)["REDIS_PORT"]
    with socket.create_server(("127.0.0.1", int(chosen))):
        compose.use_containers(root=checkout)
    assert read_env(checkout)["REDIS_PORT"] == chosen


@pytest.mark.parametrize(
    ("profiles", "expected"),
    [
        ([], "core"),
        (["ksql"], "core,ksql"),
        (["jupyter", "ksql"], "core,ksql,jupyter"),
        (["ksql", "cluster"], "cluster,ksql"),
    ],
)
def test_profiles_bring_what_they_need(profiles: list[str], expected: str, checkout: Path) -> None:
    compose.use_containers(profiles, checkout)
    assert read_env(checkout)["COMPOSE_PROFILES"] == expected


def test_the_cluster_is_three_addresses(checkout: Path) -> None:
    compose.use_containers(["cluster"], checkout)
    ports = {address.rpartition(":")[2] for address in read_env(checkout)["KAFKA_BOOTSTRAP_SERVERS"].split(",")}
    assert len(ports) == 3


@pytest.mark.parametrize(
    ("profiles", "message"),
    [(["kafka"], "no profile 'kafka': choose from core"), (["core", "cluster"], "exclude")],
)
def test_a_senseless_choice_is_refused(profiles: list[str], message: str, checkout: Path) -> None:
    with pytest.raises(compose.ComposeError, match=message):
        compose.use_containers(profiles, checkout)
    assert not (checkout / ".env").exists()


@pytest.mark.parametrize("line", ["REDIS_URL=redis://mine:6379", "export KAFKA_BOOTSTRAP_SERVERS = 'mine:9092'"])
def test_a_persons_own_address_is_not_overruled(line: str, checkout: Path) -> None:
    path = checkout / ".env"
    path.write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(compose.ComposeError, match=r"sets (REDIS_URL|KAFKA_BOOTSTRAP_SERVERS) .*: delete it"):
        compose.use_containers(root=checkout)
    assert path.read_text(encoding="utf-8") == f"{line}\n"


def test_what_the_terminal_sets_would_win_and_is_named(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere:6379")
    with pytest.raises(compose.ComposeError, match=r"REDIS_URL.*unset it"):
        compose.use_containers(root=checkout)


def test_a_block_cut_short_is_not_guessed_at(checkout: Path) -> None:
    path = checkout / ".env"
    path.write_text(f"{compose.BEGIN}\nREDIS_PASSWORD=x\nMINE=1\n", encoding="utf-8")
    with pytest.raises(compose.ComposeError, match="lost the end"):
        compose.use_containers(root=checkout)
    with pytest.raises(compose.ComposeError, match="lost the end"):
        compose.use_embedded(checkout)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", "containers of []"),
        ("cluster ksql", "containers of ['cluster', 'ksql']"),
        ("--embedded", "embedded"),
    ],
)
def test_the_command_has_one_way_there_and_one_back(
    line: str, expected: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(compose, "use_containers", lambda profiles: f"containers of {profiles}")
    monkeypatch.setattr(compose, "use_embedded", lambda: "embedded")
    parser = argparse.ArgumentParser()
    compose.add_arguments(parser)
    assert compose.run(parser.parse_args(line.split())) == 0
    assert capsys.readouterr().out == f"{expected}\n"


def test_profiles_and_the_way_back_exclude_each_other() -> None:
    with pytest.raises(compose.ComposeError, match="choose one of them"):
        compose.run(argparse.Namespace(profiles=["core"], embedded=True))


def test_a_folder_of_that_name_is_refused(checkout: Path) -> None:
    (checkout / ".env").mkdir()
    with pytest.raises(compose.ComposeError, match=r"\.env is a folder: remove it"):
        compose.use_containers(root=checkout)
