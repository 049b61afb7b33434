"""Every picture the lessons draw; each returns its figure, says in words what it shows, and keeps its numbers."""

from helpers.figures.batches import batches
from helpers.figures.brokers import brokers
from helpers.figures.confusion import confused_pictures, confusion
from helpers.figures.figure import Figure, FigureError
from helpers.figures.losses import losses
from helpers.figures.networks import network, weights
from helpers.figures.partitions import partitions
from helpers.figures.pictures import picture, wall
from helpers.figures.pipeline import pipeline
from helpers.figures.rates import factors
from helpers.figures.training import curves

__all__ = [
    "Figure",
    "FigureError",
    "batches",
    "brokers",
    "confused_pictures",
    "confusion",
    "curves",
    "factors",
    "losses",
    "network",
    "partitions",
    "picture",
    "pipeline",
    "wall",
    "weights",
]
