"""A model without services, a Redis that may be broken, and a stream of images whose account can be checked."""

import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from redis import Redis

from helpers import messaging
from helpers.datasets import CLOTHES, fashion_mnist
from helpers.messaging import Message, deadletters
from helpers.scoring import Scorer, registry
from helpers.scoring.manifest import Manifest
from helpers.scoring.model import Model, verified
from helpers.scoring.preprocessing import Images, encode
from helpers.services import process, redis

if TYPE_CHECKING:
    import keras

SECONDS = 60  # for whatever a test waits for; none waits so long when all is well


@pytest.fixture(scope="session")
def images() -> Images:
    """The first 2,000 test images."""
    return fashion_mnist().test_images[:2000]


@pytest.fixture(scope="session")
def shipped() -> tuple[Manifest, bytes]:
    """Manifest and weights of the model in data/models, as they are."""
    content = (registry.SHIPPED / "fashion.json").read_bytes()
    return Manifest.from_bytes(content), (registry.SHIPPED / "fashion.npz").read_bytes()


@pytest.fixture(scope="session")
def model(shipped: tuple[Manifest, bytes]) -> Model:
    """The model in data/models, ready to score."""
    return verified(*shipped)


@pytest.fixture(scope="session")
def reference(model: Model, images: Images) -> list[str]:
    """The label of each of `images`, worked out in NumPy from the same weights."""
    first, bias, second, last = (array.astype(np.float64) for array in model.keras.get_weights())
    hidden = np.maximum(images.reshape(-1, 784) / 255 @ first + bias, 0)
    return [CLOTHES[label] for label in (hidden @ second + last).argmax(axis=1)]


@pytest.fixture
def network() -> Callable[..., "keras.Sequential"]:
    """Makes a small untrained network from layers; without any, a working one."""
    import keras

    def make(*layers: "keras.Layer", seed: int = 1) -> "keras.Sequential":
        keras.utils.set_random_seed(seed)
        usual = [
            keras.layers.Rescaling(1 / 255),
            keras.layers.Flatten(),
            keras.layers.Dense(8, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
        return keras.Sequential([keras.Input((28, 28)), *(layers or usual)])

    return make


class PrivateRedis:
    """A real Redis of one test's own, which may be killed and started again on its data."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder, self._port = folder, process.free_port()
        self.url = f"redis://{process.HOST}:{self._port}/0"
        self.start()

    def start(self) -> None:
        """On the same port and data as before."""
        log = self._folder / "redis.log"
        self._child = process.spawn(redis.choose().command(self._port, self._folder), log)
        process.wait_until(lambda: process.listening(self._port), self._child, "redis", log, SECONDS)

    def kill(self) -> None:
        """As a power cut would."""
        self._child.kill()
        self._child.wait(10)


@pytest.fixture
def private_redis(tmp_path: Path) -> Iterator[PrivateRedis]:
    """See `PrivateRedis`."""
    if isinstance(redis.choose(), redis.Emulator):
        pytest.skip("the emulator keeps nothing when it is killed")
    made = PrivateRedis(tmp_path / "redis")
    yield made
    made.kill()


class Stream:
    """Topics, group and Redis keys of one test's own, and what is in them."""

    def __init__(self, name: str, model: Model, kafka: str, redis_url: str, partitions: int = 1) -> None:
        self.name, self.model, self.kafka, self.redis_url = name, model, kafka, redis_url
        self.target, self.rejects = f"{name}-predictions", f"{name}.dlq"
        self.said: list[str] = []
        self.sent = 0
        messaging.create_topic(name, partitions, config={"max.message.bytes": 2_000_000}, bootstrap=kafka)

    def send(self, messages: Sequence[Message]) -> None:
        """Write records as they are."""
        self.sent += messaging.write(self.name, messages, seconds=SECONDS, bootstrap=self.kafka).count

    def send_images(self, images: Images) -> None:
        """Write images with the ids 0, 1, 2, …"""
        self.send([Message(encode(image), str(id).encode()) for id, image in enumerate(images)])

    def scorer(self, **settings: object) -> Scorer:
        """A scorer of this stream; what it says is kept in `said`."""
        usual = {
            "source": self.name,
            "target": self.target,
            "rejects": self.rejects,
            "group": self.name,
            "prefix": self.name,
            "bootstrap": self.kafka,
            "redis_url": self.redis_url,
            "say": self.said.append,
        }
        return Scorer(self.model, **(usual | settings))

    def predictions(self) -> dict[tuple[int, int], dict[str, object]]:
        """What stands on the topic of predictions, by partition and offset of the image."""
        records = messaging.read(self.target, limit=10**6, seconds=SECONDS, follow=False, bootstrap=self.kafka)
        values = [json.loads(record.value) for record in records]
        return {(value["source_partition"], value["source_offset"]): value for value in values}

    def letters(self) -> list[deadletters.Letter]:
        """The dead letters, each failure once."""
        return deadletters.letters(self.rejects, limit=10**6, seconds=SECONDS, bootstrap=self.kafka)

    def counts(self) -> dict[str, int]:
        """Images per label, from Redis."""
        with Redis.from_url(self.redis_url) as client:
            return {label.decode(): int(count) for label, count in client.hgetall(f"{self.name}:counts").items()}

    def latest(self) -> dict[str, dict[str, object]]:
        """The last prediction of each image, from Redis."""
        with Redis.from_url(self.redis_url) as client:
            return {id.decode(): json.loads(text) for id, text in client.hgetall(f"{self.name}:latest").items()}

    def check_account(self, labels: Sequence[str]) -> None:
        """Everything sent is scored or a dead letter, nothing counts twice, and the labels are these, by id."""
        predictions, letters = self.predictions(), self.letters()
        assert not predictions.keys() & {letter.source[1:] for letter in letters}
        assert len(predictions) + len(letters) == self.sent
        assert [predictions_label(each) for each in predictions.values()] == [
            labels[int(str(each["id"]))] for each in predictions.values()
        ]
        assert self.counts() == Counter(each["label"] for each in predictions.values())
        assert self.latest().keys() == {each["id"] for each in predictions.values()}


def predictions_label(prediction: dict[str, object]) -> str:
    """The label a prediction carries."""
    return str(prediction["label"])


@pytest.fixture
def stream(topic_name: str, model: Model, kafka: str, redis_url: str) -> Iterator[Stream]:
    """A stream of one partition on the session's services."""
    yield from _stream(topic_name, model, kafka, redis_url)


@pytest.fixture
def wide_stream(topic_name: str, model: Model, kafka: str, redis_url: str) -> Iterator[Stream]:
    """A stream of three partitions."""
    yield from _stream(topic_name, model, kafka, redis_url, partitions=3)


def _stream(name: str, model: Model, kafka: str, redis_url: str, partitions: int = 1) -> Iterator[Stream]:
    made = Stream(name, model, kafka, redis_url, partitions)
    yield made
    messaging.delete_topics(made.name, made.target, made.rejects, bootstrap=kafka)


@pytest.fixture
def registry_name() -> str:
    """A registry nobody else uses."""
    return f"test-{secrets.token_hex(4)}"
