"""A server of canned answers for each test."""

from collections.abc import Iterator

import pytest

from helpers.ksql.client import Client
from tests.ksql.stub import Stub, serving


@pytest.fixture
def stub() -> Iterator[Stub]:
    with serving() as running:
        yield running


@pytest.fixture
def client(stub: Stub) -> Iterator[Client]:
    with Client(stub.url) as made:
        yield made
