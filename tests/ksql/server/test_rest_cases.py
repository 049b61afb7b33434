"""The REST cases of ksqlDB's own tests, where they are at hand, each over HTTP against a server on a broker."""

import pytest

from helpers.ksql.conformance import cases
from tests.ksql.comparison import FOLDER
from tests.ksql.server.rest_cases import Runner

pytestmark = [pytest.mark.services, pytest.mark.usefixtures("java")]
GIVEN = list(cases([FOLDER / "rest.jsonl"])) if (FOLDER / "rest.jsonl").is_file() else []


@pytest.fixture(scope="module")
def runner(server, lab):
    return Runner(server, lab.bootstrap)


@pytest.mark.skipif(not GIVEN, reason=f"no cases at {FOLDER}: name their folder in KSQL_CASES")
@pytest.mark.parametrize("case", GIVEN, ids=[case["id"] for case in GIVEN])
def test_case(case, runner):
    assert runner.fault(case) is None
