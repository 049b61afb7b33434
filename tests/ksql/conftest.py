"""What the tests of expressions share."""

import pytest

from helpers.services import jars


@pytest.fixture(scope="session")
def java():
    """The JVM with the compiler of expressions among its jars."""
    if not any("janino" in jar.name for jar in jars.classpath()):
        pytest.skip("Janino is not in jars.lock")
    jvm = pytest.importorskip("helpers.streams.jvm")
    jvm.start()
    return jvm
