"""`lab score`: the scorer as a process of its own, until it is stopped."""

import argparse
import math
import os

from helpers.messaging.clients import bootstrap_or_default, require_topics
from helpers.scoring import registry, topics
from helpers.scoring.model import Model
from helpers.scoring.scorer import BATCH, Scorer, check_bounds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options of `lab score`."""
    parser.description = (
        "Score the images on a Kafka topic with the current model. Ctrl+C or SIGTERM finishes the batch in hand, "
        "commits it and ends; several of these share the work."
    )
    parser.add_argument("--model", metavar="VERSION", help="a model version (default: the one announced last)")
    parser.add_argument("--transport", choices=("kafka-python", "confluent-kafka"), default="kafka-python")
    parser.add_argument("--limit", type=int, metavar="N", help="end after N records")
    parser.add_argument("--seconds", type=float, metavar="S", default=math.inf, help="end after S seconds of reading")
    parser.add_argument("--batch", type=int, metavar="N", default=BATCH, help=f"at most N records a batch ({BATCH:,})")
    parser.add_argument("--source", metavar="TOPIC", default="images", help="the images (images)")
    parser.add_argument("--target", metavar="TOPIC", default="predictions", help="the predictions (predictions)")
    parser.add_argument("--rejects", metavar="TOPIC", default="images.dlq", help="the dead letters (images.dlq)")
    parser.add_argument("--group", default="scorer", help="the consumer group (scorer)")
    parser.add_argument("--prefix", default="scores", help="of the keys in Redis (scores)")


def run(args: argparse.Namespace) -> int:
    """Score and print the account; exit status 0. Raises LabError."""
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # else TensorFlow's greeting stands before ours; no slower
    check_bounds(args.limit, args.seconds)
    topics.check(args.source, args.target, args.rejects)
    require_topics(bootstrap_or_default(None), [args.source])  # before seconds go into the model
    model = registry.load(args.model)
    scorer = Scorer(
        model,
        source=args.source,
        target=args.target,
        rejects=args.rejects,
        group=args.group,
        prefix=args.prefix,
        transport=args.transport,
        batch=args.batch,
    )
    print(f"{_introduced(model)} scores {args.source}; Ctrl+C ends it after the batch in hand.", flush=True)
    print(scorer.run(limit=args.limit, seconds=args.seconds), flush=True)
    return 0


def _introduced(model: Model) -> str:
    metrics = "".join(f", {name} {value:.3g}" for name, value in model.manifest.metrics.items())
    return f"Model {model.short_version} ({len(model.labels)} labels{metrics})"
