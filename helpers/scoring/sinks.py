"""Where results are kept for everybody who asks: Redis, written so that a repeated record changes nothing.

    <prefix>:latest   hash: image id → the last prediction, as JSON
    <prefix>:counts   hash: label → how many images got it
    <prefix>:marks    hash: partition → the offset up to which its records are in the other two

A consumer that dies between writing and committing reads its last records again, so results arrive *at least* once.
What makes them count once is that one script, which Redis runs without interruption, compares each record's offset
with its partition's mark and moves the mark together with the result.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import cast

from redis.exceptions import ConnectionError, RedisError, TimeoutError

from helpers.scoring import connections
from helpers.scoring.errors import ScoringError
from helpers.scoring.outage import Outage

MOST_RECORDS = 2048
"""At a time: unpack() puts two values a record on Lua's C stack, which holds 8,000."""

SCRIPT = """
local latest, counts, marks = KEYS[1], KEYS[2], KEYS[3]
local new, at = 0, 1
while at <= #ARGV do
  -- one partition: its name, first and last offset, how many labels and how many images;
  -- then each label and its count, then each image's id and prediction
  local partition, first, last = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local labels = at + 5
  local images = labels + 2 * ARGV[at + 3]
  at = images + 2 * ARGV[at + 4]
  local mark = tonumber(redis.call('HGET', marks, partition) or 0)
  if first >= mark then
    redis.call('HSET', latest, unpack(ARGV, images, at - 1))
    for i = labels, images - 1, 2 do redis.call('HINCRBY', counts, ARGV[i], ARGV[i + 1]) end
    new = new + (at - images) / 2
  elseif last >= mark then
    -- the first ones were seen: each prediction tells its own offset and label
    for i = images, at - 1, 2 do
      local prediction = cjson.decode(ARGV[i + 1])
      if prediction.source_offset >= mark then
        redis.call('HSET', latest, ARGV[i], ARGV[i + 1])
        redis.call('HINCRBY', counts, prediction.label, 1)
        new = new + 1
      end
    end
  end
  if last >= mark then redis.call('HSET', marks, partition, string.format('%.0f', last + 1)) end
end
return new
"""


@dataclass(frozen=True)
class Results:
    """What one partition gave. first, last: offsets; counts: images by label; images: id, prediction, id, prediction, …

    A prediction is JSON as in `predictions`, in the order of offsets.
    """

    first: int
    last: int
    counts: Mapping[str, int]
    images: Sequence[bytes]


class RedisSink:
    """Keeps results under a prefix, in the background, and stays with it while Redis is away."""

    def __init__(self, url: str, prefix: str, outage: Outage) -> None:
        """prefix: scorers of different topics or models keep apart by it. Raises ScoringError when Redis is missing."""
        with connections.redis(url) as redis:
            redis.script_load(SCRIPT)  # and so it is known to be there
        self._redis = connections.connect(url)
        self._script = self._redis.register_script(SCRIPT)
        self._keys = [f"{prefix}:latest", f"{prefix}:counts", f"{prefix}:marks"]
        self._outage = outage
        self._pool = ThreadPoolExecutor(1, "redis")
        self._writing: Future[int] | None = None
        self._arguments: list[str | bytes | int] = []
        self._new = 0

    def begin(self, results: Mapping[str, Results]) -> None:
        """Start to keep results, by the names of their partitions, once those before are kept; at most 2,048 images."""
        self._new += self._kept()
        self._arguments = []
        for partition, rows in results.items():
            self._arguments += (partition, rows.first, rows.last, len(rows.counts), len(rows.images) // 2)
            for count in rows.counts.items():
                self._arguments += count
            self._arguments += rows.images
        self._writing = self._pool.submit(self._write)

    def finish(self) -> int:
        """Wait for all that was begun since the last time; how many results were new.

        Raises ScoringError when patience or memory ends, as `begin` does.
        """
        new, self._new = self._new + self._kept(), 0
        return new

    def _kept(self) -> int:
        """Wait for the write under way; how many of its results were new."""
        if self._writing is None:
            return 0
        write: Callable[[], int] = self._writing.result
        while True:
            try:
                new = write()
            except (ConnectionError, TimeoutError) as error:
                self._outage.persists(error)
                write = self._write  # it may have arrived all the same: then it counts once
            except RedisError as error:
                raise ScoringError(
                    f"Redis refused the results ({error}): free its memory or correct its settings, and score again; "
                    "nothing of this batch was committed."
                ) from error
            else:
                self._outage.ended()
                self._writing = None
                return new

    def close(self) -> None:
        """Wait for a write under way and disconnect."""
        self._pool.shutdown()
        self._redis.close()

    def _write(self) -> int:
        return cast(int, self._script(keys=self._keys, args=self._arguments))
