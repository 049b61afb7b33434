"""What can go wrong between here and Kafka.

LabError
└── MessagingError            what was asked of Kafka did not happen
    ├── UnreachableError      an address does not answer, or not as the Kafka it should be
    └── UnknownTopicError     there is no topic of that name
"""

from helpers.errors import LabError


class MessagingError(LabError):
    """Kafka answered, but what was asked of it did not happen."""


class UnreachableError(MessagingError):
    """An address, given or advertised, does not lead to the Kafka cluster it should lead to."""


class UnknownTopicError(MessagingError):
    """There is no topic of that name."""
