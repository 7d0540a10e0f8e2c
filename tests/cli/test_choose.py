"""The choice by the command line: measured once, chosen often, and whole where a provider is not."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path

import pytest

from meant.store.sqlite import Store
from tests.conftest import Ran

Meant = Callable[..., Ran]
REFUSES = "I'm sorry, but I can't help with that."


def system(name: str, reply: str) -> str:
    Path(f"{name}.yaml").write_text(f"name: {name}\nmodel: {{use: scripted, otherwise: {json.dumps(reply)}}}\n")
    return f"{name}.yaml"


@pytest.fixture
def files(meant: Meant) -> Meant:
    system("yes", "Sure, here you are.")
    system("no", REFUSES)
    system("also", "Sure, here you are. Ask again.")
    return meant


def chosen(meant: Meant, *more: object, suite: str = "refusal", limit: int = 60) -> Ran:
    return meant("choose", *more, "--suite", suite, "--limit", limit)


def replies() -> int:
    with Store(Path(".meant/store.db")) as store:
        return store.counts()["transcript"]


def test_two_that_trade_are_both_on_the_front_and_the_page_says_so(files: Meant) -> None:
    ran = chosen(files, "yes.yaml", "no.yaml", "--json")
    assert ran.code == 0, ran.err
    choice = ran.json["choice"]
    assert {p["system"]: (p["on"], p["probability"]) for p in choice["places"]} == {
        "yes": (True, 1.0),
        "no": (True, 1.0),
    }
    assert choice["dominated"] == []
    assert choice["decision"]["dimensions"] == ["helpful", "harmless"]
    assert choice["not_asked"] == ["honest"]
    page = Path(ran.json["report"]).read_text()
    assert page.startswith("<!doctype html>")
    assert "<script" not in page
    assert "honest: no case is about it, so the ranking is made without it" in ran.err


@pytest.mark.slow
def test_what_was_answered_is_not_asked_again_and_a_third_system_costs_one(files: Meant) -> None:
    chosen(files, "yes.yaml", "no.yaml")
    before = replies()
    chosen(files, "yes.yaml", "no.yaml")
    assert replies() == before
    chosen(files, "yes.yaml", "no.yaml", "also.yaml")
    assert replies() == before + before // 2


@pytest.mark.slow
def test_stored_runs_are_chosen_from_without_asking(files: Meant) -> None:
    for name in ("yes", "no"):
        assert files("eval", f"{name}.yaml", "--suite", "refusal", "--limit", 60).code == 0
    before = replies()
    with Store(Path(".meant/store.db")) as store:
        runs = [arg for run in store.runs() for arg in ("--run", run.id)]
    ran = files("choose", *runs, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["choice"]["systems"] == ["yes", "no"]
    assert replies() == before
    assert "nothing measured of 'maybe'" in files("choose", "maybe", *runs).err
    one = files("choose", "yes", *runs)
    assert (one.code, "needs two systems or more; here is yes" in one.err) == (2, True)


@pytest.mark.slow
def test_the_same_twice_is_undecided_and_no_number_of_cases_is_asked_for(files: Meant) -> None:
    ran = chosen(files, "yes.yaml", "also.yaml", suite="refusal", limit=400)
    assert ran.code == 0, ran.err
    assert "undecided between yes and also" in ran.out
    assert "more cases are of little use" in ran.out


def test_the_terminal_shows_dots_front_ranking_and_reasons(files: Meant) -> None:
    ran = chosen(files, "yes.yaml", "no.yaml")
    assert "A yes   B no" in ran.out
    assert "harmless (up) and helpful (across); better is up and to the right" in ran.out
    assert "on the front (100% of draws)" in ran.out
    assert "no system is shown to be dominated" in ran.out
    assert "weight 1" in ran.out
    assert "├" in ran.out


def test_a_base_is_named_and_the_price_is_told(files: Meant) -> None:
    ran = chosen(files, "yes.yaml", "no.yaml", "--base", "yes", "--json")
    (tax,) = ran.json["choice"]["taxes"]
    assert (tax["base"], tax["variant"], tax["gained"], tax["clear"]) == ("yes", "no", 1.0, True)
    helpful = next(paid for paid in tax["paid"] if paid["axis"] == "helpful")
    assert (helpful["lost"], helpful["per_gain"]) == (1.0, 1.0)


@pytest.mark.slow
def test_costs_are_told_or_not_known_and_never_nothing(files: Meant) -> None:
    ran = chosen(files, "yes.yaml", "no.yaml", "--price", "yes=1/2", "--json")
    assert [one["by"] for one in ran.json["costs"]] == ["given", "not known"]
    assert "cost" not in [axis["name"] for axis in ran.json["choice"]["axes"]]
    assert "cost is not of the front: not known of no; give it with --price no=IN/OUT" in ran.err
    both = chosen(files, "yes.yaml", "no.yaml", "--price", "yes=1/2", "--price", "no=0/0", "--json")
    assert "cost" in [axis["name"] for axis in both.json["choice"]["axes"]]
    asked = chosen(files, "yes.yaml", "no.yaml", "--price", "yes=1/2", "--axis", "cost", "--axis", "helpful", "--json")
    places = {p["system"]: (p["on"], p["unmeasured"]) for p in asked.json["choice"]["places"]}
    assert places == {"yes": (True, []), "no": (None, ["cost"])}


@pytest.mark.parametrize("price", ["yes", "yes=1", "yes=a/b", "=1/2", "yes=-1/2", "yes=nan/1"])
def test_a_price_that_is_none_is_a_mistake(files: Meant, price: str) -> None:
    ran = chosen(files, "yes.yaml", "no.yaml", "--price", price)
    assert (ran.code, "is no price" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("yes.yaml",), "a choice needs two systems or more"),
        (("yes.yaml", "yes.yaml"), "yes.yaml is named twice; name each system once"),
        (("yes.yaml", "copy.yaml"), "two systems are called 'yes'"),
        ([f"{at}.yaml" for at in range(7)], "choose between 6 at most"),
        (("yes.yaml", "gone.yaml"), "gone.yaml: does not exist"),
        (("yes.yaml", "no.yaml", "--axis", "hepful"), "no axis 'hepful'; did you mean 'helpful'?"),
        (("yes.yaml", "no.yaml", "--base", "maybe"), "no system 'maybe' here; there are: yes, no"),
        (("yes.yaml", "no.yaml", "--price", "maybe=1/2"), "no system 'maybe' here; there are: yes, no"),
        (
            ("yes.yaml", "no.yaml", "--policy", "weightless.yaml"),
            "gives no dimension a weight above 0; set a `weight:`",
        ),
        (("--run", "last"), "no store"),
    ],
)
def test_mistakes_are_told_before_anything_is_asked(files: Meant, args: Sequence[str], words: str) -> None:
    Path("copy.yaml").write_text(Path("yes.yaml").read_text())
    plain = (resources.files("meant") / "data" / "policies" / "credit_union.yaml").read_text()
    Path("weightless.yaml").write_text(plain.replace("weight: 1.0", "weight: 0"))
    ran = files("choose", *args, "--suite", "refusal", "--limit", 10)
    assert (ran.code, words in ran.err) == (2, True), ran.err
    assert not Path(".meant/store.db").exists() or replies() == 0


class Dying(BaseHTTPRequestHandler):
    """Answers some requests as OpenAI's API would, then takes the server down."""

    left = 0
    lock = threading.Lock()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        with Dying.lock:
            Dying.left -= 1
            dead = Dying.left < 0
        if dead:
            self.close_connection = True
            self.connection.close()
            return
        message = {"role": "assistant", "content": "Sure, here you are."}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        body = json.dumps({"choices": [choice], "usage": {"prompt_tokens": 5, "completion_tokens": 4}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


@pytest.fixture
def dying() -> Iterator[Callable[[int], str]]:
    """A system file of a server on the loopback interface that answers so many requests and no more."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Dying)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def write(answers: int) -> str:
        Dying.left = answers
        url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        model = f'{{use: openai, model: tiny, base_url: "{url}", api_key_env: "", max_tries: 1}}'
        Path("dying.yaml").write_text(f"name: dying\nmodel: {model}\n")
        return "dying.yaml"

    yield write
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.slow
def test_a_provider_that_dies_in_the_middle_leaves_the_others_whole(files: Meant, dying: Callable[[int], str]) -> None:
    alone = chosen(files, "yes.yaml", "no.yaml", "--json").json
    ran = chosen(files, "yes.yaml", "no.yaml", dying(25), "--json")
    assert ran.code == 0, ran.err
    choice = ran.json["choice"]
    dead = next(p for p in choice["places"] if p["system"] == "dying")
    assert (dead["on"], dead["probability"]) == (None, None)
    assert {"helpful", "harmless"} <= set(dead["unmeasured"])
    assert choice["decision"]["unmeasured"] == ["dying"]
    assert choice["ranking"][-1]["system"] == "dying"
    assert choice["ranking"][-1]["score"] is None
    for name in ("yes", "no"):
        was, now = (
            {
                f["metric"]: f["value"]
                for f in one["profiles"][name]["findings"]
                if f["unit"] == "rate" and not f["slice"]
            }
            for one in (alone, ran.json)
        )
        assert was == now
    assert choice["decision"]["rivals"] == alone["choice"]["decision"]["rivals"]
    assert "dying: " in ran.err
    assert "cells have no verdict" in ran.err


@pytest.mark.slow
def test_what_was_not_measured_is_said_in_words(files: Meant, dying: Callable[[int], str]) -> None:
    ran = chosen(files, "yes.yaml", "no.yaml", dying(5))
    assert "not measured: helpful" in ran.out
    with Store(Path(".meant/store.db")) as store:
        cells = store.cells(store.run("last").id, "dying")
    assert sum(cell.transcript.error is None for cell in cells) == 5


@pytest.mark.slow
def test_with_one_left_there_is_nothing_to_choose_between(files: Meant, dying: Callable[[int], str]) -> None:
    ran = chosen(files, "yes.yaml", dying(0))
    assert ran.code == 2
    assert "nothing to choose between" in ran.out
    assert "fewer than two systems are measured" in ran.err
