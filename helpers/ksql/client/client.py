"""A KSQL server over HTTP: the workbook's own, or a ksqlDB.

with Client() as ksql:
    ksql.execute("CREATE STREAM s (id INT KEY, n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=1);")
    ksql.insert("s", [{"id": 1, "n": 2}])
    with ksql.query("SELECT * FROM s WHERE n > :least EMIT CHANGES;", parameters={"least": 1}, seconds=5) as rows:
        for row in rows:
            print(row)
"""

import contextlib
import json
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any
from urllib.parse import quote

import httpx

from helpers.ksql.client.addresses import address, checked
from helpers.ksql.client.errors import NoServer, ParameterError, Refused, check_carried_out
from helpers.ksql.client.exchange import Exchange, Request, Silence
from helpers.ksql.client.inserting import acknowledged, encoded
from helpers.ksql.client.parameters import bind
from helpers.ksql.client.rows import Rows
from helpers.ksql.client.streams import Printed
from helpers.ksql.closing import Closing
from helpers.services.probing import Unreachable
from helpers.services.reachability import check_ksql, is_near, masked, refusal, ssl_for

Entity = dict[str, Any]

_ROWS = "application/vnd.ksql.v1+json"  # the framing that also tells of tombstones, and of why a query has ended
_JSON = "application/json"
_ACKNOWLEDGEMENTS = "application/vnd.ksqlapi.delimited.v1"  # one in a line
_CONNECT_SECONDS = 3.0
_ANSWER_SECONDS = 60.0  # until a statement is carried out, which may wait for Kafka
_SILENT_SECONDS = 5.0  # then the server is asked whether it is there at all
_BY_OTHERS = (403, 429, 502, 503, 504)  # what a proxy answers in place of a server, in words of its own
_WITHOUT_HTTP2 = "rows go over HTTP/2, and where a proxy lets none through, INSERT INTO … VALUES does the same"
_BATCH = 500  # rows: their acknowledgements fit into what HTTP/2 lets a server send unasked


