"""The "you are here" strip: the way of the data as a small map in SVG, the lesson's stations lit.

Text, not pixels, so that the same list of lessons gives the same bytes on every machine. The drawing brings its own
light card, so it reads on JupyterLab's dark theme too, and lights a station by size, fill and an inverted label,
never by colour alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

WIDTH, HEIGHT = 960, 184
TOP, MIDDLE, BOTTOM = 54, 92, 130

INK, GREY, CARD, EDGE = "#1f2a44", "#5d6880", "#fbfcfe", "#d5dce8"
LEARN, STREAM, SCORE = "#4457b8", "#0b7a75", "#b35309"
FONT = "system-ui,-apple-system,'Segoe UI','Helvetica Neue',Arial,'Liberation Sans',sans-serif"


@dataclass(frozen=True)
class Station:
    """One stop on the map: its place in pixels, the colour of its line, its name and what happens there."""

    x: int
    y: int
    colour: str
    name: str
    gloss: str


STATIONS = {
    "data": Station(70, MIDDLE, LEARN, "Data", "patients, pictures"),
    "network": Station(222, TOP, LEARN, "Network", "trained"),
    "registry": Station(382, TOP, LEARN, "Registry", "models, verified"),
    "producer": Station(222, BOTTOM, STREAM, "Producer", "writes"),
    "topics": Station(382, BOTTOM, STREAM, "Kafka topics", "orders, images"),
    "scorer": Station(540, MIDDLE, SCORE, "Scorer", "labels images"),
    "redis": Station(702, TOP, SCORE, "Redis", "catalogue, results"),
    "streams": Station(702, BOTTOM, STREAM, "Kafka Streams", "filters, sums"),
    "ksql": Station(806, BOTTOM, STREAM, "KSQL", "asks"),
    "answers": Station(898, MIDDLE, STREAM, "Answers", "tables, plots"),
}

TRACKS = (
    ("data", "network", "registry", "scorer"),
    ("data", "producer", "topics", "streams", "ksql", "answers"),
    ("topics", "scorer", "redis", "answers"),
)
_TRACK_COLOURS = (LEARN, STREAM, SCORE)
_NAMED_ABOVE = ("Scorer",)  # the stream runs below it


def draw(stations: Sequence[str]) -> str:
    """The map as an SVG document with `stations` (keys of STATIONS) lit. Raises KeyError for an unknown station."""
    lit = {STATIONS[key].name for key in stations}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" font-family="{FONT}" text-anchor="middle">',
        f"<title>{escape(describe(stations))}</title>",
        f'<rect x="1" y="1" width="{WIDTH - 2}" height="{HEIGHT - 2}" rx="14" fill="{CARD}" stroke="{EDGE}"/>',
        *(_track(track, colour) for track, colour in zip(TRACKS, _TRACK_COLOURS, strict=True)),
        _curve(STATIONS["scorer"], STATIONS["streams"], SCORE, dashes="1 7"),
        *(_stop(station, station.name in lit) for station in STATIONS.values()),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def describe(stations: Sequence[str]) -> str:
    """The same map in words, for the picture's alt text."""
    names = [STATIONS[key].name for key in stations]
    here = "the whole way" if len(names) == len(STATIONS) else " and ".join(names)
    ways = "; ".join(" → ".join(STATIONS[key].name for key in track) for track in TRACKS)
    return f"You are here: {here}. The way of the data: {ways}."


def _track(track: Sequence[str], colour: str) -> str:
    stops = [STATIONS[key] for key in track]
    return "\n".join(_curve(start, end, colour) for start, end in pairwise(stops))


def _curve(start: Station, end: Station, colour: str, dashes: str = "") -> str:
    bend = (start.x + end.x) // 2
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<path d="M{start.x} {start.y}C{bend} {start.y} {bend} {end.y} {end.x} {end.y}" fill="none" '
        f'stroke="{colour}" stroke-opacity=".5" stroke-width="4" stroke-linecap="round"{dash}/>'
    )


def _stop(station: Station, lit: bool) -> str:
    above = station.name in _NAMED_ABOVE or station.y == TOP
    place, colour = f'cx="{station.x}" cy="{station.y}"', station.colour
    if lit:
        disc = f'<circle {place} r="13" fill="{colour}" fill-opacity=".2"/><circle {place} r="9" fill="{colour}"/>'
    else:
        disc = f'<circle {place} r="6" fill="{CARD}" stroke="{colour}" stroke-width="3"/>'
    return disc + _label(station, station.y - 34 if above else station.y + 25, lit)


def _label(station: Station, y: int, lit: bool) -> str:
    """The name in a pill of its line's colour if lit, and what happens there in small letters below."""
    width = round(len(station.name) * 7.6) + 18
    x, box = station.x, f'x="{station.x - width // 2}" y="{y - 11}" width="{width}" height="19" rx="9.5"'
    pill = f'<rect {box} fill="{station.colour}"/>' if lit else ""
    weight, ink = ("700", "#ffffff") if lit else ("600", INK)
    return (
        f'{pill}<text x="{x}" y="{y + 3}" font-size="13" font-weight="{weight}" fill="{ink}">{station.name}</text>'
        f'<text x="{x}" y="{y + 19}" font-size="10.5" fill="{GREY}">{station.gloss}</text>'
    )
