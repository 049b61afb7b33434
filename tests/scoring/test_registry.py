"""Models are published, found by version, rolled back and refused, in the real Redis and on the real topic."""

import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from redis import Redis

from helpers import messaging
from helpers.datasets import CLOTHES
from helpers.scoring import RefusedError, RegistryError, ScoringError, registry
from helpers.scoring.manifest import Manifest

if TYPE_CHECKING:
    import keras

pytestmark = pytest.mark.services
Network = Callable[..., "keras.Sequential"]


class Place:
    """A registry of one test's own."""

    def __init__(self, name: str, kafka: str, redis_url: str) -> None:
        self.at: dict[str, Any] = {"name": name, "redis_url": redis_url, "bootstrap": kafka}
        self.redis = Redis.from_url(redis_url)

    def announce_text(self, value: bytes | None) -> None:
        """Whatever somebody may write to the topic."""
        key = self.at["name"].encode()
        messaging.write("models", [(key, value)], seconds=10, bootstrap=self.at["bootstrap"])

    def put(self, manifest: Manifest, content: bytes) -> str:
        """Publish without any check, as an attacker with access to Redis would."""
        return registry._publish(manifest, content, **{**self.at, "redis_url": self.at["redis_url"]})


@pytest.fixture
def place(registry_name: str, kafka: str, redis_url: str) -> Place:
    return Place(registry_name, kafka, redis_url)


def test_a_published_network_is_loaded_and_answers_the_same(place: Place, network: Network, images: np.ndarray) -> None:
    original = network()
    version = registry.publish(original, examples=images, metrics={"accuracy": 0.5}, **place.at)
    loaded = registry.load(**place.at)
    assert loaded.version == version == registry.current(name=place.at["name"], bootstrap=place.at["bootstrap"])
    assert np.allclose(loaded.probabilities(images), original.predict(images, verbose=0), atol=1e-5)
    assert loaded.labels == CLOTHES


def test_the_last_one_announced_is_current_and_an_older_one_rolls_back(
    place: Place, network: Network, images: np.ndarray
) -> None:
    old, new = (registry.publish(network(seed=seed), examples=images, metrics={}, **place.at) for seed in (1, 2))
    assert [(each.version, each.current) for each in registry.versions(**place.at)] == [(old, False), (new, True)]
    assert registry.announce(old[:12], **place.at) == old
    assert registry.load(**place.at).version == old
    assert [each.current for each in registry.versions(**place.at)] == [True, False]
    assert registry.load(new, **place.at).version == new
    assert registry.load(new[:6], **place.at).version == new


def test_publishing_again_changes_nothing(place: Place, network: Network, images: np.ndarray) -> None:
    first, second = (registry.publish(network(), examples=images, metrics={}, **place.at) for _ in range(2))
    assert first == second
    assert len(registry.versions(**place.at)) == 1


def test_versions_read_well(place: Place, network: Network, images: np.ndarray) -> None:
    version = registry.publish(network(), examples=images, metrics={"accuracy": 0.8843}, **place.at)
    (only,) = registry.versions(**place.at)
    assert str(only) == f"{version[:12]} {only.published:%Y-%m-%d %H:%M:%S} accuracy 0.884 (current)"


def test_an_empty_registry_gets_the_shipped_model_once(place: Place, network: Network, images: np.ndarray) -> None:
    with pytest.raises(RegistryError, match="No model is announced"):
        registry.load(**place.at)
    version = registry.ensure_shipped(**place.at)
    assert registry.load(**place.at).version == version
    own = registry.publish(network(), examples=images, metrics={}, **place.at)
    assert registry.ensure_shipped(**place.at) == own


def test_a_redis_that_was_emptied_gets_the_shipped_model_again(place: Place) -> None:
    version = registry.ensure_shipped(**place.at)
    place.redis.delete(f"models:blob:{version}", f"models:{place.at['name']}")
    assert registry.ensure_shipped(**place.at) == version
    assert registry.load(**place.at).version == version


@pytest.mark.parametrize("version", ["0" * 64, "0" * 12, "", "d5", "..", "models"])
def test_an_unknown_version_is_refused_with_those_there_are(place: Place, version: str) -> None:
    known = registry.ensure_shipped(**place.at)
    if version:
        with pytest.raises(RegistryError, match=f"{version!r}: the registry has {known[:12]}"):
            registry.load(version, **place.at)
    with pytest.raises(RegistryError, match="There is no model version"):
        registry.announce(version, **place.at)


