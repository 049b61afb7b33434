"""The server's command line: listen, start the engine, serve until a signal comes, give everything back."""

import argparse
import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from hypercorn.asyncio import serve
from hypercorn.config import Config

from helpers.errors import LabError
from helpers.ksql.backends.broker import DEFAULT_SERVICE, Broker
from helpers.ksql.engine import Engine
from helpers.ksql.server import connections, phrases
from helpers.ksql.server.app import application
from helpers.ksql.server.functions import load_functions
from helpers.ksql.server.headless import REFUSAL, Standalone, read_script, run_script
from helpers.ksql.server.limits import Limits
from helpers.ksql.server.listening import Address
from helpers.ksql.server.service import Service, State
from helpers.messaging.reachability import reach

_LOG = logging.getLogger("helpers.ksql.server")
_END_SECONDS = 4.5  # after a signal, at the latest
_GRACE_SECONDS = 1.0  # for answers under way when everything they came from has ended
_IDLE_SECONDS = 60  # an unused connection stays open: clients have to close it first, httpx does after 5 s
_FOLLOW_SECONDS = 1.0  # between looks at what other servers of the service have been told
_SIGNALS = ("SIGINT", "SIGTERM", "SIGBREAK")


def parser() -> argparse.ArgumentParser:
    """The options."""
    defaults = Limits()
    made = argparse.ArgumentParser(prog="lab ksql server", description="Run a KSQL server in the foreground.")
    made.add_argument(
        "--listen", type=Address.of, default="127.0.0.1:8088", metavar="127.0.0.1:PORT", help="where (default: 8088)"
    )
    made.add_argument("--bootstrap", metavar="HOST:PORT", help="Kafka (default: the workbook's)")
    made.add_argument("--service-id", default=DEFAULT_SERVICE, help="servers with the same one are one service")
    made.add_argument("--state-dir", type=Path, help="for what queries keep; each server needs its own")
    made.add_argument("--queries-file", type=Path, metavar="FILE.sql", help="run these, and take no other statements")
    made.add_argument("--functions", type=Path, metavar="FILE.py", help="Python functions to have in SQL")
    made.add_argument("--max-push-queries", type=int, default=defaults.pushes, metavar="N")
    made.add_argument("--slow-client-seconds", type=float, default=defaults.slow_seconds, metavar="S")
    return made


def run(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; the exit status."""
    given = parser().parse_args(arguments)
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("kafka").setLevel(logging.ERROR)  # what it tells of is in our own errors
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # it warns at every write to a client that has gone
    limits = Limits(pushes=given.max_push_queries, slow_seconds=given.slow_client_seconds)
    headless = REFUSAL if given.queries_file else None
    try:
        listening = given.listen.bind()  # a port that is taken is told before anything starts
    except LabError as error:
        print(error, file=sys.stderr)
        return 1
    status = asyncio.run(_serve(given, listening, Service(given.service_id, limits, headless=headless)))
    logging.shutdown()
    os._exit(status)  # everything is closed; Java's own way out may wait or fail


async def _serve(given: argparse.Namespace, listening: int, service: Service) -> int:
    phrases.install()
    connections.install()
    stopping = asyncio.Event()
    _on_signals(stopping)
    config = Config()
    config.bind = [f"fd://{listening}"]
    config.graceful_timeout = _GRACE_SECONDS
    config.keep_alive_timeout = _IDLE_SECONDS
    config.errorlog = logging.getLogger("helpers.ksql.server.http")
    config.include_server_header = False
    serving = asyncio.create_task(serve(cast(Any, application(service)), config, shutdown_trigger=stopping.wait))
    try:
        bootstrap = await asyncio.to_thread(_start, given, service)
    except Exception as error:
        if isinstance(error, LabError):
            print(error, file=sys.stderr, flush=True)
        else:
            _LOG.exception("the engine could not be started")
        stopping.set()
        await serving
        return 1
    _LOG.info("ready at http://%s, service %s, Kafka %s", given.listen, service.id, bootstrap)
    following = asyncio.create_task(_follow(service))
    await stopping.wait()
    following.cancel()
    service.state = State.STOPPING
    await asyncio.to_thread(service.close)
    await serving
    _LOG.info("ended")
    return 0


def _start(given: argparse.Namespace, service: Service) -> str:
    """Start the engine; where its Kafka is, which may not have been given."""
    if given.functions is not None:
        load_functions(given.functions)
    script = None if given.queries_file is None else read_script(given.queries_file)
    kind = Broker if script is None else Standalone
    broker = kind(given.bootstrap, service_id=given.service_id, state_dir=given.state_dir)
    engine = Engine(broker)
    if script is not None:
        run_script(script, engine)
    service.ready(engine, reach(broker.bootstrap).id)
    return broker.bootstrap


async def _follow(service: Service) -> None:
    """Carry out what other servers of the service are told."""
    engine, told = service.engine, ""
    while service.state is State.READY:  # a service that was terminated has no commands any more
        await asyncio.sleep(_FOLLOW_SECONDS)
        try:
            await service.run(engine.catch_up)
            told = ""
        except LabError as error:  # Kafka is gone, for one: said once, not every second
            if str(error) != told:
                _LOG.error("the service's commands could not be read: %s", error)
            told = str(error)
        except Exception:
            _LOG.exception("the service's commands could not be read")


def _on_signals(stopping: asyncio.Event) -> None:
    """Set the event at a signal; what has not ended in time then, a start that hangs for one, is cut off."""
    loop = asyncio.get_running_loop()

    def end() -> None:
        if not stopping.is_set():
            threading.Timer(_END_SECONDS, lambda: os._exit(1)).start()
            stopping.set()

    def stop(*_: object) -> None:
        loop.call_soon_threadsafe(end)

    for name in _SIGNALS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)
