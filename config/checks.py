"""What production must have; each check names the variable that is missing (SECURITY S26)."""

from django.conf import settings
from django.core.checks import Error, Tags, register

from config.origins import are_one_site, is_origin

LOCAL_CACHES = {"django.core.cache.backends.locmem.LocMemCache", "django.core.cache.backends.dummy.DummyCache"}


@register(Tags.security, deploy=True)
def production_settings(app_configs, **kwargs) -> list[Error]:
    problems = [
        (
            settings.SECRET_KEY == settings.SAMPLE_SECRET_KEY or len(settings.SECRET_KEY) < 50,
            "KOPA_SECRET_KEY is the sample or too short.",
            "Run: python3 manage.py new_secret_key",
            "config.E001",
        ),
        (settings.DEBUG, "KOPA_DEBUG is on.", "Set KOPA_DEBUG=0.", "config.E002"),
        (
            not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS,
            "KOPA_ALLOWED_HOSTS is empty or lets any host in.",
            "Name the hosts, separated by commas.",
            "config.E003",
        ),
        (
            settings.CACHES["default"]["BACKEND"] in LOCAL_CACHES,
            "The cache is per process, so rate limits count per process.",
            "Set KOPA_REDIS_URL.",
            "config.E004",
        ),
        (
            not settings.HTTPS,
            "KOPA_SITE_URL is not an https:// address.",
            "Set KOPA_SITE_URL to the public address.",
            "config.E005",
        ),
        (
            settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"),
            "The database is SQLite.",
            "Set KOPA_DATABASE_URL to a PostgreSQL database.",
            "config.E006",
        ),
        (not settings.PRODUCTION, "KOPA_PRODUCTION is off.", "Set KOPA_PRODUCTION=1.", "config.E007"),
        (
            not (is_origin(settings.CONTENT_ORIGIN) and settings.CONTENT_ORIGIN.startswith("https://")),
            "KOPA_CONTENT_ORIGIN is not an https:// origin.",
            "Set KOPA_CONTENT_ORIGIN to https:// and a host of another domain than the platform's.",
            "config.E008",
        ),
        (
            are_one_site(settings.CONTENT_ORIGIN, settings.SITE_URL),
            "KOPA_CONTENT_ORIGIN is the same site as KOPA_SITE_URL, so what a package runs could act as its reader.",
            "Name a host of another registrable domain; a sub-domain is not enough.",
            "config.E009",
        ),
    ]
    return [Error(message, hint=hint, id=code) for wrong, message, hint, code in problems if wrong]
