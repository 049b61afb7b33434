"""A topology as a Mermaid flowchart."""

from collections.abc import Iterator, Sequence

from helpers.streams.graph import Place, Subtopology, label

SHAPES = {"topic": '(["{}"])', "processor": '["{}"]', "store": '[("{}")]'}


def mermaid(subtopologies: Sequence[Subtopology]) -> str:
    """The flowchart: topics round, processors square, stores as drums, a frame around each subtopology."""
    return "\n".join(["flowchart TB", *_lines(subtopologies)])


def _lines(subtopologies: Sequence[Subtopology]) -> Iterator[str]:
    topics = dict.fromkeys(topic for each in subtopologies for topic in (*each.reads, *each.writes))
    ids = {Place("topic", topic): f"t{number}" for number, topic in enumerate(topics)}
    for place, name in ids.items():
        yield f"    {name}{_shape(place)}"
    for each in subtopologies:
        yield from _subtopology(each, ids)


def _subtopology(subtopology: Subtopology, topics: dict[Place, str]) -> Iterator[str]:
    prefix = f"{'g' if subtopology.is_global else 's'}{subtopology.id}"
    inside = [Place("processor", node.name) for node in subtopology.processors]
    inside += [Place("store", store) for store in subtopology.stores]
    ids = topics | {place: f"{prefix}n{number}" for number, place in enumerate(inside)}
    if inside:
        yield f'    subgraph {prefix}["{subtopology.title}"]'
        yield from (f"        {ids[place]}{_shape(place)}" for place in inside)
        yield "    end"
    yield from (f"    {ids[start]} --> {ids[end]}" for start, end in subtopology.ways())
    for node in subtopology.processors:
        for store in node.stores:
            yield f"    {ids[Place('processor', node.name)]} -.- {ids[Place('store', store)]}"


def _shape(place: Place) -> str:
    text = label(place.name).replace("&", "#amp;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
    return SHAPES[place.kind].format(text)
