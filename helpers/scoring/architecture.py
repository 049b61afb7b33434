"""A network's architecture as data: from a Keras model to JSON and back, with built-in layers only.

Keras can rebuild a model from its config, but a config may name any class of any module, and a Lambda carries code.
So nothing of a config is handed to Keras: `LAYERS` says which layers there may be and which of their settings are
kept, each value is checked, every shape is worked out and bounded before a layer exists, and the layers are then
built by ordinary constructor calls.

What is not kept (initializers, regularizers, names) does not matter once weights are loaded. A setting that would
matter and has no place here (dilation, channels first) makes the rebuilt model answer differently from its golden
vectors, so that it is never published.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.scoring.errors import RefusedError
from helpers.scoring.preprocessing import SHAPE
from helpers.scoring.weights import Array

if TYPE_CHECKING:
    import keras

Layer = dict[str, Any]
"""`{"class_name": "Dense", "config": {"units": 10, …}}`: Keras' own form, with fewer settings."""

Shape = tuple[int, ...]

LARGEST_LAYER = 2**17
"""Values a layer may give for one image; a batch of 1,024 then takes 512 MB."""
MOST_PARAMETERS = 2**24
MOST_LAYERS = 100
ACTIVATIONS = ("elu", "gelu", "leaky_relu", "linear", "relu", "selu", "sigmoid", "silu", "softmax", "softplus", "tanh")


def _integer(value: object, least: int = 1) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= LARGEST_LAYER


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_integer, value))


def _pair_or_none(value: object) -> bool:
    return value is None or _pair(value)


def _sizes(value: object) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 4 and all(map(_integer, value))


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _rate(value: object) -> bool:
    return _number(value) and 0 <= value <= 1  # type: ignore[operator]


def _activation(value: object) -> bool:
    return value in ACTIVATIONS


def _padding(value: object) -> bool:
    return value in ("valid", "same")


_POOL = {"pool_size": _pair, "strides": _pair_or_none, "padding": _padding}

LAYERS: Mapping[str, Mapping[str, Callable[[object], bool]]] = {
    "Activation": {"activation": _activation},
    "AveragePooling2D": _POOL,
    "BatchNormalization": {"epsilon": _number, "center": _flag, "scale": _flag},
    "Conv2D": {
        "filters": _integer,
        "kernel_size": _pair,
        "strides": _pair,
        "padding": _padding,
        "activation": _activation,
        "use_bias": _flag,
    },
    "Dense": {"units": _integer, "activation": _activation, "use_bias": _flag},
    "Dropout": {"rate": _rate},
    "Flatten": {},
    "GlobalAveragePooling2D": {},
    "LeakyReLU": {"negative_slope": _number},
    "MaxPooling2D": _POOL,
    "ReLU": {},
    "Rescaling": {"scale": _number, "offset": _number},
    "Reshape": {"target_shape": _sizes},
    "Softmax": {},
}
"""The layers a model may have, with the settings that are kept of each and what their values may be."""


def describe(model: "keras.Model") -> list[Layer]:
    """The layers of a Sequential model as JSON values. Raises RefusedError for what `LAYERS` does not know."""
    import keras

    if not isinstance(model, keras.Sequential):
        raise RefusedError(
            f"{type(model).__name__} {model.name!r} is not a keras.Sequential: the registry takes layers in one row; "
            "put them into keras.Sequential([…])."
        )
    if not model.built or tuple(model.input_shape) != (None, *SHAPE):
        raise RefusedError(
            f"Model {model.name!r} does not take images of 28 × 28: begin it with keras.Input((28, 28)) and train it."
        )
    layers = []
    for layer in model.layers:
        name, config = type(layer).__name__, layer.get_config()
        built_in = getattr(keras.layers, name, None) is type(layer)
        kept = LAYERS.get(name, {}) if built_in else {}
        described = {"class_name": name if built_in else f"{type(layer).__module__}.{name}"}
        layers.append(described | {"config": {key: _json(config[key]) for key in kept}})
    check(layers)
    return layers


def check(layers: Sequence[Layer]) -> list[Shape]:
    """The shapes of all weights, in the order of `weights_of`. Raises RefusedError at the first thing not allowed.

    Builds nothing: what a hostile manifest asks for is known before it is made.
    """
    if not isinstance(layers, list) or not 1 <= len(layers) <= MOST_LAYERS:
        raise RefusedError(f"A model has between 1 and {MOST_LAYERS} layers.")
    shapes: list[Shape] = []
    here: Shape = SHAPE
    for index, layer in enumerate(layers):
        _check_layer(index, layer)
        here, own = _flow(index, layer["class_name"], layer["config"], here)
        shapes += own
    parameters = sum(math.prod(shape) for shape in shapes)
    if parameters > MOST_PARAMETERS:
        raise RefusedError(f"The model has {parameters:,} parameters; {MOST_PARAMETERS:,} are allowed.")
    if len(here) != 1:
        raise RefusedError(f"The model answers an image with shape {here}; end it with Dense(10, 'softmax').")
    return shapes


