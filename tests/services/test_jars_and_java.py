"""The jars are the locked ones or nothing starts; a wrong Java is named with what to do."""

from pathlib import Path

import pytest

from helpers.services import jars, java
from helpers.services.pins import KAFKA_VERSION


@pytest.fixture
def some_jars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two small jars of our own, locked."""
    import hashlib

    folder = tmp_path / "home" / "jars"
    folder.mkdir(parents=True)
    lines = []
    for name in ("one", "two"):
        (folder / f"{name}-1.0.jar").write_bytes(name.encode())
        lines.append(f"org.example:{name}:1.0 3 {hashlib.sha256(name.encode()).hexdigest()}\n")
    lock = tmp_path / "jars.lock"
    lock.write_text("".join(lines))
    monkeypatch.setattr(jars, "LOCK", lock)
    monkeypatch.setenv("LAB_HOME", str(folder.parent))
    return folder


def test_every_jar_is_locked_by_version_and_hash() -> None:
    locked = jars.locked()
    assert len({jar.sha256 for jar in locked}) == len(locked) > 40
    kafka = {jar.artifact: jar.version for jar in locked if jar.group == "org.apache.kafka"}
    assert {kafka["kafka_2.13"], kafka["kafka-streams"], kafka["kafka-streams-test-utils"]} == {KAFKA_VERSION}


def test_the_class_path_is_what_was_verified(some_jars: Path) -> None:
    assert jars.classpath() == [some_jars / "one-1.0.jar", some_jars / "two-1.0.jar"]


def test_a_missing_jar_is_named(some_jars: Path) -> None:
    (some_jars / "two-1.0.jar").unlink()
    with pytest.raises(jars.JarsError, match=r"two-1.0.jar is missing: run `lab setup`"):
        jars.classpath()


def test_an_altered_jar_is_refused(some_jars: Path) -> None:
    (some_jars / "one-1.0.jar").write_bytes(b"evil")
    (some_jars / "two-1.0.jar").unlink()
    with pytest.raises(jars.JarsError, match=r"one-1.0.jar is damaged or altered and 1 more"):
        jars.classpath()


def test_java_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_JAVA_HOME", str(tmp_path))
    with pytest.raises(java.JavaError, match=r"LAB_JAVA_HOME is .* but there is no bin/java"):
        java.home()


def test_java_that_is_too_old_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / java._program()).touch()
    (tmp_path / "release").write_text('JAVA_VERSION="11.0.2"\n')
    monkeypatch.setenv("LAB_JAVA_HOME", str(tmp_path))
    with pytest.raises(java.JavaError, match="is version 11 and Kafka needs 17"):
        java.version()


def test_the_bundled_java_can_run_kafka() -> None:
    assert java.version() >= 25
    assert java.executable().exists()
    assert java.libjvm().exists()
