"""Scoring a stream of images: preprocessing, model registry, scorer, sinks, dead letters."""

from helpers.scoring import preprocessing, registry
from helpers.scoring.errors import PreprocessingError, RefusedError, RegistryError, ScoringError
from helpers.scoring.ledger import Ledger
from helpers.scoring.scorer import BATCH, Scorer

__all__ = [
    "BATCH",
    "Ledger",
    "PreprocessingError",
    "RefusedError",
    "RegistryError",
    "Scorer",
    "ScoringError",
    "preprocessing",
    "registry",
]
