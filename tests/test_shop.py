"""The shop is the same everywhere, and its camera says what Kafka did not take."""

import time

import pytest

from helpers import messaging, shop
from helpers.datasets import CLOTHES, fashion_mnist
from helpers.scoring.ledger import Ledger
from helpers.services import ServiceError


def test_the_catalogue_is_the_same_every_time() -> None:
    first, again = shop.catalogue(50), shop.catalogue(50)
    assert first.equals(again)
    assert first.loc["product-0000", "kind"] == CLOTHES[fashion_mnist().test_labels[0]]
    assert first["price"].gt(0).all()
    assert set(first["state"]) <= set(shop.STATES)


@pytest.mark.services
def test_the_camera_sends_each_picture_under_its_products_id(kafka: str, topic: str) -> None:
    pictures = fashion_mnist().test_images[:20]
    with shop.camera(pictures, topic=topic, bootstrap=kafka, per_second=1000):
        records = messaging.read(topic, limit=20, seconds=15, bootstrap=kafka)
    assert [record.key for record in records] == [f"product-{number:04}".encode() for number in range(20)]
    assert records[3].value == pictures[3].tobytes()


@pytest.mark.services
def test_the_camera_shows_itself_beside_the_scorer_on_one_line(
    kafka: str, topic: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with shop.camera(fashion_mnist().test_images[:9], topic=topic, bootstrap=kafka, per_second=1000) as camera:
        camera.show_beside(Ledger(read=5, scored=4))
        messaging.read(topic, limit=9, seconds=15, bootstrap=kafka)
        camera.show_beside(Ledger(read=9, scored=9))
    _, first, last = capsys.readouterr().out.split("\r")
    assert first.rstrip().endswith(" photographed · 4 scored · 1 lost")
    assert last.rstrip() == "9 photographed · 9 scored · 0 lost"
    assert len(first) == len(last.rstrip("\n")), "nothing of the line before may stay"
    assert last.endswith(" \n"), "what is printed next starts a line"


@pytest.mark.services
def test_the_camera_stops_with_the_block(kafka: str, topic: str) -> None:
    with shop.camera(fashion_mnist().test_images[:1000], topic=topic, bootstrap=kafka, per_second=5):
        messaging.read(topic, limit=1, seconds=15, bootstrap=kafka)
    assert len(messaging.read(topic, limit=1000, seconds=10, follow=False, bootstrap=kafka)) < 1000


@pytest.mark.services
def test_a_picture_that_kafka_does_not_take_is_an_error(
    kafka: str, topic_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shop, "BLOCK_MS", 500)
    with (
        pytest.raises(ServiceError, match=rf"did not take 1 of the pictures .* has the topic '{topic_name}'"),
        shop.camera(fashion_mnist().test_images[:3], topic=topic_name, bootstrap=kafka, per_second=100),
    ):
        time.sleep(1.5)  # the camera waits for the topic meanwhile
