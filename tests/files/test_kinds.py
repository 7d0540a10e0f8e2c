"""A file of another kind is told as one, in one fault, and not field by field."""

from collections.abc import Callable
from pathlib import Path

import pytest

from meant.core.errors import FileFaults
from meant.files.judge import read_judge
from meant.files.policy import read_policy
from meant.files.system import read_system
from tests.conftest import Ran

GATEWAY = "policy: credit_union\nsystems: {mine: mine.yaml}\nstore: {path: s.db, when_full: wait}\n"
SYSTEM = "name: mine\nmodel: {use: scripted}\n"
POLICY = "name: shop\nversion: '1'\nprinciples: []\ntools: [{tool: pay}]\n"


@pytest.mark.parametrize(
    ("read", "text", "told"),
    [
        (read_system, POLICY, "f.yaml: is a policy file, and a system file is wanted here"),
        (read_system, GATEWAY, "f.yaml: is a gateway file, and a system file is wanted here"),
        (read_policy, SYSTEM, "f.yaml: is a system file, and a policy file is wanted here"),
        (read_judge, SYSTEM, "f.yaml: is a system file, and a judge file is wanted here"),
    ],
)
def test_it_is_told_once(tmp_path: Path, read: Callable[[Path], object], text: str, told: str) -> None:
    (tmp_path / "f.yaml").write_text(text)
    with pytest.raises(FileFaults) as raised:
        read(tmp_path / "f.yaml")
    (fault,) = raised.value.faults
    assert told in str(fault)


def test_one_without_a_sign_of_its_kind_is_told_field_by_field(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text("name: mine\nmodle: {use: scripted}\n")
    with pytest.raises(FileFaults) as raised:
        read_system(tmp_path / "f.yaml")
    assert [one.where for one in raised.value.faults] == ["model", "modle"]


def test_meant_check_says_how_a_gateway_is_checked(meant: Callable[..., Ran]) -> None:
    Path("gateway.yaml").write_text(GATEWAY)
    for ran in (meant("check"), meant("check", "gateway.yaml")):
        assert ran.code == 0
        assert "meant serve gateway.yaml --check" in ran.err


def test_a_gateway_file_with_a_slip_is_read_as_one(meant: Callable[..., Ran]) -> None:
    Path("gateway.yaml").write_text(GATEWAY.replace("systems", "sytems"))
    ran = meant("serve", "gateway.yaml", "--check")
    assert ran.code == 2
    assert "gateway.yaml:2:1: sytems: unknown field" in ran.err
    assert "did you mean 'systems'?" in ran.err
