"""Tables: filter, map_values, to_stream, to_table, global tables and their stores."""

from helpers.streams import STRING, StreamsBuilder, TopologyTestDriver
from tests.streams.conftest import EVERY_UPDATE, Run, latest, pairs

UPDATES = [("in", "a", 1), ("in", "b", 5), ("in", "a", 7), ("in", "b", None), ("in", "c", 9), ("in", "c", 2)]
ROWS = {"a": 7, "c": 2}


def test_filter_deletes_downstream_what_no_longer_passes(run: Run) -> None:
    builder = StreamsBuilder()
    table = builder.table("in")
    table.filter(lambda key, value: value > 4, name="big").to_stream().to("big")
    table.filter_not(lambda key, value: value > 4).to_stream().to("rest")
    out = run(builder, UPDATES, "big", "rest")
    assert latest(out["big"]) == {"a": 7}
    assert latest(out["rest"]) == {"c": 2}
    assert ("c", None) in pairs(out["big"])


def test_map_values_maps_rows_and_their_deletion(run: Run) -> None:
    builder = StreamsBuilder()
    table = builder.table("in")
    table.map_values(lambda value: f"={value}", value=STRING, store="texts").to_stream().to("texts")
    table.map_values(lambda key, value: key * value).to_stream().to("keys")
    out = run(builder, [update for update in UPDATES if update[2] is not None], "texts", "keys")
    assert latest(out["texts"]) == {"a": "=7", "b": "=5", "c": "=2"}
    assert latest(out["keys"]) == {"a": "a" * 7, "b": "b" * 5, "c": "cc"}


def test_to_table_and_back_is_the_same_history(run: Run) -> None:
    builder = StreamsBuilder()
    builder.stream("in").to_table(store="rows", name="as-table").to_stream(name="as-stream").to("out")
    assert pairs(run(builder, UPDATES, "out")["out"]) == [(key, value) for _, key, value in UPDATES]


def test_tables_and_global_tables_can_be_asked() -> None:
    builder = StreamsBuilder()
    builder.table("in", store="rows")
    builder.global_table("everywhere", store="all")
    with TopologyTestDriver(builder.build(), config=EVERY_UPDATE) as driver:
        for topic in ("in", "everywhere"):
            driver.create_input_topic(topic).pipe_key_value_list((key, value) for _, key, value in UPDATES)
        assert dict(driver.store("rows").all()) == dict(driver.store("all").all()) == ROWS


def test_an_unnamed_result_keeps_no_state_of_its_own() -> None:
    builder = StreamsBuilder()
    table = builder.table("in", store="rows")
    table.map_values(lambda value: value).filter(lambda key, value: True).to_stream().to("out")
    (subtopology,) = builder.build().describe().subtopologies
    assert subtopology.stores == ("rows",)
