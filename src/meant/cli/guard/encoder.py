"""`meant guard encoder`: sentence embeddings for classifiers."""

import click

from meant.cli.options import json_option
from meant.cli.terminal import print_json, say
from meant.guard.embedding.making import make_encoder, open_encoder
from meant.loop.fitting import embed_prior
from meant.systems.models import cache


@click.command()
@click.argument("source", metavar="FOLDER|package:NAME")
@click.option("--name", help="What to call it here; else the folder's or the package's name.")
@click.option("--plain", is_flag=True, help="Without the project's adapter, whatever the weights are.")
@json_option("the model's manifest")
def encoder(*, source: str, name: str | None, plain: bool, as_json: bool) -> None:
    """Make an encoder ready: it lies with the other models then.

    FOLDER holds tokenizer.json, and model.onnx or the weights of a BERT encoder (config.json, model.safetensors), which
    are written as ONNX. package:NAME is an installed Python package that carries such a folder. Nothing is fetched.
    Weights that the project's adapter was fitted to get a second view with it.
    The project's own requests are embedded with it, which takes a minute, once.
    """
    made = make_encoder(source, name=name, say=say, plain=plain)
    embed_prior(open_encoder(made.name), say=say)
    if as_json:
        print_json(made.model_dump(mode="json"))
    else:
        click.echo(cache.home() / made.name)
