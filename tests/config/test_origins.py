"""Telling the platform from the content origin, and whether a browser does so too."""

import pytest

from config.origins import are_one_site, host_of, is_origin, other_local


@pytest.mark.parametrize(
    ("site", "content"),
    [
        ("http://localhost:8000", "http://127.0.0.1:8000"),
        ("http://127.0.0.1:9", "http://localhost:9"),
        ("http://localhost", "http://127.0.0.1"),
        ("https://kopa.example", ""),
        ("", ""),
    ],
)
def test_a_laptop_has_two_names_and_so_two_origins(site, content):
    assert other_local(site) == content


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://kopa.example", "https://kopa.example", True),
        ("https://kopa.example", "https://content.kopa.example", True),
        ("https://macibas.novads.lv", "https://saturs.novads.lv:8443", True),
        ("http://novads.lv", "https://novads.lv", True),
        ("https://novads.lv", "https://novads-saturs.lv", False),
        # gov.lv is a public suffix: its sub-domains belong to different owners.
        ("https://kopa.gov.lv", "https://kopa-saturs.gov.lv", False),
        ("https://one.co.uk", "https://two.co.uk", False),
        ("http://localhost:8000", "http://127.0.0.1:8000", False),
        ("http://10.0.0.1", "http://10.0.0.1:81", True),
        ("http://10.0.0.1", "http://10.0.0.2", False),
        ("http://[::1]:80", "http://[::1]:81", True),
    ],
)
def test_sites_are_compared_as_browsers_do(one, other, same):
    assert are_one_site(one, other) is same
    assert are_one_site(other, one) is same


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://Kopa.example", "kopa.example"),
        ("https://kopa.example:443", "kopa.example"),
        ("http://kopa.example:80", "kopa.example"),
        ("http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("", ""),
    ],
)
def test_the_host_of_an_origin_is_what_a_browser_asks_for(origin, host):
    assert host_of(origin) == host


@pytest.mark.parametrize(
    "text", ["", "kopa.example", "https://", "https://a.example/", "ftp://a.example", "//a.example"]
)
def test_only_a_scheme_and_a_host_are_an_origin(text):
    assert not is_origin(text)
    assert is_origin("https://a.example:8443")
