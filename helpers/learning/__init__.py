"""Training what ships, reproducibly and quietly; the lessons that teach it build their layers in the open."""

from helpers.learning.convolution import clothes_cnn, shipped_weights
from helpers.learning.progress import Progress
from helpers.learning.recipe import clothes_network, steps, train
from helpers.learning.seeds import seed

__all__ = ["Progress", "clothes_cnn", "clothes_network", "seed", "shipped_weights", "steps", "train"]
