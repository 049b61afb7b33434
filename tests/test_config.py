"""Settings come from the environment, then `.env`; a typing mistake is answered at once."""

from pathlib import Path

import pytest

from helpers import config
from helpers.errors import LabError


@pytest.fixture(autouse=True)
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(config, "ROOT", tmp_path)
    monkeypatch.delenv("LAB_HOME")
    return tmp_path


def test_defaults_start_everything_here(checkout: Path) -> None:
    now = config.settings()
    assert now.home == checkout / ".lab"
    assert (now.bootstrap, now.redis_url, now.ksql_url, now.java_home) == (None, None, None, None)


def test_environment_wins_over_the_file(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout / ".env").write_text("KAFKA_BOOTSTRAP_SERVERS=file:9092\nREDIS_URL=redis://file:6379/0\n")
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "one:9092,two:9092")
    now = config.settings()
    assert now.bootstrap == "one:9092,two:9092"
    assert now.redis_url == "redis://file:6379/0"


@pytest.mark.parametrize(
    ("addresses", "met"),
    [
        ("localhost", "'localhost', which names no port"),
        ("localhost:", "'localhost:', which names no port"),
        ("[::1]", "'[::1]', which names no port"),
        (":9092", "':9092', which names no host"),
        ("localhost:kafka", "'localhost:kafka', which has a port that is no number from 1 to 65535"),
        ("localhost:99999", "'localhost:99999', which has a port that is no number from 1 to 65535"),
        ("localhost:9²", "'localhost:9²', which has a port that is no number from 1 to 65535"),
        ("a:1,b", "'b', which names no port"),
        ("a:1,", "'a:1,', which has a comma too many"),
        ("http://localhost:9092", "'http://localhost:9092', which begins with http://, which Kafka's addresses do not"),
    ],
)
def test_what_is_mistyped_in_kafkas_addresses_is_named(
    addresses: str, met: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", addresses)
    with pytest.raises(LabError) as caught:
        config.settings()
    assert str(caught.value) == (
        f"KAFKA_BOOTSTRAP_SERVERS holds {met}: write host:port, such as localhost:9092, with commas between several."
    )


def test_blanks_beside_commas_do_not_reach_a_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", " a:1, [::1]:2 ")
    assert config.settings().bootstrap == "a:1,[::1]:2"


@pytest.mark.parametrize("port", ["abc", "99999", "0"])
@pytest.mark.parametrize(("variable", "scheme"), [("REDIS_URL", "redis"), ("KSQL_URL", "http")])
def test_a_mistyped_port_in_a_url_is_named(
    variable: str, scheme: str, port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, f"{scheme}://localhost:{port}/0")
    with pytest.raises(LabError, match=rf"{variable} holds '{scheme}://localhost:{port}/0', whose port is no number"):
        config.settings()


def test_a_password_that_looks_like_a_port_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://:hunter#2@localhost:6379/0")
    with pytest.raises(LabError, match=r"# / \? of a password as %23 %2F %3F") as caught:
        config.settings()
    assert "hunter" not in str(caught.value)


@pytest.mark.parametrize("variable", ["LAB_HOME", "LAB_JAVA_HOME"])
def test_a_home_of_nobody_is_named(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "~no-such-user/lab")
    with pytest.raises(LabError, match=f"{variable} holds '~no-such-user/lab', and nobody knows where"):
        config.settings()


def test_it_is_known_where_a_setting_was_made(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout / ".env").write_text("REDIS_URL=redis://file:6379/0\nKSQL_URL=http://file:8088\n")
    monkeypatch.setenv("KSQL_URL", "http://environment:8088")
    names = ("REDIS_URL", "KSQL_URL", "KAFKA_BOOTSTRAP_SERVERS")
    assert [config.place_of(name) for name in names] == [".env", "the environment", ""]


def test_a_folder_named_dot_env_is_named_and_lab_down_still_finds_its_way(checkout: Path) -> None:
    (checkout / ".env").mkdir()
    assert config.home() == checkout / ".lab"
    with pytest.raises(LabError, match=r"\.env is a folder: remove it"):
        config.settings()


def test_a_file_that_is_not_utf_8_is_named_and_lab_down_still_finds_its_way(checkout: Path) -> None:
    (checkout / ".env").write_bytes("REDIS_URL=redis://hä:1/0\n".encode("latin-1"))
    with pytest.raises(LabError, match=r"\.env is not UTF-8 text: save it again as UTF-8"):
        config.settings()
    assert config.home() == checkout / ".lab"


def test_a_password_in_a_mistyped_url_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", ":hunter2@localhost:6379")
    with pytest.raises(LabError, match="must start with redis://") as caught:
        config.settings()
    assert "hunter2" not in str(caught.value)


def test_a_url_without_its_scheme_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "localhost:6379")
    with pytest.raises(LabError, match="REDIS_URL holds 'localhost:6379': it must start with redis://"):
        config.settings()
