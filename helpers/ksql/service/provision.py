"""The topics of a statement: those it reads have to be there, and the one it fills is made."""

from helpers.ksql.analysis import Analysis
from helpers.ksql.backends.backend import Backend, check_there
from helpers.ksql.language import statements as s
from helpers.ksql.service.copartitioning import check_partitions
from helpers.ksql.sources.metastore import DataSource
from helpers.ksql.sources.properties import read


def check_read(analysis: Analysis, backend: Backend) -> None:
    """Check that the topics a query reads are there, and those it joins match. Raises StatementError."""
    topics = backend.topics()
    check_there([side.source.topic for side in analysis.scope.sources], topics)
    check_partitions(analysis, topics)


def create(statement: s.CreateSource | s.CreateAs, made: DataSource, backend: Backend, *, like: str | None) -> None:
    """Make the topic of a stream or table; what is not said of a sink is as for `like`, the topic of its first source.

    Raises:
        StatementError: nobody says how many partitions it gets, or it is there with others.
    """
    properties = read(statement.properties)
    retention = properties.get("RETENTION_MS")
    # old windows go only when somebody says after how long: the broker's own limit would take those of 1970 at once
    policy = "compact" if retention is None else "compact,delete"
    config = {"cleanup.policy": policy} if made.is_table else {}
    if retention is None and like is not None and not made.is_table:
        retention = backend.retention(like)
    if retention is not None:
        config["retention.ms"] = str(retention)
    wanted = properties.get("PARTITIONS") or (backend.topics().get(like) if like else None)
    backend.create_topic(made.topic, wanted, properties.get("REPLICAS"), config)
