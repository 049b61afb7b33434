"""The shop of the story: its catalogue, and the camera that photographs what it sells.

Everything is made from Fashion-MNIST's test pictures and a seed: the same product is the same everywhere, in every
lesson and on every machine.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd
from kafka import KafkaProducer
from kafka.errors import KafkaError

from helpers.datasets import CLOTHES, fashion_mnist
from helpers.errors import LabError
from helpers.scoring.ledger import Ledger
from helpers.scoring.preprocessing import Images, encode
from helpers.services.process import ServiceError

SEED = 2017
STATES = ("NY", "OH", "CA", "TX", "WA")
SHOTS_AT_ONCE = 0.05  # seconds between two bursts of the camera: sleeping for single pictures would be too coarse
FLUSH_SECONDS = 10
WIDTH = 64  # letters: each line of an account covers the one before it
BLOCK_MS = 5000  # how long a picture may wait for a Kafka that is away, or for a topic that is not there


def catalogue(products: int = 2000) -> pd.DataFrame:
    """The first products, one a row, indexed by their id (`product-0000` …).

    picture: position among the test pictures (int64). kind: what the picture really shows (str). price: US dollars,
    two decimals (float64). state: of the warehouse (str).
    """
    random = np.random.default_rng(SEED)
    pictures = np.arange(len(fashion_mnist().test_images))[:products]
    prices = random.lognormal(mean=3.6, sigma=0.5, size=len(pictures)).round(2)
    return pd.DataFrame(
        {
            "picture": pictures,
            "kind": [CLOTHES[label] for label in fashion_mnist().test_labels[:products]],
            "price": prices,
            "state": random.choice(STATES, size=len(pictures)),
        },
        index=pd.Index([f"product-{number:04}" for number in pictures], name="product"),
    )


class Camera:
    """A camera at work. taken: pictures so far."""

    def __init__(self) -> None:
        self.taken = 0
        self._shown = False

    def show_beside(self, ledger: Ledger) -> None:
        """Rewrite one line that says how far the camera is and how far the scorer; for a scorer's `watch`."""
        line = f"{self.taken:,} photographed · {ledger.scored:,} scored · {ledger.lost:,} lost"
        print(f"\r{line:<{WIDTH}}", end="", flush=True)
        self._shown = True

    def end(self) -> None:
        """What is printed next stands on a line of its own."""
        if self._shown:
            print()


@contextmanager
def camera(images: Images, *, topic: str, bootstrap: str, per_second: float) -> Iterator[Camera]:
    """Photograph the products while the block runs: each picture goes to `topic`, keyed by its product's id.

    images: uint8 (n, 28, 28), in the catalogue's order. per_second: pictures. It stops with the block, or when all are
    sent; a record that Kafka did not take raises ServiceError at the end.
    """
    at_work, done, failures = Camera(), threading.Event(), list[BaseException]()
    producer = KafkaProducer(
        bootstrap_servers=bootstrap,
        linger_ms=5,
        bootstrap_timeout_ms=2000,
        max_block_ms=BLOCK_MS,
        allow_auto_create_topics=False,
    )

    def shoot() -> None:
        began = time.monotonic()
        try:
            for number, image in enumerate(images):
                key = f"product-{number:04}".encode()
                at_work.taken = number + 1
                producer.send(topic, key=key, value=encode(image)).add_errback(failures.append)
                ahead = number / per_second - (time.monotonic() - began)
                if done.wait(ahead if ahead > SHOTS_AT_ONCE else 0):
                    return
        except (KafkaError, LabError) as error:
            failures.append(error)

    thread = threading.Thread(target=shoot, name="camera")
    thread.start()
    try:
        yield at_work
    finally:
        at_work.end()
        done.set()
        thread.join()
        producer.close(timeout=FLUSH_SECONDS)
    if failures:
        raise ServiceError(
            f"Kafka did not take {len(failures)} of the pictures ({failures[0]}): see whether it runs (`lab status`) "
            f"and has the topic {topic!r}."
        ) from failures[0]