def build(layers: Sequence[Layer], arrays: Sequence[Array]) -> "keras.Sequential":
    """The model, with these weights. Raises RefusedError when they do not belong to these layers."""
    expected, found = check(layers), [array.shape for array in arrays]
    if expected != found:
        raise RefusedError(f"The weights have shapes {found}; these layers need {expected}.")
    if not all(np.isfinite(array).all() for array in arrays):
        raise RefusedError("The weights hold NaN or infinite values: train the model again.")
    import keras

    model = keras.Sequential([keras.Input(SHAPE)])
    rest = iter(arrays)
    for layer in layers:
        made = getattr(keras.layers, layer["class_name"])(**layer["config"])
        model.add(made)
        made.set_weights([next(rest) for _ in made.weights])
    return model


def weights_of(model: "keras.Model") -> list[Array]:
    """All weights, layer by layer: what `build` takes."""
    return [array for layer in model.layers for array in layer.get_weights()]


def _check_layer(index: int, layer: object) -> None:
    if not isinstance(layer, dict) or set(layer) != {"class_name", "config"}:
        raise RefusedError(f"Layer {index} is not {{class_name, config}}.")
    name, config = layer["class_name"], layer["config"]
    if not isinstance(name, str) or name not in LAYERS:
        raise RefusedError(f"Layer {index} is a {str(name)[:60]}, which is not allowed: use {', '.join(LAYERS)}.")
    if not isinstance(config, dict) or set(config) != set(LAYERS[name]):
        settings = ", ".join(LAYERS[name]) or "none at all"
        raise RefusedError(f"Layer {index}, {name}, must have exactly these settings: {settings}.")
    for key, allowed in LAYERS[name].items():
        if not allowed(config[key]):
            raise RefusedError(f"Layer {index}, {name}, has {key}={str(config[key])[:60]}, which is not allowed.")


def _flow(index: int, name: str, config: dict[str, Any], into: Shape) -> tuple[Shape, list[Shape]]:
    """The shape a layer gives for one image, and the shapes of its weights."""
    size, channels = math.prod(into), into[-1]
    out, weights = into, []
    match name:
        case "Flatten":
            out = (size,)
        case "Reshape":
            out = tuple(config["target_shape"])
            _require(math.prod(out) == size, index, name, f"shape {into}")
        case "Dense":
            out = (*into[:-1], config["units"])
            weights = _with_bias((channels, config["units"]), config)
        case "Conv2D":
            _require(len(into) == 3, index, name, f"shape {into}")
            out = (*_window(into, config["kernel_size"], config["strides"], config["padding"]), config["filters"])
            weights = _with_bias((*config["kernel_size"], channels, config["filters"]), config)
        case "MaxPooling2D" | "AveragePooling2D":
            _require(len(into) == 3, index, name, f"shape {into}")
            strides = config["strides"] or config["pool_size"]
            out = (*_window(into, config["pool_size"], strides, config["padding"]), channels)
        case "GlobalAveragePooling2D":
            _require(len(into) == 3, index, name, f"shape {into}")
            out = (channels,)
        case "BatchNormalization":
            weights = [(channels,)] * (2 + config["center"] + config["scale"])
    _require(1 <= math.prod(out) <= LARGEST_LAYER, index, name, f"an answer of shape {out}")
    return out, weights


def _with_bias(kernel: Shape, config: dict[str, Any]) -> list[Shape]:
    return [kernel, (kernel[-1],)] if config["use_bias"] else [kernel]


def _window(into: Shape, size: Sequence[int], strides: Sequence[int], padding: str) -> Shape:
    """Rows and columns after a window has moved over them (Keras' documentation of Conv2D)."""
    lost = [0, 0] if padding == "same" else [extent - 1 for extent in size]
    return tuple(max(0, -(-(into[axis] - lost[axis]) // strides[axis])) for axis in (0, 1))


def _require(right: bool, index: int, name: str, what: str) -> None:
    if not right:
        raise RefusedError(f"Layer {index}, {name}, cannot work with {what}: look at the layers before it.")


def _json(value: object) -> object:
    """Keras' settings as JSON has them: tuples as lists; anything else is left for `check` to judge."""
    return list(value) if isinstance(value, tuple) else value
