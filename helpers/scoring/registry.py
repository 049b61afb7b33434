"""The model registry: blobs in Redis under their sha-256, the current version announced on a compacted Kafka topic.

    models:blob:<sha-256>   a manifest (JSON) or weights (.npz); its name proves its content
    models:<name>           sorted set: version → when it was first published, seconds since 1970
    topic `models`          key: the registry's name; value: {"version": …}; compaction keeps the last announcement

A scorer on another machine needs nothing but Redis and Kafka, and trusts neither: it names a version, which is a hash,
and uses only bytes that hash to it.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from redis import Redis

from helpers import messaging
from helpers.config import ROOT
from helpers.messaging.clients import bootstrap_or_default
from helpers.scoring import connections
from helpers.scoring.errors import RefusedError, RegistryError
from helpers.scoring.manifest import SHORT, Manifest, sha256
from helpers.scoring.preprocessing import Images

if TYPE_CHECKING:
    import keras

    from helpers.scoring.model import Model

NAME = "fashion"
TOPIC = "models"
SHIPPED = ROOT / "data" / "models"
BRING_SHIPPED = "bring the workbook's own with `lab goto 11`"
SECONDS = 10.0
MOST_ANNOUNCEMENTS = 100_000
"""Far more than compaction leaves behind."""


@dataclass(frozen=True)
class Version:
    """A published version. published: when it first was, UTC; current: it is the one announced last."""

    version: str
    published: datetime
    metrics: Mapping[str, float]
    current: bool

    def __str__(self) -> str:
        metrics = "".join(f" {name} {value:.3g}" for name, value in self.metrics.items())
        mark = " (current)" if self.current else ""
        return f"{self.version[:SHORT]} {self.published:%Y-%m-%d %H:%M:%S}{metrics}{mark}"


def publish(
    network: "keras.Model",
    *,
    examples: Images,
    metrics: Mapping[str, float],
    name: str = NAME,
    redis_url: str | None = None,
    bootstrap: str | None = None,
) -> str:
    """Store a trained network and announce it; returns its version. The same network has the same version.

    network: a keras.Sequential from (28, 28) to ten probabilities, rescaling inside. examples: uint8 (n, 28, 28), of
    which up to 16 become golden vectors. metrics: such as {"accuracy": 0.885}. Raises RefusedError, ScoringError,
    MessagingError.
    """
    from helpers.scoring.model import pack

    manifest, content = pack(network, examples, metrics)
    return _publish(manifest, content, name, redis_url, bootstrap)


def load(
    version: str | None = None, *, name: str = NAME, redis_url: str | None = None, bootstrap: str | None = None
) -> "Model":
    """A version, verified and warm; without one, the version announced last.

    version: 64 hex digits or the first 6 or more. Raises RegistryError when there is none, RefusedError when any byte
    or answer of it is wrong.
    """
    from helpers.scoring.model import verified

    wanted = current(name=name, bootstrap=bootstrap) if version is None else version
    if wanted is None:
        raise RegistryError(
            f"No model is announced on the topic {TOPIC!r}: publish one as lesson 04 does, or {BRING_SHIPPED}."
        )
    with connections.redis(connections.redis_or_default(redis_url)) as redis:
        full = wanted if version is None else _resolve(redis, name, wanted)
        manifest = _manifest(redis, full)
        content = _blob(redis, manifest.weights, f"the weights of model version {full[:SHORT]}")
    return verified(manifest, content)


def versions(*, name: str = NAME, redis_url: str | None = None, bootstrap: str | None = None) -> list[Version]:
    """Every version ever published, oldest first. Raises RefusedError when a manifest was altered."""
    now = current(name=name, bootstrap=bootstrap)
    with connections.redis(connections.redis_or_default(redis_url)) as redis:
        return [
            Version(version, datetime.fromtimestamp(when, UTC), _manifest(redis, version).metrics, version == now)
            for version, when in _published(redis, name).items()
        ]


def current(*, name: str = NAME, bootstrap: str | None = None) -> str | None:
    """The version announced last, None when there is none. Raises RegistryError when the announcement is no such."""
    try:
        records = messaging.read(TOPIC, limit=MOST_ANNOUNCEMENTS, seconds=SECONDS, follow=False, bootstrap=bootstrap)
    except messaging.UnknownTopicError:
        return None
    mine = [record.value for record in records if record.key == name.encode()]
    return _announced(mine[-1]) if mine and mine[-1] is not None else None


def announce(version: str, *, name: str = NAME, redis_url: str | None = None, bootstrap: str | None = None) -> str:
    """Make a published version the current one: an older one rolls back. Returns it in full.

    Raises RegistryError when it was never published, MessagingError when the announcement was not acknowledged.
    """
    bootstrap = bootstrap_or_default(bootstrap)
    with connections.redis(connections.redis_or_default(redis_url)) as redis:
        full = _resolve(redis, name, version)
    copies = min(3, len(messaging.probe(bootstrap).brokers))
    messaging.create_topic(TOPIC, 1, copies, {"cleanup.policy": "compact"}, bootstrap=bootstrap)
    value = json.dumps({"version": full}).encode()
    messaging.write(TOPIC, [(name.encode(), value)], seconds=SECONDS, bootstrap=bootstrap)
    return full


def ensure_shipped(*, name: str = NAME, redis_url: str | None = None, bootstrap: str | None = None) -> str:
    """Publish the model that comes with the workbook if the registry has none; returns the current version.

    A Redis that was emptied counts as none, whatever is still announced. Raises RefusedError when a file is altered.
    """
    now = current(name=name, bootstrap=bootstrap)
    with connections.redis(connections.redis_or_default(redis_url)) as redis:
        if now is not None and redis.exists(_key(now)) and redis.exists(_key(_manifest(redis, now).weights)):
            return now
    manifest, content = _shipped_files()
    return _publish(manifest, content, name, redis_url, bootstrap)


def shipped() -> "Model":
    """The model that comes with the workbook, straight from its files. Raises RefusedError when one is altered."""
    from helpers.scoring.model import verified

    return verified(*_shipped_files())


def _shipped_files() -> tuple[Manifest, bytes]:
    manifest = Manifest.from_bytes((SHIPPED / f"{NAME}.json").read_bytes())
    content = (SHIPPED / f"{NAME}.npz").read_bytes()
    if sha256(content) != manifest.weights:
        raise RefusedError(f"data/models/{NAME}.npz was altered: bring it back with `git checkout -- data/models`.")
    return manifest, content


def _publish(manifest: Manifest, content: bytes, name: str, redis_url: str | None, bootstrap: str | None) -> str:
    """Blobs first, then the list, then the news: whoever hears of a version finds it."""
    version = manifest.version
    with connections.redis(connections.redis_or_default(redis_url)) as redis:
        redis.set(_key(manifest.weights), content)
        redis.set(_key(version), manifest.to_bytes())
        redis.zadd(_list(name), {version: time.time()}, nx=True)
    return announce(version, name=name, redis_url=redis_url, bootstrap=bootstrap)


def _manifest(redis: Redis, version: str) -> Manifest:
    return Manifest.from_bytes(_blob(redis, version, f"the manifest of model version {version[:SHORT]}"))


def _blob(redis: Redis, digest: str, what: str) -> bytes:
    content = cast(bytes | None, redis.get(_key(digest)))
    if content is None:
        raise RegistryError(f"Redis has lost {what}: publish the model again, or {BRING_SHIPPED}.")
    found = sha256(content)
    if found != digest:
        raise RefusedError(
            f"In Redis {what} has sha-256 {found[:SHORT]}…, not {digest[:SHORT]}…: it was altered; publish the model "
            "again or roll back to another version."
        )
    return content


def _resolve(redis: Redis, name: str, text: str) -> str:
    known = _published(redis, name)
    found = [version for version in known if len(text) >= 6 and version.startswith(text)]
    if len(found) != 1:
        have = ", ".join(version[:SHORT] for version in known) or "none"
        raise RegistryError(f"There is no model version {text[:64]!r}: the registry has {have}.")
    return found[0]


def _published(redis: Redis, name: str) -> dict[str, float]:
    pairs = cast(list[tuple[bytes, float]], redis.zrange(_list(name), 0, -1, withscores=True))
    return {version.decode(): when for version, when in pairs}


def _announced(value: bytes) -> str:
    try:
        version = json.loads(value)["version"]
    except (ValueError, KeyError, TypeError) as error:
        raise RegistryError(
            f"The last announcement on the topic {TOPIC!r} is {value[:80]!r}, which names no version: publish "
            "a model again, as lesson 04 does."
        ) from error
    return str(version)


def _key(digest: str) -> str:
    return f"models:blob:{digest}"


def _list(name: str) -> str:
    return f"models:{name}"
