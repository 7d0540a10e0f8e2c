"""The bench of the topic guard: what passes of each set, draw by draw."""

import json
import sys
from pathlib import Path

import pytest

from bench.topic import main


def test_its_rows_say_what_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("banking77", "coconot", "gsm8k"):
        (tmp_path / folder).mkdir()
    (tmp_path / "banking77/train.csv").write_text("text,category\nMy card was stolen,a\nMy card is stolen,a\n")
    (tmp_path / "banking77/test.csv").write_text("text,category\nSomebody has stolen my card,a\nZebras graze,b\n")
    others = [json.dumps({"prompt": text}) for text in ("Who wrote Faust?", "Zebras graze")]
    (tmp_path / "coconot/coconot_contrast_eval.jsonl").write_text("\n".join(others))
    (tmp_path / "gsm8k/test.jsonl").write_text("\n".join(json.dumps({"question": f"{n} and {n}?"}) for n in (1, 2)))
    monkeypatch.setattr(
        sys, "argv", ["topic.py", str(tmp_path), "--examples", "1", "--draws", "1", "--texts", "2", "--json"]
    )
    main()
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [
        {"examples": 1, "draw": 0, "encoder": None, "near": 0.15, "bank": 0.5, "others": 0.0, "sums": 0.0}
    ]
