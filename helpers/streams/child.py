"""What runs in the process of an Instance: `python -m helpers.streams.child module:function name arguments`."""

import importlib
import importlib.util
import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from helpers.streams.application import Application
from helpers.streams.errors import StreamsError
from helpers.streams.instances import STATE

POLL_SECONDS = 0.1


def main(target: str, name: str, arguments: str) -> None:
    """Run the application that the target makes until the parent closes the pipe, or is gone."""
    application = find(target)(*json.loads(arguments))
    if not isinstance(application, Application):
        raise StreamsError(f"{target} returned {application!r}: it must make an Application and leave it unstarted.")
    application.state_dir = application.state_dir / name
    ended = threading.Event()
    threading.Thread(target=_wait_for_end, args=[ended], daemon=True).start()
    said = None
    with application:
        while not ended.is_set():
            if application.state != said:
                said = application.state
                print(f"{STATE}{said}", flush=True)
            application.wait(POLL_SECONDS)


def find(target: str) -> Callable[..., Any]:
    """The function named `module:function` or `file.py:function`. Raises StreamsError when there is none."""
    place, _, name = target.rpartition(":")
    module = _from_file(Path(place)) if place.endswith(".py") else importlib.import_module(place)
    found = getattr(module, name, None)
    if not callable(found):
        raise StreamsError(f"{place} has no function {name!r}: write module:function or file.py:function.")
    return found  # type: ignore[no-any-return]


def _from_file(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None or not path.exists():
        raise StreamsError(f"There is no file {path}.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _wait_for_end(ended: threading.Event) -> None:
    sys.stdin.buffer.read()
    ended.set()


if __name__ == "__main__":
    main(*sys.argv[1:])
