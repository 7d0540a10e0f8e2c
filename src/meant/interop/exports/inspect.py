"""An Inspect log (log version 2) of one system of a run, for Inspect's viewer and its analysis.

A file named `*.eval` becomes a ZIP of the parts, as Inspect writes it by default; any other one JSON object.

A pass is C and a fail is I. Where there is no verdict the value is NaN, which Inspect leaves out of its accuracy. Each
sample's metadata holds the case, so that `meant import --format inspect` reads the same case again.
"""

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from meant.core.turn import Turn
from meant.interop.contract import Leaving, Left
from meant.measure.cell import Cell
from meant.measure.shares import judges_of
from meant.measure.standing import uncalibrated

_VALUES = {"pass": "C", "fail": "I"}
_SCORER = "meant"


@dataclass(frozen=True)
class InspectLog:
    """One sample a cell; repeats are epochs."""

    needs_run: ClassVar[bool] = True

    def export(self, leaving: Leaving) -> Left:
        """The whole log."""
        samples = [_sample(cell) for cell in leaving.cells]
        header = {
            "version": 2,
            "status": "success",
            "eval": _eval(leaving, samples),
            "plan": {"name": "plan", "steps": [], "config": {}},
            "results": _results(leaving.cells),
            "stats": _stats(leaving.cells),
        }
        content = _zipped(header, samples) if leaving.suffix == ".eval" else _json({**header, "samples": samples})
        return Left(content, len(samples), {})


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _zipped(header: dict[str, Any], samples: Sequence[dict[str, Any]]) -> bytes:
    """The parts of an `.eval` log: how it began, each sample, their summaries, and the header last."""
    started = {key: header[key] for key in ("version", "eval", "plan")}
    parts = {"_journal/start.json": started}
    parts |= {f"samples/{sample['id']}_epoch_{sample['epoch']}.json": sample for sample in samples}
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in (*parts.items(), ("summaries.json", [*map(_summary, samples)]), ("header.json", header)):
                archive.writestr(name, _json(part))
        return file.getvalue()


def _summary(sample: dict[str, Any]) -> dict[str, Any]:
    kept = ("id", "epoch", "input", "target", "scores", "completed_at")
    failed = {"error": sample["error"]["message"]} if "error" in sample else {}
    return {key: sample[key] for key in kept} | {"completed": "error" not in sample, **failed}


def _eval(leaving: Leaving, samples: Sequence[dict[str, Any]]) -> dict[str, Any]:
    run = leaving.run
    assert run is not None
    ids = list(dict.fromkeys(sample["id"] for sample in samples))
    return {
        "eval_id": f"{run.id}-{leaving.system}",
        "run_id": run.id,
        "created": run.at.isoformat(),
        "task": "meant",
        "task_id": run.id,
        "task_version": 0,
        "dataset": {"name": ", ".join(run.suites), "samples": len(ids), "sample_ids": ids},
        "model": leaving.system,
        "config": {"epochs": max((sample["epoch"] for sample in samples), default=1)},
        "packages": {"meant": run.versions.get("meant", "")},
        "metadata": {
            "policy": f"{run.policy.name} {run.policy.version}",
            "policy_id": run.policy.id,
            "judges": [judge.model_dump(mode="json") for judge in run.judges],
            "uncalibrated": list(uncalibrated(judges_of(leaving.cells), run.judges, run.policy.id)),
        },
    }


def _sample(cell: Cell) -> dict[str, Any]:
    case, said, verdict, *_ = cell
    kept = case.model_dump(mode="json", exclude={"suite", "turns"}, exclude_defaults=True)
    sample = {
        "id": f"{case.suite}/{case.name}",
        "epoch": said.repeat + 1,
        "input": [_message(turn) for turn in case.turns],
        "target": list(case.answer.accept) if case.answer else "",
        "messages": [_message(turn) for turn in said.turns],
        "output": _output(cell),
        "scores": {_SCORER: _score(cell)},
        "metadata": {"meant": kept, "outcome": verdict.outcome, "behaviour": verdict.behaviour},
        "completed_at": said.at.isoformat(),
    }
    if said.error is None:
        return sample
    return sample | {"scores": {}, "error": {"message": said.error, "traceback": "", "traceback_ansi": ""}}


def _message(turn: Turn) -> dict[str, Any]:
    message: dict[str, Any] = {"role": turn.role, "content": turn.text}
    if turn.calls:
        message["tool_calls"] = [
            {"id": call.id, "function": call.tool, "arguments": dict(call.arguments), "type": "function"}
            for call in turn.calls
        ]
    return message | ({"tool_call_id": turn.answers} if turn.answers else {})


def _output(cell: Cell) -> dict[str, Any]:
    said = cell.transcript
    if said.error is not None:
        return {"model": said.system, "choices": [], "completion": ""}
    count = said.usage
    tokens = {"input_tokens": count.input_tokens or 0, "output_tokens": count.output_tokens or 0}
    usage = {"usage": {**tokens, "total_tokens": sum(tokens.values())}} if count.output_tokens is not None else {}
    choice = {"message": _message(said.turns[-1]), "stop_reason": "stop"}
    return {"model": said.system, "choices": [choice], "completion": said.last_reply, **usage}


def _score(cell: Cell) -> dict[str, Any]:
    verdict = cell.verdict
    told = {"judge": verdict.judge, "principle": verdict.principle, "outcome": verdict.outcome}
    value = _VALUES.get(verdict.outcome, float("nan"))
    return {"value": value, "answer": cell.transcript.last_reply, "explanation": verdict.why, "metadata": told}


def _results(cells: Sequence[Cell]) -> dict[str, Any]:
    answered = [c for c in cells if c.transcript.error is None]
    scored = [c for c in answered if c.verdict.outcome in _VALUES]
    value = sum(c.verdict.outcome == "pass" for c in scored) / len(scored) if scored else float("nan")
    score = {
        "name": _SCORER,
        "scorer": _SCORER,
        "scored_samples": len(scored),
        "unscored_samples": len(answered) - len(scored),
        "params": {},
        "metrics": {"accuracy": {"name": "accuracy", "value": value, "params": {}}},
    }
    return {"total_samples": len(cells), "completed_samples": len(answered), "scores": [score]}


def _stats(cells: Sequence[Cell]) -> dict[str, Any]:
    times = sorted(cell.transcript.at for cell in cells)
    ends = {"started_at": times[0].isoformat(), "completed_at": times[-1].isoformat()} if times else {}
    return {**ends, "model_usage": {}}


PLUGIN = InspectLog
