"""The given cases of ksqlDB's own behaviour, where they are at hand: rows and refused statements, one by one."""

import json
from decimal import Decimal

import pytest

from helpers.ksql.conformance import cases, run
from helpers.ksql.rows.cases import exact_json
from tests.ksql.comparison import FOLDER, fault

FILES = [FOLDER / name for name in ("rows.jsonl", "errors.jsonl")]
GIVEN = list(cases(FILES)) if all(file.is_file() for file in FILES) else []


@pytest.mark.skipif(not GIVEN, reason=f"no cases at {FOLDER}: name their folder in KSQL_CASES")
@pytest.mark.parametrize("case", GIVEN, ids=[case["id"] for case in GIVEN])
def test_case(case, java):
    answer = json.loads(exact_json(run(case)), parse_float=Decimal)
    assert fault(case, answer) is None
