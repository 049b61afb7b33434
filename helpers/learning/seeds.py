"""The same numbers from every run."""

import keras
import tensorflow as tf


def seed(number: int = 0) -> None:
    """Seed Python, NumPy and TensorFlow, and let TensorFlow use only operations that repeat themselves exactly.

    The same training then gives the same weights on one or two cores of the same kind of processor (tried: bit for bit,
    at no measurable cost in time); another kind of processor may differ in the last digits. For the whole process.
    """
    keras.utils.set_random_seed(number)
    tf.config.experimental.enable_op_determinism()
