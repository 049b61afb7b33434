"""Questions to Kafka's own Java classes, each asked in a process of its own: a JVM starts once in a process.

The process of the tests keeps its one JVM free for whoever drives Kafka Streams with it.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from helpers.services import jars, java

PROLOGUE = """
import json, sys
import jpype
given = json.load(sys.stdin)
jpype.startJVM(given["libjvm"], "--enable-native-access=ALL-UNNAMED", classpath=given["classpath"])
"""


def ask(program: str, **given: Any) -> Any:
    """Run a Python program that finds `jpype` started and its arguments in `given`, and prints its answer as JSON."""
    arguments = {**given, "libjvm": str(java.libjvm()), "classpath": [str(jar) for jar in jars.classpath()]}
    done = subprocess.run(
        [sys.executable, "-c", PROLOGUE + program],
        input=json.dumps(arguments),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def murmur2(keys: list[bytes]) -> list[int]:
    """`org.apache.kafka.common.utils.Utils.murmur2` of each key."""
    program = """
murmur2 = jpype.JClass("org.apache.kafka.common.utils.Utils").murmur2
print(json.dumps([murmur2(jpype.JArray(jpype.JByte)(bytes.fromhex(key))) for key in given["keys"]]))
"""
    answers: list[int] = ask(program, keys=[key.hex() for key in keys])
    return answers


def partitions(keys: list[bytes], count: int) -> list[int]:
    """`BuiltInPartitioner.partitionForKey` of each key: where Java's producer puts it."""
    program = """
where = jpype.JClass("org.apache.kafka.clients.producer.internals.BuiltInPartitioner").partitionForKey
print(json.dumps([where(jpype.JArray(jpype.JByte)(bytes.fromhex(key)), given["count"]) for key in given["keys"]]))
"""
    answers: list[int] = ask(program, keys=[key.hex() for key in keys], count=count)
    return answers


def batches(path: Path) -> list[dict[str, Any]]:
    """What Kafka's `FileRecords` reads in a segment file; bytes in hex."""
    program = """
FileRecords = jpype.JClass("org.apache.kafka.common.record.internal.FileRecords")
array = jpype.JClass("org.apache.kafka.common.utils.Utils").toNullableArray
hexed = lambda data: None if data is None else bytes(data).hex()
found = []
for batch in FileRecords.open(jpype.java.io.File(given["path"]), False).batches():
    found.append({
        "position": batch.position(), "size": batch.sizeInBytes(), "base_offset": batch.baseOffset(),
        "last_offset": batch.lastOffset(), "count": int(batch.countOrNull()),
        "compression": str(batch.compressionType().name), "max_timestamp": batch.maxTimestamp(),
        "transactional": bool(batch.isTransactional()), "control": bool(batch.isControlBatch()),
        "producer_id": batch.producerId(), "intact": bool(batch.isValid()),
        "records": [
            [each.offset(), each.timestamp(), hexed(array(each.key())), hexed(array(each.value())),
             [[str(header.key()), hexed(header.value())] for header in each.headers()]]
            for each in batch
        ],
    })
print(json.dumps(found))
"""
    answer: list[dict[str, Any]] = ask(program, path=str(path))
    return answer
