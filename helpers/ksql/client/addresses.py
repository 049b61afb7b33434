"""Where a KSQL server is: as the settings say, or where the workbook's own runs."""

from urllib.parse import urlsplit

import httpx

from helpers import services
from helpers.config import settings
from helpers.ksql.client.errors import NoServer
from helpers.services.reachability import masked


def checked(url: str) -> str:
    """The URL. Raises NoServer for what cannot be a server's."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and httpx.URL(url).host and parts.port != 0
    except (ValueError, httpx.InvalidURL):  # the port is no number below 65536, or the name none of a machine
        usable = False
    if not usable:
        raise NoServer(f"{masked(url)!r} is no address of a KSQL server: write one like http://127.0.0.1:8088.")
    return url


def address() -> str:
    """The address in the settings, else that of the workbook's own server. Raises NoServer."""
    running = (service.address for service in services.running() if service.name == "ksql")
    address = settings().ksql_url or next(running, None)
    if address is None:
        raise NoServer('No KSQL server runs: start it with `lab up ksql`, in a notebook services.ensure("ksql").')
    return address
