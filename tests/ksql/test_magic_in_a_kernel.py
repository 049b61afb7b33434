"""`%%ksql` in a real kernel on a real server: rows appear while the cell runs, and the stop button ends the query."""

import secrets
import time
from collections.abc import Iterator
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel

from helpers.ksql.client import Client
from tests.processes import until

pytestmark = pytest.mark.services

SECONDS = 60


@pytest.fixture
def kernel() -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    manager, client = start_new_kernel(kernel_name="python3")
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run(client: BlockingKernelClient, code: str) -> None:
    reply = client.execute_interactive(code, output_hook=lambda _: None, timeout=SECONDS)
    assert reply["content"]["status"] == "ok", reply["content"]


def message(client: BlockingKernelClient) -> dict[str, Any]:
    return client.get_iopub_msg(timeout=SECONDS)


def test_rows_appear_and_stop(
    kernel: tuple[KernelManager, BlockingKernelClient], ksql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager, client = kernel
    name = f"T{secrets.token_hex(3)}".upper()
    run(client, f"import os; os.environ['KSQL_URL'] = {ksql_url!r}\n%load_ext helpers.ksql.magic")
    with Client(ksql_url) as ksql:
        ksql.execute(f"CREATE STREAM {name} (n INT) WITH (KAFKA_TOPIC='{name}', PARTITIONS=1, VALUE_FORMAT='JSON');")
        client.execute(f"%%ksql --into kept --seconds {SECONDS}\nSELECT n FROM {name} EMIT CHANGES;")
        until(lambda: pushes(ksql, name) == 1, SECONDS)
        seen = 0
        while seen < 2:  # they are drawn together only when they come quickly
            ksql.insert(name, [{"N": seen}])
            time.sleep(0.5)
            while seen < 2 and (found := message(client))["msg_type"] != "update_display_data":
                assert found["msg_type"] in ("status", "execute_input", "display_data")
            seen += 1
            assert "more may come" in found["content"]["data"]["text/html"]
        manager.interrupt_kernel()
        while (found := message(client))["msg_type"] != "display_data":
            assert found["msg_type"] == "update_display_data"
        assert found["content"]["data"]["text/plain"].endswith("rows: Interrupted")
        until(lambda: pushes(ksql, name) == 0, 5, "the query goes on at the server")
        reply = client.get_shell_msg(timeout=SECONDS)
        assert reply["content"]["status"] == "ok"
        run(client, "assert list(kept['N'][:2]) == [0, 1]")
        ksql.execute(f"DROP STREAM {name} DELETE TOPIC;")


def pushes(ksql: Client, name: str) -> int:
    (answer,) = ksql.execute("SHOW QUERIES;")
    return sum(name in each["queryString"] for each in answer["queries"])