class Client(Closing):
    """A server. url: such as http://127.0.0.1:8088, with user:password@ where it asks for them.

    Without one it is KSQL_URL, else the server that the workbook runs.
    """

    def __init__(self, url: str | None = None) -> None:
        """Nothing is sent yet. Raises NoServer when no address is known, or it is none."""
        self.url = checked(url or address()).rstrip("/")
        common: dict[str, Any] = {
            "base_url": self.url,
            "timeout": httpx.Timeout(None, connect=_CONNECT_SECONDS, write=_ANSWER_SECONDS),
            "trust_env": not is_near(self.url),
            "verify": ssl_for(self.url),
        }
        once = httpx.Limits(max_keepalive_connections=0)  # an answer has a connection of its own, to be cut off
        self._http = httpx.Client(**common, limits=once)
        # ksqlDB takes rows over HTTP/2 alone, and without encryption both sides have to know
        self._http2 = httpx.Client(**common, http1=ssl_for(self.url), http2=True)

    def info(self) -> dict[str, Any]:
        """The server's version, ids and status. Raises NoServer."""
        answer = self._get("/info")
        found = self._answer(answer.status_code, answer.text)
        if not isinstance(found, dict) or "KsqlServerInfo" not in found:
            raise self._stranger(answer.text)
        return dict(found["KsqlServerInfo"])

    def check_setting(self, name: str) -> None:
        """Ask whether there is such a setting; a server that cannot tell, as old ksqlDBs, takes any.

        Raises:
            Refused: there is none, or nobody may change it.
            NoServer: no KSQL server answers.
        """
        answer = self._get(f"/is_valid_property/{quote(name, safe='')}")
        if answer.status_code == httpx.codes.BAD_REQUEST:
            self._answer(answer.status_code, answer.text)

    def execute(
        self,
        script: str,
        *,
        properties: Mapping[str, Any] | None = None,
        variables: Mapping[str, str] | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> list[Entity]:
        """Carry out statements that are no queries; an answer for each that has one, in ksqlDB's JSON.

        Args:
            script: one or more statements, each ended by a semicolon.
            properties: settings for these statements, such as {"auto.offset.reset": "earliest"}.
            variables: what `${name}` stands for: text of the statement, for names of topics and the like.
            parameters: what `:name` stands for: values.

        Raises:
            Refused: one is not carried out; its `entities` are the answers to those before.
            NoServer: no KSQL server answers.
            ParameterError: a parameter has no literal, or a setting no JSON.
        """
        exchange = self._ask("/ksql", _JSON, script, properties, variables, parameters)
        answer = self._all_of(exchange)
        if not isinstance(answer, list):
            raise self._stranger(json.dumps(answer))
        check_carried_out(answer)
        return answer

    def query(
        self,
        statement: str,
        *,
        properties: Mapping[str, Any] | None = None,
        variables: Mapping[str, str] | None = None,
        parameters: Mapping[str, Any] | None = None,
        seconds: float | None = None,
        limit: int | None = None,
    ) -> Rows:
        """Start a SELECT; its rows come one by one, until it ends, `limit` rows have come, or `seconds` are over.

        Raises:
            Refused, NoServer, ParameterError: as `execute`.
        """
        exchange = self._begin("/query", _ROWS, statement, properties, variables, parameters)
        try:
            return Rows(exchange, seconds=seconds, limit=limit, end=self._close_query)
        except BaseException:
            exchange.close()
            raise

    def print_topic(
        self,
        statement: str,
        *,
        properties: Mapping[str, Any] | None = None,
        variables: Mapping[str, str] | None = None,
        seconds: float | None = None,
        limit: int | None = None,
    ) -> Printed:
        """Start a PRINT; its lines come one by one, `limit` and `seconds` as in `query`.

        Raises:
            Refused, NoServer, ParameterError: as `execute`.
        """
        exchange = self._begin("/query", _JSON, statement, properties, variables, None)
        return Printed(exchange, seconds=seconds, limit=limit)

    def insert(self, name: str, rows: Iterable[Mapping[str, Any]]) -> int:
        """Write rows to a stream or table, by column name; how many, all of them acknowledged.

        Raises:
            Refused: the server does not take a row; those before it are written.
            NoServer: no KSQL server answers.
            ParameterError: a value cannot be sent.
        """
        left, count = iter(rows), 0
        while batch := list(islice(left, _BATCH)):
            body = "".join(f"{json.dumps(each)}\n" for each in ({"target": name}, *map(encoded, batch)))
            try:
                answer = self._http2.post(
                    "/inserts-stream",
                    content=body.encode(),
                    headers={"Accept": _ACKNOWLEDGEMENTS},
                    timeout=_ANSWER_SECONDS,
                )
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise self._explain(error, _WITHOUT_HTTP2) from error
            if answer.status_code != httpx.codes.OK:
                self._answer(answer.status_code, answer.text)
            count += acknowledged(answer.text, len(batch))
        return count

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()
        self._http2.close()

    # ---- Asking

    def _get(self, path: str) -> httpx.Response:
        try:
            return self._http.get(path, timeout=_CONNECT_SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._explain(error) from error

    def _ask(
        self,
        path: str,
        accept: str,
        statement: str,
        properties: Mapping[str, Any] | None,
        variables: Mapping[str, str] | None,
        parameters: Mapping[str, Any] | None,
    ) -> Exchange:
        body = {
            "ksql": statement if parameters is None else bind(statement, parameters),
            "streamsProperties": dict(properties or {}),
            "sessionVariables": dict(variables or {}),
        }
        try:
            return Exchange(Request(self._http, path, body, accept, self._explain))
        except UnicodeEncodeError as error:
            raise ParameterError("The statements are not UTF-8: save or send them in UTF-8.") from error
        except (TypeError, ValueError) as error:
            raise ParameterError(f"A setting cannot be sent as JSON ({error}): give it as text.") from error
        except httpx.InvalidURL as error:
            raise self._explain(error) from error

    def _begin(self, path: str, accept: str, *question: Any) -> Exchange:
        """Ask for what comes piece by piece. Raises Refused, NoServer when it does not come."""
        exchange = self._ask(path, accept, *question)
        try:
            status = self._status_of(exchange)
            if status != httpx.codes.OK:
                self._answer(status, exchange.text(_ANSWER_SECONDS))
                raise self._stranger(f"HTTP {status}")
        except Silence:
            exchange.close()
            raise self._slow() from None
        except BaseException:
            exchange.close()
            raise
        return exchange

    def _status_of(self, exchange: Exchange) -> int:
        """How the answer begins. Raises Silence, NoServer."""
        with contextlib.suppress(Silence):
            return exchange.status(_SILENT_SECONDS)
        self._get("/info")
        return exchange.status(_ANSWER_SECONDS - _SILENT_SECONDS)

    def _all_of(self, exchange: Exchange) -> Any:
        with contextlib.closing(exchange):
            try:
                return self._answer(self._status_of(exchange), exchange.text(_ANSWER_SECONDS))
            except Silence:
                raise self._slow() from None

    def _answer(self, status: int, text: str) -> Any:
        """The JSON of an answer. Raises Refused for an error of the server, NoServer when it is no KSQL server's."""
        if status == httpx.codes.UNAUTHORIZED:
            raise NoServer(refusal(self.url, status))
        try:
            answer = json.loads(text)
        except ValueError as error:
            raise self._stranger(text, status) from error
        if status == httpx.codes.OK:
            return answer
        if isinstance(answer, dict) and "error_code" in answer:
            raise Refused.of(answer)
        raise self._stranger(text, status)

    def _close_query(self, query: str) -> None:
        with contextlib.suppress(httpx.HTTPError):  # it is also ended by the end of its connection
            self._http.post("/close-query", json={"queryId": query}, timeout=_CONNECT_SECONDS)

    # ---- What went wrong

    def _explain(self, error: Exception, advice: str = "ask again") -> NoServer:
        try:
            check_ksql(self.url)
        except Unreachable as reason:
            return NoServer(str(reason))
        return NoServer(f"The connection to KSQL at {masked(self.url)} has broken off ({error}): {advice}.")

    def _stranger(self, text: str, status: int = 200) -> NoServer:
        if status in _BY_OTHERS:
            return NoServer(refusal(self.url, status))
        said = " ".join(text.split())[:60]
        return NoServer(
            f"{masked(self.url)} does not answer as a KSQL server does (HTTP {status}, {said!r}): correct KSQL_URL."
        )

    def _slow(self) -> NoServer:
        return NoServer(f"KSQL at {masked(self.url)} is silent for {_ANSWER_SECONDS:g} s: see `lab logs ksql`.")
