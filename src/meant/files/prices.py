"""Price lists: what a million tokens of a model cost, when, and by whose word.

Its rule: a model that is not on the list has no price; none is guessed from its name. A dated or `-latest` name of a
listed model has that model's price, unless the snapshot stands on the list itself.
"""

import re
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from meant.core.base import Value
from meant.core.errors import FileFaults
from meant.core.policy import Text
from meant.files.faults import faults_of
from meant.files.positions import read_yaml

_SNAPSHOT = re.compile(r"-(?:latest|\d{8}|\d{4}-\d{2}-\d{2})$")


class Price(Value):
    """One model's list price."""

    provider: Text
    """As in `use:`."""
    model: Text
    input: Annotated[float, Field(ge=0)]
    """USD for a million input tokens."""
    output: Annotated[float, Field(ge=0)]
    """USD for a million output tokens."""
    date: date
    """When the price was announced."""
    source: Text


class PriceList(Value):
    """A file of prices, and how it was made."""

    name: Text
    version: Text
    purpose: Text
    made: Text
    limits: Text
    licence: Text
    prices: tuple[Price, ...]

    def find(self, provider: str, model: str) -> Price | None:
        """The model's own entry, else that of the model of which this is a dated name; None where there is neither."""
        mine = {price.model: price for price in self.prices if price.provider == provider}
        return mine.get(model) or mine.get(_SNAPSHOT.sub("", model))


def list_prices() -> PriceList:
    """The list that comes with the package."""
    with as_file(files("meant") / "data" / "prices.yaml") as path:
        return read_prices(path)


def read_prices(path: Path) -> PriceList:
    """The list in a file. Raises FileFaults with everything that is wrong."""
    source = read_yaml(path)
    try:
        return PriceList.model_validate(source.data)
    except ValidationError as error:
        raise FileFaults(faults_of(error.errors(), model=PriceList, file=str(path), place=source.place)) from error
