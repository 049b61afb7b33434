"""What can go wrong between a topic of images and its predictions.

LabError
└── ScoringError           the scorer cannot work, or gave up waiting
    ├── PreprocessingError what was given is no batch of 28 × 28 images
    └── RegistryError      the registry does not have what was asked for
        └── RefusedError   it has a model, and that must not be used
"""

from helpers.errors import LabError


class ScoringError(LabError):
    """The scorer cannot start, or gave up after waiting; nothing uncommitted is lost, the next run reads it again."""


class PreprocessingError(ScoringError):
    """Bytes or arrays that are no 28 × 28 images; correct the producer."""


class RegistryError(ScoringError):
    """There is no such model version, or no model at all; publish one."""


class RefusedError(RegistryError):
    """A model whose hash, layers, shapes, labels, preprocessing or answers are wrong; publish it again or roll back."""
