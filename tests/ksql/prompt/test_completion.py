"""What is offered while a statement is typed."""

import json

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from helpers.ksql.client import Client
from helpers.ksql.prompt.completion import Known, KsqlCompleter
from tests.ksql.stub import Stub, serving

ENTITIES = [
    {
        "@type": "source_descriptions",
        "sourceDescriptions": [{"name": "ORDERS", "topic": "Orders-1", "fields": [{"name": "AMOUNT"}, {"name": "AT"}]}],
    },
    {"@type": "function_names", "functions": [{"name": "ABS"}, {"name": "AVG"}]},
]


@pytest.fixture
def completer(stub: Stub, client: Client) -> KsqlCompleter:
    stub.judge("/ksql", lambda body: (200, ENTITIES[1:] if "FUNCTIONS" in body["ksql"] else ENTITIES[:1]))
    return KsqlCompleter(Known(client))


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("SELECT a", {"abs", "avg", "as", "array"}),
        ("SELECT * FROM orders WHERE A", {"AMOUNT", "AT", "ABS"}),
        ("SELECT * FROM or", {"orders"}),
        ("PRINT ", {"Orders-1"}),
        ("CREATE STREAM s WITH (KAFKA_TOPIC='or", set()),
        ("he", {"help"}),
        ("SHOW STR", {"STREAMS"}),
    ],
)
def test_words(completer: KsqlCompleter, typed: str, offered: set[str]) -> None:
    event = CompleteEvent(completion_requested=True)
    found = [each.text for each in completer.get_completions(Document(typed), event)]
    assert offered <= set(found)
    assert len(found) == len(set(found))
    assert bool(found) == bool(offered)


def test_another_server_has_functions_of_its_own(stub: Stub, completer: KsqlCompleter) -> None:
    def offered() -> set[str]:
        return {each.text for each in completer.get_completions(Document("SELECT cl"), CompleteEvent())}

    assert "classify" not in offered()
    with serving() as other, Client(other.url) as client:
        other.answer("/ksql", json.dumps([{"@type": "function_names", "functions": [{"name": "CLASSIFY"}]}]))
        completer.known.forget(client)
        assert "classify" in offered()


def test_a_server_that_has_gone_is_no_error_while_typing() -> None:
    with Client("http://127.0.0.1:9") as client:
        event = CompleteEvent(completion_requested=True)
        words = [each.text for each in KsqlCompleter(Known(client)).get_completions(Document("sel"), event)]
    assert words == ["select"]
