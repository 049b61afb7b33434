"""Applications that tests run in child processes."""

from helpers.streams import Application, StreamsBuilder

CONFIG = {"commit.interval.ms": 100, "statestore.cache.max.bytes": 0, "session.timeout.ms": 6_000}


def counting(application_id: str, source: str, out: str, bootstrap: str, exactly_once: bool = False) -> Application:
    """Count per key."""
    builder = StreamsBuilder()
    builder.stream(source).group_by_key().count(store="counts").to_stream().to(out)
    return Application(builder.build(), application_id, bootstrap=bootstrap, exactly_once=exactly_once, config=CONFIG)


def failing(application_id: str, source: str, bootstrap: str) -> Application:
    """Fail on the first record."""
    builder = StreamsBuilder()
    builder.stream(source).map_values(lambda value: 1 / 0)
    return Application(builder.build(), application_id, bootstrap=bootstrap)


def not_an_application() -> int:
    """What a child must refuse."""
    return 7
