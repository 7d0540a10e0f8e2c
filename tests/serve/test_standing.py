"""What a reload leaves as it is, says so; and it opens no door."""

from pathlib import Path

import pytest

from meant.core.errors import ConfigError
from meant.files.gateway import GatewayFile, read_gateway
from meant.serve.server import Plan, opened
from meant.serve.standing import check_standing
from meant.serve.wires.dialects import WIRES
from tests.serve.talking import POLICY, spec

TENANTS = [{"name": "a", "keys": [{"name": "k", "sha256": "a" * 64}]}]


FILE = "policy: policy.yaml\nsystems: {kind: system.yaml}\nstore: {path: s.db, when_full: wait}\n"


async def test_what_takes_a_restart_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "gateway.yaml"
    texts = {"policy.yaml": POLICY, "system.yaml": "name: kind\nmodel: {use: scripted}\n", "gateway.yaml": FILE}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    async with opened(Plan(lambda: read_gateway(path)[0], tmp_path, path, WIRES)) as gateway:
        path.write_text(f"{FILE}approval_s: 1\nanswer_timeout_s: 9\n")
        assert await gateway.reload()
        assert gateway.generation.spec.answer_timeout_s == 9
    assert "as before until a restart: approval_s" in caplog.text
    assert "answer_timeout_s" not in caplog.text


def test_keys_cannot_be_taken_away_while_others_reach_it() -> None:
    open_to_all = spec(tenants=TENANTS, listen={"host": "0.0.0.0"})
    with pytest.raises(ConfigError, match=r"others can reach 0\.0\.0\.0"):
        check_standing(open_to_all, spec(listen={"host": "127.0.0.1"}))
    check_standing(open_to_all, spec(tenants=TENANTS, listen={"host": "127.0.0.1"}))
    check_standing(spec(tenants=TENANTS), spec())


def test_nothing_is_said_where_nothing_changed(caplog: pytest.LogCaptureFixture) -> None:
    same: GatewayFile = spec(limits={"requests_per_minute": 7})
    check_standing(spec(), same)
    assert caplog.text == ""
