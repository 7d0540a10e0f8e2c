"""docs/gateway.md names every field of a gateway file, no other, and says truly what must be given."""

import re
from collections.abc import Mapping

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from meant.files import gateway
from meant.files.gateway_keys import KeySource
from tests.docs.page import ROOT

TEXT = (ROOT / "docs" / "gateway.md").read_text("utf-8")
TABLES: Mapping[str, type[BaseModel]] = {
    "The gateway file": gateway.GatewayFile,
    "Served": gateway.Served,
    "Keeping": gateway.Keeping,
    "Tenants": gateway.Tenant,
    "Keys": KeySource,
    "Limits": gateway.Bounds,
    "Listening": gateway.Listen,
    "Traces": gateway.Traces,
}


def rows(heading: str) -> dict[str, str]:
    """Of the table below a heading, from a field to what is said of giving it."""
    section = re.split(r"^#+ ", TEXT.split(f"### {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {field.strip("`"): needed for field, needed, _ in cells}


def needed(field: FieldInfo) -> str:
    if field.is_required():
        return "yes"
    if field.default is None or field.default == ():
        return "none"
    return "see below" if isinstance(field.default, BaseModel) else f"`{field.default}`"


@pytest.mark.parametrize("heading", TABLES)
def test_a_table_says_of_every_field_whether_it_must_be_given(heading: str) -> None:
    assert rows(heading) == {name: needed(field) for name, field in TABLES[heading].model_fields.items()}


def test_every_metric_that_the_page_names_is_one() -> None:
    from meant.serve.metrics import Metrics

    page = Metrics(queue=lambda: 0, lost=lambda: 0, waiting=lambda: 0).page().decode()
    named = set(re.findall(r"`(meant_\w+)`", TEXT))
    assert named
    assert {name for name in named if name.removesuffix("_total") not in page} == set()
