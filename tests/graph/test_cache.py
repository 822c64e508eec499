"""Answers are kept as long as there is room."""

from graph_service.graph.cache import Cache, Kept


def answer(size: int) -> Kept:
    """Return an answer of so many bytes."""
    return Kept("solutions", ("x",), "json", b"." * size)


def test_what_was_kept_is_given_again() -> None:
    """The very answer, for the very key."""
    cache = Cache(100_000)
    cache.put(("1", "a"), answer(10))
    assert cache.get(("1", "a")) == answer(10)
    assert cache.get(("2", "a")) is None
    assert cache.figures()[:3] == (1, 1, 1)


def test_what_was_used_longest_ago_goes_first() -> None:
    """Reading an answer keeps it."""
    cache = Cache(16_000)
    for number in range(5):
        cache.put((str(number),), answer(1500))
        cache.get(("0",))
    for number in range(5, 12):
        cache.put((str(number),), answer(1500))
        cache.get(("0",))
    assert cache.get(("0",)) is not None
    assert cache.get(("1",)) is None


def test_the_bytes_stay_within_bounds_whatever_is_put() -> None:
    """Keys and columns count too; putting an answer again does not count twice."""
    cache = Cache(50_000)
    for number in range(500):
        cache.put((f"{number % 40}" * 100,), answer(number * 7))
        assert cache.figures()[3] <= 50_000
    once = Cache(50_000)
    for _ in range(9):
        once.put(("k",), answer(100))
    single = Cache(50_000)
    single.put(("k",), answer(100))
    assert once.figures()[2:] == single.figures()[2:]


def test_an_answer_that_would_drive_out_the_others_is_not_kept() -> None:
    """It may take an eighth of the room."""
    cache = Cache(80_000)
    cache.put(("large",), answer(10_001))
    assert cache.get(("large",)) is None
    cache.put(("fits",), answer(9_000))
    assert cache.get(("fits",)) is not None


def test_no_room_keeps_nothing() -> None:
    """Nor does it count."""
    cache = Cache(0)
    cache.put(("k",), answer(0))
    assert cache.get(("k",)) is None
    assert cache.figures() == (0, 0, 0, 0)
