import pytest
from django.core.cache import cache

from certificates import throttle
from certificates.throttle import Limit

LIMIT = Limit("test", times=3, wait_s=900)


def test_tries_are_counted_down_to_none():
    assert [LIMIT.take("code", "visitor") for _ in range(5)] == [2, 1, 0, None, None]


def test_each_visitor_and_each_code_has_its_own_count():
    for _ in range(3):
        LIMIT.take("code", "visitor")

    assert LIMIT.is_spent("code", "visitor")
    assert not LIMIT.is_spent("code", "other")
    assert LIMIT.take("other", "visitor") == 2


def test_forgiving_begins_anew():
    LIMIT.take("code", "visitor")
    LIMIT.forgive("code", "visitor")

    assert LIMIT.take("code", "visitor") == 2


def test_the_wait_begins_with_the_last_try(monkeypatch):
    touched = []
    monkeypatch.setattr(throttle.cache, "touch", lambda key, age: touched.append(age))

    for _ in range(5):
        LIMIT.take("code", "visitor")

    assert touched == [900]


def test_no_address_is_kept_readable(monkeypatch):
    kept = []
    original = cache.add
    monkeypatch.setattr(throttle.cache, "add", lambda key, *rest: kept.append(key) or original(key, *rest))

    LIMIT.take("code", "192.0.2.7")

    assert "192.0.2.7" not in kept[0]


@pytest.mark.parametrize("who", [("a", "bc"), ("ab", "c")])
def test_counts_do_not_run_together(who):
    LIMIT.take("abc")

    assert LIMIT.take(*who) == 2
