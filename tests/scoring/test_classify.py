"""A model of the registry as a SQL function: in memory and on a broker it says what the model itself says."""

import base64
import secrets

import pytest

from helpers import ksql, messaging
from helpers.datasets import fashion_mnist
from helpers.ksql.backends.broker import Broker
from helpers.ksql.engine import Engine
from helpers.messaging import Message
from helpers.scoring import PreprocessingError, registry
from helpers.scoring.preprocessing import encode

COUNT = 300


@pytest.fixture(scope="module")
def images():
    """The bytes of real images."""
    return [encode(image) for image in fashion_mnist().test_images[:COUNT]]


@pytest.fixture(scope="module")
def model():
    return registry.shipped()


@pytest.fixture
def expected(model, images):
    """What the model says of each, asked directly."""
    return [model.labels[label] for label in model.score(fashion_mnist().test_images[:COUNT])[0]]


def test_bytes_text_and_nothing(model, images, expected):
    text = base64.b64encode(images[1]).decode()
    assert model.classify([images[0], None, text]) == [expected[0], None, expected[1]]
    assert model.classify([None]) == [None]
    assert model.classify([]) == []


@pytest.mark.parametrize(("image", "reason"), [(b"123", "3 bytes cannot be an image"), ("no!", "'no!'")])
def test_what_is_no_image(model, image, reason):
    with pytest.raises(PreprocessingError, match=reason):
        model.classify([image])


def test_in_memory(model, images, expected):
    ksql.function("CLASSIFY(BYTES | VARCHAR) -> VARCHAR", batch=True)(model.classify)
    with Engine() as engine:
        engine.execute("CREATE STREAM images (id INT KEY, image BYTES) WITH (KAFKA_TOPIC='i', VALUE_FORMAT='JSON');")
        for number in range(3):
            text = base64.b64encode(images[number]).decode()
            engine.execute(f"INSERT INTO images VALUES ({number}, '{text}');")
        engine.execute("INSERT INTO images (id) VALUES (3);")
        answer = engine.select("SELECT id, CLASSIFY(image) AS label FROM images EMIT CHANGES;")
    assert [row["LABEL"] for row in answer.dicts()] == [*expected[:3], None]


@pytest.mark.services
def test_on_a_broker_from_the_registry(kafka, redis_url, topic, images, expected, tmp_path):
    registry.ensure_shipped(redis_url=redis_url, bootstrap=kafka)
    messaging.write(
        topic, [Message(key=b"%d" % n, value=each) for n, each in enumerate(images)], bootstrap=kafka, seconds=20
    )
    # the three lines
    model = registry.load(redis_url=redis_url, bootstrap=kafka)
    sizes = []

    @ksql.function("CLASSIFY(BYTES | VARCHAR) -> VARCHAR", batch=True)
    def classify(pictures):
        """What is on a picture of a piece of clothing."""
        sizes.append(len(pictures))
        return model.classify(pictures)

    broker = Broker(kafka, service_id=f"test-{secrets.token_hex(3)}_", state_dir=tmp_path)
    with Engine(broker) as engine:
        engine.execute(
            f"CREATE STREAM pictures (id VARCHAR KEY, image BYTES) WITH (KAFKA_TOPIC='{topic}', FORMAT='KAFKA');"
        )
        select = f"SELECT id, CLASSIFY(image) AS label FROM pictures EMIT CHANGES LIMIT {COUNT};"
        rows = engine.select(select, seconds=60).dicts()
    assert [(row["ID"], row["LABEL"]) for row in rows] == [(str(n), label) for n, label in enumerate(expected)]
    assert max(sizes) > 1
