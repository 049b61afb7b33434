"""Kafka from Python, bounded and safe: what the lessons need of it when it is not their subject."""

from helpers.messaging.errors import MessagingError, UnknownTopicError, UnreachableError
from helpers.messaging.reachability import probe
from helpers.messaging.reading import Reading, read
from helpers.messaging.topics import create_topic, delete_topics, describe, list_topics
from helpers.messaging.writing import Message, Receipt, write

__all__ = [
    "Message",
    "MessagingError",
    "Reading",
    "Receipt",
    "UnknownTopicError",
    "UnreachableError",
    "create_topic",
    "delete_topics",
    "describe",
    "list_topics",
    "probe",
    "read",
    "write",
]
