"""What the tests share: the JVM, the shop, engines on a broker, and a server of canned answers with a client."""

import secrets
from collections.abc import Iterator

import pytest

from helpers.ksql.backends.broker import Broker
from helpers.ksql.client import Client
from helpers.ksql.engine import Engine
from helpers.ksql.language.parser import parse
from helpers.ksql.sources.metastore import MetaStore
from helpers.streams import jvm
from tests.ksql.shop import FIXTURES, carry_out
from tests.ksql.stub import Stub, serving


@pytest.fixture(scope="session")
def java():
    """The JVM, which compiles expressions."""
    jvm.start()
    return jvm


@pytest.fixture
def service(kafka, tmp_path):
    """Makes an engine of one service on the broker; all that are still open are closed at the end.

    Those of one number, one after the other, keep their state in one place.
    """
    id = f"test-{secrets.token_hex(4)}_"
    engines = []

    def start(number=0):
        engines.append(Engine(Broker(kafka, service_id=id, state_dir=tmp_path / str(number))))
        return engines[-1]

    yield start
    for engine in engines:
        engine.close()


@pytest.fixture
def store():
    """What is known after the shop's statements."""
    store = MetaStore()
    for statement in parse((FIXTURES / "sources.sql").read_text(encoding="utf-8")):
        carry_out(statement, store)
    return store


@pytest.fixture
def stub() -> Iterator[Stub]:
    with serving() as running:
        yield running


@pytest.fixture
def client(stub: Stub) -> Iterator[Client]:
    with Client(stub.url) as made:
        yield made
