"""Who may begin: no more than allowed, in order, and one reader of a long beginning at a time."""

from meant.systems.local.admission import ALIKE, Admission

POLICY = list(range(ALIKE))


def test_no_more_than_allowed_at_once_and_in_order() -> None:
    queue = Admission(2)
    for request in (1, 2, 3):
        queue.add(request, [request])
    assert list(queue.ready()) == [1, 2]
    assert list(queue.ready()) == []
    queue.drop(1)
    assert list(queue.ready()) == [3]


def test_of_those_that_begin_alike_one_reads_first() -> None:
    queue = Admission(9)
    for request in (1, 2, 3):
        queue.add(request, [*POLICY, request])
    queue.add(4, [7, *POLICY])
    assert list(queue.ready()) == [1, 4]
    assert list(queue.ready()) == []
    queue.first_token(1)
    assert list(queue.ready()) == [2, 3]
    queue.add(5, [*POLICY, 5])
    assert list(queue.ready()) == [5]


def test_a_reader_that_goes_away_makes_room_for_the_next() -> None:
    queue = Admission(9)
    queue.add(1, [*POLICY, 1])
    queue.add(2, [*POLICY, 2])
    assert list(queue.ready()) == [1]
    queue.drop(1)
    assert list(queue.ready()) == [2]


def test_short_prompts_never_wait_for_each_other() -> None:
    queue = Admission(9)
    for request in (1, 2):
        queue.add(request, POLICY)
    assert list(queue.ready()) == [1, 2]


def test_a_request_that_nobody_wants_any_more_never_begins() -> None:
    queue = Admission(1)
    queue.add(1, [1])
    queue.add(2, [2])
    queue.drop(1)
    queue.drop(1)
    assert list(queue.ready()) == [2]
