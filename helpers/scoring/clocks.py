"""Where the time of a scoring loop goes: rates of whole loops, and the cost of each step within one."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kafka.consumer.fetcher import ConsumerRecord

from helpers import messaging
from helpers.scoring.errors import ScoringError

READ_SECONDS = 30.0


class Stopped(ScoringError):
    """A loop was stopped by a person, who knows: shown as its sentence, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class Rates:
    """Records per second of one loop after another, on records read beforehand, so that only the loop is measured."""

    def __init__(self, bootstrap: str) -> None:
        """bootstrap: where the records are."""
        self.by_step: dict[str, float] = {}
        self._bootstrap = bootstrap

    def measure(self, name: str, loop: Callable[[list[ConsumerRecord]], object], topic: str, count: int) -> None:
        """Run `loop` on the first `count` records of a topic, keep and print its rate.

        Raises ScoringError if there are fewer, Stopped at an interrupt (JupyterLab's ■).
        """
        records = messaging.read(topic, limit=count, seconds=READ_SECONDS, follow=False, bootstrap=self._bootstrap)
        if len(records) < count:
            raise ScoringError(f"{topic} has {len(records):,} records, not {count:,}: run the cell that writes them.")
        began = time.perf_counter()
        try:
            loop(records)
        except KeyboardInterrupt:
            raise Stopped(f"{name}: stopped before it was through, not measured. Run the cell again.") from None
        self.by_step[name] = count / (time.perf_counter() - began)
        print(f"{name}: {self.by_step[name]:,.0f} records/s")


class Clock:
    """Adds up what each named step takes: `with clock("model"): …`."""

    def __init__(self) -> None:
        self._spent: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        """Time the block."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self._spent[step] += time.perf_counter() - began

    def milliseconds(self, records: int) -> dict[str, float]:
        """Milliseconds a record, by step, in the order in which the steps first ran."""
        return {step: round(spent / records * 1000, 3) for step, spent in self._spent.items()}
