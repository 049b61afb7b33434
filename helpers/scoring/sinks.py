"""Where results are kept for everybody who asks: Redis, written so that a repeated record changes nothing.

    <prefix>:latest   hash: image id → the last prediction, as JSON
    <prefix>:counts   hash: label → how many images got it
    <prefix>:marks    hash: partition → the offset up to which its records are in the other two

A consumer that dies between writing and committing reads its last records again, so results arrive *at least* once.
What makes them count once is that one script, which Redis runs without interruption, compares each record's offset
with its partition's mark and moves the mark together with the result.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import cast

from redis.exceptions import ConnectionError, RedisError, TimeoutError

from helpers.scoring import connections
from helpers.scoring.errors import ScoringError
from helpers.scoring.outage import Outage

# unpack() puts its values on Lua's C stack, which holds 8,000: two values a record.
MOST_RECORDS = 2048

SCRIPT = """
local latest, counts, marks = KEYS[1], KEYS[2], KEYS[3]
local new = 0
local at = 1
while at <= #ARGV do
  -- one partition: its name, how many records, then offset, id, label and prediction of each, in order
  local partition, last = ARGV[at], at + 1 + 4 * tonumber(ARGV[at + 1])
  local mark = tonumber(redis.call('HGET', marks, partition) or 0)
  local fields, labels, size = {}, {}, 0
  for i = at + 2, last, 4 do
    if tonumber(ARGV[i]) >= mark then
      fields[size + 1], fields[size + 2] = ARGV[i + 1], ARGV[i + 3]
      size = size + 2
      labels[ARGV[i + 2]] = (labels[ARGV[i + 2]] or 0) + 1
    end
  end
  if size > 0 then
    redis.call('HSET', latest, unpack(fields))
    for label, count in pairs(labels) do redis.call('HINCRBY', counts, label, count) end
    redis.call('HSET', marks, partition, string.format('%.0f', ARGV[last - 3] + 1))
    new = new + size / 2
  end
  at = last + 1
end
return new
"""


Result = tuple[int, bytes, str, bytes]
"""What is kept of an image: offset, id, label, prediction (JSON)."""


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

    def begin(self, results: Mapping[str, Sequence[Result]]) -> None:
        """Start to keep results, by the names of their partitions, offsets rising; at most 2,048 in all."""
        self._arguments = []
        for partition, rows in results.items():
            self._arguments += (partition, len(rows))
            for row in rows:
                self._arguments += row
        self._writing = self._pool.submit(self._write)

    def finish(self) -> int:
        """Wait for what was begun; how many results were new. Raises ScoringError when patience or memory ends."""
        write = self._writing.result if self._writing else self._write
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
                return new

    def close(self) -> None:
        """Wait for a write under way and disconnect."""
        self._pool.shutdown()
        self._redis.close()

    def _write(self) -> int:
        return cast(int, self._script(keys=self._keys, args=self._arguments))
