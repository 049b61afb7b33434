"""What every request passes before its route: where it comes from, and whether the server is ready.

Pages of other sites can send requests to this machine, too. A browser says whose page it is (Origin); and a name
that was made to mean this machine (DNS rebinding) shows in Host.
"""

from urllib.parse import urlsplit

import anyio
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from helpers.ksql.server.answers import refusal
from helpers.ksql.server.errors import FORBIDDEN, Refused
from helpers.ksql.server.listening import HERE
from helpers.ksql.server.service import Service

_ALWAYS = ("/chc/live",)
_REST_SECONDS = 1.0


class SlowClient(OSError):
    """A client that has taken nothing for too long."""


class Gate:
    """An ASGI middleware. Lets through what comes from this machine while the service is ready."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app, self._service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or let the route answer."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        scope = _with_plain_path(scope)
        body = _Body(scope, receive)
        send = body.before(send)
        try:
            _check_source(Headers(scope=scope))
            if scope["path"] not in _ALWAYS:
                self._service.check()
        except Refused as error:
            await refusal(error)(scope, body.receive, send)
            return
        try:
            await self._app(scope, body.receive, self._impatient(send))
        except (SlowClient, ClientDisconnect):
            return  # what its answer held has been given back on the way here

    def _impatient(self, send: Send) -> Send:
        async def impatient(message: Message) -> None:
            with anyio.move_on_after(self._service.limits.slow_seconds) as waiting:
                await send(message)
            if waiting.cancelled_caught:
                raise SlowClient

        return impatient


class _Body:
    """A request's body, the rest of which is read before the answer ends.

    Where an answer's end overtakes the body, Hypercorn closes the connection without a word, perhaps under the client's
    next request; over HTTP/2 the client loses the answer, too. A body without a length is not waited for.
    """

    def __init__(self, scope: Scope, receive: Receive) -> None:
        length = Headers(scope=scope).get("content-length", "")
        self._open = scope["type"] == "http" and length.isdecimal() and length != "0"
        self._receive = receive

    async def receive(self) -> Message:
        """The next part, for the route."""
        message = await self._receive()
        self._open = self._open and bool(message.get("more_body"))
        return message

    def before(self, send: Send) -> Send:
        """`send`, the end of an answer once the rest has come."""

        async def ending_after_the_rest(message: Message) -> None:
            if message["type"] == "http.response.body" and not message.get("more_body"):
                with anyio.move_on_after(_REST_SECONDS):
                    while self._open:
                        await self.receive()
            await send(message)

        return ending_after_the_rest


def _with_plain_path(scope: Scope) -> Scope:
    """A request may name the whole address (RFC 9112, 3.2.2), as PyPI's ksql does; routes know paths."""
    if scope["path"].startswith("/"):
        return scope
    path = urlsplit(scope["path"]).path or "/"
    return {**scope, "path": path, "raw_path": path.encode()}


def _check_source(headers: Headers) -> None:
    host = headers.get("host", "")
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        name = None
    if name not in HERE:
        raise Refused(FORBIDDEN, f"This server is for its own machine: ask for 127.0.0.1 or localhost, not for {host}.")
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != host:
        raise Refused(FORBIDDEN, f"Pages of another site may not ask this server: Origin is {origin}.")
