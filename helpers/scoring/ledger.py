"""The account of a scorer's run: what came in, what became of it, and what got in the way."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field


@dataclass(repr=False)
class Ledger:
    """What one run did. `str()` is the summary it prints.

    read: records taken from the topic. scored: predictions acknowledged by Kafka and kept in Redis. repeated: those
    of `scored` that Redis had already counted, from a run that died before its commit. rejected: dead letters by
    reason. batches: calls of the model, and polls without an image. seconds: from the first record to the last
    commit. events: every sentence said about something that did not go as usual. rejects: the topic of the dead
    letters.
    """

    read: int = 0
    scored: int = 0
    repeated: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    batches: int = 0
    seconds: float = 0.0
    events: list[str] = field(default_factory=list)
    rejects: str = "images.dlq"

    def add(self, *, scored: int, new: int, rejected: Collection[str], batches: int) -> None:
        """Enter what is finished. new: how many of `scored` Redis had not seen; rejected: a reason per dead letter."""
        self.read += scored + len(rejected)
        self.scored += scored
        self.repeated += scored - new
        self.rejected.update(rejected)
        self.batches += batches

    @property
    def lost(self) -> int:
        """Records of finished batches that are neither scored nor dead letters: 0, or there is a bug."""
        return self.read - self.scored - self.rejected.total()

    @property
    def rate(self) -> float:
        """Records per second while there were any."""
        return self.read / self.seconds if self.seconds else 0.0

    def __str__(self) -> str:
        if not self.read:
            return "Nothing was read: there is nothing new for this group, or another of its members reads it."
        repeated = f" ({self.repeated:,} of them again: Redis had them)" if self.repeated else ""
        lines = [
            f"read {self.read:,}: {self.scored:,} scored{repeated}, {self.rejected.total():,} dead letters, "
            f"{self.lost:,} lost",
            f"{self.batches:,} batches of {self.read / self.batches:,.0f} in {self.seconds:.2f} s: "
            f"{self.rate:,.0f} records/s",
        ]
        lines += [
            f"dead letters in {self.rejects}: {count:,} × {reason}" for reason, count in self.rejected.most_common()
        ]
        return "\n".join(lines)

    __repr__ = __str__
