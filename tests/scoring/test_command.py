"""`lab score`: its options are the scorer's own, and it prints an account."""

import argparse
import math

import numpy as np
import pytest

from helpers.messaging import UnknownTopicError
from helpers.scoring import RegistryError, ScoringError, command, registry
from tests.scoring.conftest import SECONDS, Stream


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return parser.parse_args(arguments)


def test_without_options_it_scores_images_until_it_is_stopped() -> None:
    options = parsed()
    assert (options.source, options.target, options.rejects) == ("images", "predictions", "images.dlq")
    assert (options.limit, options.seconds, options.transport) == (None, math.inf, "kafka-python")


def test_a_transport_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parsed("--transport", "pigeon")
    assert "confluent-kafka" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--limit", "0"], "A limit of 0 records scores nothing"),
        (["--limit=-3"], "A limit of -3 records scores nothing"),
        (["--seconds=-1"], "A time of -1 s scores nothing"),
        (["--seconds", "nan"], "A time of nan s scores nothing"),
        (["--source", "__consumer_offsets"], "The topic '__consumer_offsets' is a service's own"),
        (["--target", "models"], "The topic 'models' is the model registry's"),
        (["--source", "images.dlq"], "The topic 'images.dlq' is named twice"),
        (["--target", "images"], "The topic 'images' is named twice"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_loaded(given: list[str], said: str) -> None:
    with pytest.raises(ScoringError) as caught:
        command.run(parsed(*given))
    assert str(caught.value).startswith(said)


@pytest.mark.services
def test_an_empty_version_is_not_the_current_one(kafka: str, redis_url: str) -> None:
    with pytest.raises(RegistryError, match="There is no model version ''"):
        registry.load("", redis_url=redis_url, bootstrap=kafka)


@pytest.mark.services
def test_a_missing_topic_is_said_first_and_alone(
    topic_name: str, kafka: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka)
    monkeypatch.setattr(registry, "load", lambda version: pytest.fail("a model was loaded"))
    with pytest.raises(UnknownTopicError, match=f"There is no topic '{topic_name}'"):
        command.run(parsed("--source", topic_name))
    assert capsys.readouterr().out == ""


@pytest.mark.services
def test_it_scores_and_prints_the_account(
    stream: Stream,
    images: np.ndarray,
    reference: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    registry.ensure_shipped(redis_url=stream.redis_url, bootstrap=stream.kafka)
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", stream.kafka)
    monkeypatch.setenv("REDIS_URL", stream.redis_url)
    stream.send_images(images[:30])
    names = ("--source", stream.name, "--target", stream.target, "--rejects", stream.rejects)
    options = parsed(
        *names, "--group", stream.name, "--prefix", stream.name, "--limit", "30", "--seconds", str(SECONDS)
    )
    assert command.run(options) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(f"Model {stream.model.short_version} (10 labels, accuracy 0.88")
    assert said[0].endswith(f") scores {stream.name}; Ctrl+C ends it after the batch in hand.")
    assert said[1] == "read 30: 30 scored, 0 dead letters, 0 lost"
    stream.check_account(reference)
