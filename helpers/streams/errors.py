"""What goes wrong while streams are built or run, with the record it went wrong on."""

from helpers.errors import LabError


class StreamsError(LabError):
    """A topology that cannot be built or run, or a record that cannot be processed."""


class RecordError(StreamsError):
    """A Python function, or a serde, failed on a record; `__cause__` is its exception with the Python traceback.

    processor: the node of the topology. topic, partition, offset, key, value: the record that was read when it
    happened, decoded with the topic's serdes, or as bytes where they are not known or fail; None in a punctuator.
    """

    def __init__(
        self,
        cause: BaseException,
        *,
        processor: str,
        topic: str | None = None,
        partition: int | None = None,
        offset: int | None = None,
        key: object = None,
        value: object = None,
    ) -> None:
        where = f" on {topic}[{partition}]@{offset}, key {_short(key)}, value {_short(value)}" if topic else ""
        super().__init__(
            f"{processor} failed{where}: {type(cause).__name__}: {cause}. Mend the function, or decide with "
            "on_error=SKIP or on_error=dead_letter(topic) what becomes of such records."
        )
        self.__cause__ = cause
        self.processor = processor
        self.topic, self.partition, self.offset = topic, partition, offset
        self.key, self.value = key, value


def _short(shown: object, limit: int = 200) -> str:
    """A repr that does not fill a page when the value is an image."""
    text = repr(shown)
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"