def test_altered_weights_are_refused(place: Place, shipped: tuple[Manifest, bytes]) -> None:
    manifest, content = shipped
    own = replace(manifest, metrics={"test": float(int.from_bytes(secrets.token_bytes(4)))})
    version = place.put(own, content)
    key = f"models:blob:{manifest.weights}"
    try:
        place.redis.set(key, content[:-1] + bytes([content[-1] ^ 1]))
        with pytest.raises(RefusedError, match=r"weights of model version .* was altered"):
            registry.load(version, **place.at)
    finally:
        place.redis.set(key, content)
    assert registry.load(version, **place.at).version == version


def test_an_altered_manifest_is_refused(place: Place, network: Network, images: np.ndarray) -> None:
    version = registry.publish(network(), examples=images, metrics={"accuracy": 0.1}, **place.at)
    key = f"models:blob:{version}"
    better = json.loads(place.redis.get(key)) | {"metrics": {"accuracy": 0.99}}
    place.redis.set(key, json.dumps(better))
    for use in (lambda: registry.load(**place.at), lambda: registry.versions(**place.at)):
        with pytest.raises(RefusedError, match=r"manifest of model version .* was altered"):
            use()


def test_lost_weights_are_told(place: Place, network: Network, images: np.ndarray) -> None:
    version = registry.publish(network(seed=77), examples=images, metrics={}, **place.at)
    weights = Manifest.from_bytes(place.redis.get(f"models:blob:{version}")).weights
    place.redis.delete(f"models:blob:{weights}")
    with pytest.raises(RegistryError, match="has lost the weights"):
        registry.load(**place.at)


def test_a_consistent_but_hostile_model_is_refused(place: Place, shipped: tuple[Manifest, bytes]) -> None:
    """All hashes are right, as an attacker can make them; the layers are not allowed all the same."""
    manifest, content = shipped
    lambda_layer = {"class_name": "Lambda", "config": {"function": "…"}}
    place.put(replace(manifest, layers=(lambda_layer, *manifest.layers)), content)
    with pytest.raises(RefusedError, match="Lambda, which is not allowed"):
        registry.load(**place.at)


@pytest.mark.parametrize("value", [b"", b"\x80\x04K\x01.", b"{}", b"[1]", b'"d5576927f702"', b"null"])
def test_an_announcement_that_names_no_version_is_refused(place: Place, value: bytes) -> None:
    registry.ensure_shipped(**place.at)
    place.announce_text(value)
    with pytest.raises(RegistryError, match="names no version"):
        registry.load(**place.at)


def test_an_announced_version_that_redis_has_not_is_told(place: Place) -> None:
    registry.ensure_shipped(**place.at)
    place.announce_text(json.dumps({"version": "0" * 64}).encode())
    with pytest.raises(RegistryError, match="has lost the manifest of model version 000000000000"):
        registry.load(**place.at)


def test_a_withdrawn_announcement_leaves_no_model(place: Place) -> None:
    registry.ensure_shipped(**place.at)
    place.announce_text(None)
    with pytest.raises(RegistryError, match="No model is announced"):
        registry.load(**place.at)


def test_the_topic_is_compacted(place: Place, kafka: str) -> None:
    registry.ensure_shipped(**place.at)
    with pytest.raises(messaging.MessagingError, match=r"cleanup\.policy=compact"):
        messaging.create_topic("models", config={"cleanup.policy": "delete"}, bootstrap=kafka)


def test_an_absent_redis_is_told_at_once(place: Place) -> None:
    registry.ensure_shipped(**place.at)
    with pytest.raises(ScoringError, match=r"Redis at redis://127\.0\.0\.1:1/0"):
        registry.load(**(place.at | {"redis_url": "redis://127.0.0.1:1/0"}))


def test_an_altered_file_is_not_published(
    place: Place, shipped: tuple[Manifest, bytes], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest, content = shipped
    (tmp_path / "fashion.json").write_bytes(manifest.to_bytes())
    (tmp_path / "fashion.npz").write_bytes(content[:-1])
    monkeypatch.setattr(registry, "SHIPPED", tmp_path)
    with pytest.raises(RefusedError, match=r"git checkout -- data/models"):
        registry.ensure_shipped(**place.at)
