"""What the tests share: a JVM with what expressions need, the shop, and a server of canned answers with a client."""

from collections.abc import Iterator

import pytest

from helpers.ksql.client import Client
from helpers.ksql.language.parser import parse
from helpers.ksql.sources.metastore import MetaStore
from helpers.services import jars
from tests.ksql.shop import FIXTURES, carry_out
from tests.ksql.stub import Stub, serving


@pytest.fixture(scope="session")
def java():
    """The JVM with the compiler of expressions among its jars."""
    if not any("janino" in jar.name for jar in jars.classpath()):
        pytest.skip("Janino is not in jars.lock")
    jvm = pytest.importorskip("helpers.streams.jvm")
    jvm.start()
    return jvm


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
