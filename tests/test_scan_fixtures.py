"""Every case of ``fixtures/scan``: what scan finds in a program, with the chains, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from awaitify.options import load_options
from awaitify.scan import scan
from tests.fixture_case import Case, ExpectedFinding, files_of, scan_cases

CASES = scan_cases()
each_case = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


@each_case
def test_the_findings_are_exactly_those_listed(case: Case, tmp_path: Path) -> None:
    program = tmp_path / "program"
    shutil.copytree(case.before, program)
    found = scan(program, load_options(program)).findings
    assert case.findings == tuple(
        ExpectedFinding(
            str(one.place),
            one.code,
            one.name,
            one.entry,
            tuple(f"{link.name} {link.how}".rstrip() for link in one.chain),
            len(one.others),
        )
        for one in found
    )


@each_case
def test_the_program_compiles(case: Case) -> None:
    for path, data in files_of(case.before).items():
        if path.endswith(".py"):
            compile(data, path, "exec", dont_inherit=True)


def test_every_case_is_told_apart() -> None:
    assert len({case.summary for case in CASES}) == len(CASES) > 0
