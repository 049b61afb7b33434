"""Kafka from Python, bounded and safe: what the lessons need of it when it is not their subject.

Two modules are used by name: `deadletters`, for what could not be processed, and `segments`, the broker's files.
"""

from helpers.messaging.background import Change, Member
from helpers.messaging.errors import MessagingError, UnknownTopicError, UnreachableError
from helpers.messaging.partitioning import murmur2, partition_for
from helpers.messaging.reachability import probe
from helpers.messaging.reading import Reading, read
from helpers.messaging.tables import audience, groups, lag, members, newest, offsets, wait_for_members
from helpers.messaging.topics import create_topic, delete_topics, describe, list_topics
from helpers.messaging.tracing import trace
from helpers.messaging.writing import Message, Receipt, write

__all__ = [
    "Change",
    "Member",
    "Message",
    "MessagingError",
    "Reading",
    "Receipt",
    "UnknownTopicError",
    "UnreachableError",
    "audience",
    "create_topic",
    "delete_topics",
    "describe",
    "groups",
    "lag",
    "list_topics",
    "members",
    "murmur2",
    "newest",
    "offsets",
    "partition_for",
    "probe",
    "read",
    "trace",
    "wait_for_members",
    "write",
]
