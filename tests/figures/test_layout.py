"""Every figure can be read: no letter leaves the page, no two texts touch."""

from collections.abc import Callable
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Page
from matplotlib.text import Text

from helpers import figures
from helpers.datasets import CLOTHES
from helpers.figures.losses import COLUMNS
from helpers.figures.pipeline import STATIONS

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.integers(0, 256, (64, 28, 28), np.uint8)
TRUTH = np.arange(64) % 10
WRONG = (TRUTH + RANDOM.integers(0, 3, 64)) % 10
RECORDS = [
    SimpleNamespace(partition=place % 4, offset=place // 4, key=b"a long key", value=b"a long value")
    for place in range(60)
]
COPIES = pd.DataFrame({"partition": range(12), "leader": [1, 2, 3] * 4, "replicas": [(1, 2, 3, 4, 5, 6)] * 12})
WAYS = {
    name: [SimpleNamespace(count=99_999, size=10**9)] for name in ("a name that needs a second line as well", "next")
}
COUNTED = pd.DataFrame(
    [
        (moment, acks, 9999, 9999, 0, 9999, 0)
        for moment in ("all is well", "the followers are behind")
        for acks in "01x"
    ],
    columns=COLUMNS,
)
MANY = RANDOM.integers(0, 10, (2, 90_000))


def history(training: list[float], validation: list[float]) -> dict[str, list[float]]:
    return {"loss": training, "val_loss": validation, "accuracy": validation, "val_accuracy": training}


EXAMPLES: dict[str, Callable[[], figures.Figure]] = {
    "wall of ten": lambda: figures.wall(IMAGES[:10], labels=CLOTHES, truth=TRUTH[:10]),
    "wall of sixty-four": lambda: figures.wall(
        IMAGES, labels=CLOTHES, truth=TRUTH, predictions=WRONG, confidence=np.ones(64)
    ),
    "picture": lambda: figures.picture(IMAGES[0], "Ankle boot"),
    "curves that part": lambda: figures.curves(history([0.9, 0.5, 0.3], [0.8, 0.6, 0.9])),
    "curves that end together": lambda: figures.curves(history([0.9, 0.5, 0.3001], [0.8, 0.6, 0.3])),
    "confusion": lambda: figures.confusion(*MANY, CLOTHES),
    "confused pictures": lambda: figures.confused_pictures(IMAGES, TRUTH, WRONG, CLOTHES),
    "network": lambda: figures.network((784, 128, 10), labels=CLOTHES),
    "network with names": lambda: figures.network((2, 2, 1), names=("patient", "bends", "ill")),
    "weights": lambda: figures.weights(RANDOM.normal(size=(784, 128))),
    "factors": lambda: figures.factors({"a name long enough to need a second line": 6, "next": 3e4, "last": 1.4e6}),
    "partitions": lambda: figures.partitions(RECORDS, 4, topic="a topic with rather a long name"),
    "partitions, second round": lambda: figures.partitions(RECORDS, 4, topic="a topic", since=[0, 1]),
    "brokers": lambda: figures.brokers(COPIES),
    "batches": lambda: figures.batches(WAYS),
    "losses": lambda: figures.losses(COUNTED),
    "pipeline": lambda: figures.pipeline(lit="images"),
    "pipeline with counts": lambda: figures.pipeline(dict.fromkeys(STATIONS, 1_000_000), lit="images.dlq"),
}


def texts(page: Page) -> list[Text]:
    """Every text that is drawn: matplotlib keeps labels for ticks out of view, which are not."""
    found = list(page.texts)
    for axes in page.axes:
        found += [*axes.texts, axes.xaxis.label, axes.yaxis.label]
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            found += [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
    return [text for text in found if text.get_text().strip()]


@pytest.mark.parametrize("name", EXAMPLES)
def test_texts_stay_on_the_page_and_apart(name: str) -> None:
    page = EXAMPLES[name]().figure
    canvas = FigureCanvasAgg(page)
    canvas.draw()
    boxes = [(text.get_text(), text.get_window_extent(canvas.get_renderer())) for text in texts(page)]
    across, down = page.bbox.width, page.bbox.height
    outside = [words for words, box in boxes if min(box.x0, box.y0) < 0 or box.x1 > across or box.y1 > down]
    touching = [
        (one, other)
        for (one, box), (other, its) in combinations(boxes, 2)
        if box.x0 < its.x1 and its.x0 < box.x1 and box.y0 < its.y1 and its.y0 < box.y1
    ]
    assert outside == []
    assert touching == []
