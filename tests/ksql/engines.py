"""An engine as a process of its own, to be killed: `python -m tests.ksql.engines BOOTSTRAP SERVICE FOLDER [SCRIPT]`.

It says "ready" when the service's queries have been started, and ends when its standard input is closed.
"""

import sys
import time
from pathlib import Path

from helpers import ksql
from helpers.ksql.backends.broker import Broker
from helpers.ksql.engine import Engine


@ksql.function("SLOWLY(INT) -> INT", batch=True)
def slowly(numbers):
    """The number, a while later."""
    time.sleep(0.0005 * len(numbers))
    return numbers


@ksql.aggregate("TALLY(INT) -> BIGINT")
class Tally:
    """The sum, with how many it is of."""

    def initial(self):
        return {"count": 0, "sum": 0}

    def add(self, state, number):
        return {"count": state["count"] + 1, "sum": state["sum"] + number}

    def merge(self, earlier, later):
        return {name: earlier[name] + later[name] for name in earlier}

    def result(self, state):
        return state["sum"]


def main(bootstrap, service, folder, script=""):
    with Engine(Broker(bootstrap, service_id=service, state_dir=Path(folder))) as engine:
        engine.execute(script)
        print("ready", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
