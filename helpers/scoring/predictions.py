"""The value of a record on the topic `predictions`: JSON that KSQL, pandas and people read.

    {"id": "42", "label": "Sneaker", "confidence": 0.987000, "model": "d5576927f702",
     "source_partition": 0, "source_offset": 17}

id: the image's. confidence: 0–1. model: the first 12 digits of the version. source_partition and source_offset: where
the image lies on its topic; with it they identify the result, also when a crash has written it twice.
"""

import json
from collections.abc import Sequence
from json.encoder import encode_basestring

from helpers.scoring.model import Model


class Encoder:
    """Writes predictions of one model; what is the same in each is put into JSON once."""

    def __init__(self, model: Model) -> None:
        """model: gives labels and version."""
        version = json.dumps(model.short_version)
        self._middle = [f',"label":{json.dumps(label)},"confidence":' for label in model.labels]
        self._end = f',"model":{version},"source_partition":'

    def encode(
        self,
        ids: Sequence[bytes],
        labels: Sequence[int],
        confidences: Sequence[float],
        partitions: Sequence[int],
        offsets: Sequence[int],
    ) -> list[bytes]:
        """One value per image, from columns of equal length. ids: UTF-8."""
        middle, end = self._middle, self._end
        return [
            f'{{"id":{encode_basestring(id.decode())}{middle[label]}{confidence:.6f}{end}{partition},'
            f'"source_offset":{offset}}}'.encode()
            for id, label, confidence, partition, offset in zip(
                ids, labels, confidences, partitions, offsets, strict=True
            )
        ]
