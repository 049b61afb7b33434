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
    "address", ["localhost", "localhost:", ":9092", "localhost:kafka", "localhost:99999", "a:1,b", "localhost:9²"]
)
def test_an_address_without_its_port_is_named(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", address)
    with pytest.raises(LabError, match=r"KAFKA_BOOTSTRAP_SERVERS holds '.*': write host:port"):
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
