"""Windows: what belongs together in time. Times are event times; grace is how long a window waits for late records."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from helpers.streams.jvm import kafka
from helpers.streams.plan import duration, milliseconds

NONE = timedelta(0)


@dataclass(frozen=True)
class TimeWindows:
    """Windows of one size, aligned to 1970 (`TimeWindows.ofSizeAndGrace`): tumbling, or hopping by `advance`."""

    size: timedelta
    advance: timedelta | None = None
    grace: timedelta = NONE

    @property
    def java(self) -> Any:
        """The Java TimeWindows."""
        windows = kafka("streams.kstream.TimeWindows").ofSizeAndGrace(duration(self.size), duration(self.grace))
        return windows if self.advance is None else windows.advanceBy(duration(self.advance))

    @property
    def milliseconds(self) -> int:
        """The size."""
        return milliseconds(self.size)


@dataclass(frozen=True)
class SlidingWindows:
    """A window for each set of records at most `difference` apart (`SlidingWindows.ofTimeDifferenceAndGrace`)."""

    difference: timedelta
    grace: timedelta = NONE

    @property
    def java(self) -> Any:
        """The Java SlidingWindows."""
        return kafka("streams.kstream.SlidingWindows").ofTimeDifferenceAndGrace(
            duration(self.difference), duration(self.grace)
        )

    @property
    def milliseconds(self) -> int:
        """The size, as Java's serde of the windowed keys takes it."""
        return milliseconds(self.difference)


@dataclass(frozen=True)
class SessionWindows:
    """Windows that end after a pause longer than `gap` (`SessionWindows.ofInactivityGapAndGrace`).

    Kafka Streams 4.3 fails on a record that is less than a gap younger than 1970, unless caching is off.
    """

    gap: timedelta
    grace: timedelta = NONE

    @property
    def java(self) -> Any:
        """The Java SessionWindows."""
        return kafka("streams.kstream.SessionWindows").ofInactivityGapAndGrace(duration(self.gap), duration(self.grace))


@dataclass(frozen=True)
class JoinWindows:
    """How far apart two records may be to be joined (`JoinWindows.ofTimeDifferenceAndGrace`).

    before, after: the other record may be that much earlier or later; `difference` where not given.
    """

    difference: timedelta
    grace: timedelta = NONE
    before: timedelta | None = None
    after: timedelta | None = None

    @property
    def java(self) -> Any:
        """The Java JoinWindows."""
        windows = kafka("streams.kstream.JoinWindows").ofTimeDifferenceAndGrace(
            duration(self.difference), duration(self.grace)
        )
        if self.before is not None:
            windows = windows.before(duration(self.before))
        return windows if self.after is None else windows.after(duration(self.after))


@dataclass(frozen=True)
class Suppressed:
    """When a table's updates go on: `until_window_closes` or `until_time_limit`."""

    java: Any

    @classmethod
    def until_window_closes(cls, *, name: str | None = None) -> "Suppressed":
        """One final result per window, once its grace has passed (`Suppressed.untilWindowCloses`, unbounded buffer)."""
        config = kafka("streams.kstream.Suppressed$BufferConfig").unbounded()
        return cls._named(kafka("streams.kstream.Suppressed").untilWindowCloses(config), name)

    @classmethod
    def until_time_limit(
        cls, limit: timedelta, *, max_records: int | None = None, name: str | None = None
    ) -> "Suppressed":
        """At most one update per key and `limit` of event time (`Suppressed.untilTimeLimit`).

        max_records: with more keys than these waiting, the oldest goes on early; None: as many as memory holds.
        """
        buffers = kafka("streams.kstream.Suppressed$BufferConfig")
        config = buffers.unbounded() if max_records is None else buffers.maxRecords(max_records).emitEarlyWhenFull()
        return cls._named(kafka("streams.kstream.Suppressed").untilTimeLimit(duration(limit), config), name)

    @classmethod
    def _named(cls, suppressed: Any, name: str | None) -> "Suppressed":
        return cls(suppressed if name is None else suppressed.withName(name))
