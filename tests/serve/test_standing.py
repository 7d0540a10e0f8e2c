"""What a reload leaves as it is, says so; and it opens no door."""

from pathlib import Path

import pytest

from meant.core.errors import ConfigError
from meant.files.gateway import GatewayFile
from meant.serve.server import opened
from meant.serve.standing import check_standing
from tests.serve.talking import spec
from tests.serve.test_files_watched import FILES, plan

TENANTS = [{"name": "a", "keys": [{"name": "k", "sha256": "a" * 64}]}]


async def test_what_takes_a_restart_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    async with opened(plan(tmp_path)) as gateway:
        changed = f"{FILES['gateway.yaml']}listen: {{port: 1}}\nanswer_timeout_s: 9\n"
        (tmp_path / "gateway.yaml").write_text(changed)
        assert await gateway.reload()
        assert gateway.generation.spec.answer_timeout_s == 9
    assert "as before until a restart: listen" in caplog.text
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
