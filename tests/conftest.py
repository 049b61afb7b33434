"""One start of the real services for the whole session, in a `.lab` of its own; unit tests start nothing."""

import os
import secrets
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers import messaging, services
from helpers.services.lending import lend
from helpers.services.process import Process

ROOT = Path(__file__).resolve().parent.parent
# Neither the developer's own services nor a .env take part in a test.
for name in ("KAFKA_BOOTSTRAP_SERVERS", "REDIS_URL", "KSQL_URL", "LAB_JAVA_HOME"):
    os.environ.pop(name, None)
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts behind a prompt ignores Ctrl+C
INSTALLED = Path(os.environ.get("LAB_HOME") or ROOT / ".lab").resolve()


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A `.lab` of the session's own, with the installed jars; what ran in it is stopped at the end."""
    folder = tmp_path_factory.mktemp("lab")
    lend_installation(folder)
    os.environ["LAB_HOME"] = str(folder)
    yield folder
    os.environ["LAB_HOME"] = str(folder)
    services.down()


def lend_installation(folder: Path) -> None:
    """Let another `.lab` use what `lab setup` has fetched and made."""
    lend(INSTALLED, folder)


@pytest.fixture
def fresh_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A `.lab` of this test's own, for tests that start, break and stop services; emptied afterwards."""
    lend_installation(tmp_path)
    monkeypatch.setenv("LAB_HOME", str(tmp_path))
    yield tmp_path
    services.down()


@pytest.fixture(scope="session")
def lab(home: Path) -> services.Lab:
    """The session's Kafka and Redis."""
    return services.up("kafka", "redis", owner=Process.of(os.getpid()))


@pytest.fixture
def kafka(lab: services.Lab) -> str:
    """Bootstrap servers of the session's broker."""
    return lab.bootstrap


@pytest.fixture
def redis_url(lab: services.Lab) -> str:
    """URL of the session's Redis."""
    return lab.redis_url


@pytest.fixture(scope="session")
def ksql_url(lab: services.Lab) -> str:
    """URL of the session's KSQL server, which stands on its broker."""
    return services.up("ksql", owner=Process.of(os.getpid())).ksql_url


@pytest.fixture
def topic_name(request: pytest.FixtureRequest) -> str:
    """A topic name nobody else uses; nothing is created."""
    return f"{request.node.name.split('[')[0][:60]}-{secrets.token_hex(3)}"


@pytest.fixture
def topic(kafka: str, topic_name: str) -> Iterator[str]:
    """A fresh topic of one partition, deleted afterwards."""
    messaging.create_topic(topic_name, bootstrap=kafka)
    yield topic_name
    messaging.delete_topics(topic_name, bootstrap=kafka)
