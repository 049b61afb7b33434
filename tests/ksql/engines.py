"""An engine as a process of its own, to be killed: `python -m tests.ksql.engines BOOTSTRAP SERVICE FOLDER [SCRIPT]`.

It says "ready" when the service's queries have been started, and ends when its standard input is closed.
"""

import sys
import time
from pathlib import Path

from helpers import ksql
from helpers.ksql.broker import Broker
from helpers.ksql.engine import Engine


@ksql.function("SLOWLY(INT) -> INT", batch=True)
def slowly(numbers):
    """The number, a while later."""
    time.sleep(0.0005 * len(numbers))
    return numbers


def main(bootstrap, service, folder, script=""):
    with Engine(Broker(bootstrap, service_id=service, state_dir=Path(folder))) as engine:
        engine.execute(script)
        print("ready", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
