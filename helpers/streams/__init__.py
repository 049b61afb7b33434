"""Kafka Streams for Python: the real library, in a Java virtual machine inside this process.

The names are Kafka Streams' own in snake_case, and each docstring names the Java method it stands for; `.java` holds
the Java object for whatever has no face here. Values are JSON and keys strings unless a serde says otherwise.
"""

from helpers.streams.application import Application
from helpers.streams.builder import StreamsBuilder, Topology
from helpers.streams.driver import TopologyTestDriver
from helpers.streams.errors import RecordError, StreamsError
from helpers.streams.handling import FAIL, SKIP, dead_letter
from helpers.streams.instances import Instance, spawn
from helpers.streams.plan import Materialized
from helpers.streams.processors import Processor, Record
from helpers.streams.serdes import BYTES, DOUBLE, INTEGER, JSON, LONG, STRING, Serde, Windowed, WindowedSerde
from helpers.streams.stores import key_value_store, window_store
from helpers.streams.windows import JoinWindows, SessionWindows, SlidingWindows, Suppressed, TimeWindows

__all__ = [
    "BYTES",
    "DOUBLE",
    "FAIL",
    "INTEGER",
    "JSON",
    "LONG",
    "SKIP",
    "STRING",
    "Application",
    "Instance",
    "JoinWindows",
    "Materialized",
    "Processor",
    "Record",
    "RecordError",
    "Serde",
    "SessionWindows",
    "SlidingWindows",
    "StreamsBuilder",
    "StreamsError",
    "Suppressed",
    "TimeWindows",
    "Topology",
    "TopologyTestDriver",
    "Windowed",
    "WindowedSerde",
    "dead_letter",
    "key_value_store",
    "spawn",
    "window_store",
]
