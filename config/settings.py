"""Every setting, read once from `KOPA_*`. Each default runs on a laptop with nothing installed."""

from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from config import env, origins

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("KOPA_VAR_DIR", str(BASE_DIR / "var")))

DEBUG = env.flag("KOPA_DEBUG", default=False)
# The laptop default is public knowledge; `check --deploy` and the start of production refuse it.
SAMPLE_SECRET_KEY = "kopa-sample-secret-key-for-laptops-only-0123456789"
SECRET_KEY = env.text("KOPA_SECRET_KEY", SAMPLE_SECRET_KEY)
PRODUCTION = env.flag("KOPA_PRODUCTION", default=False)
SITE_URL = env.text("KOPA_SITE_URL", "http://localhost:8000").rstrip("/")
# Packages are played from another site, so that nothing they run can act as the reader.
CONTENT_ORIGIN = env.text("KOPA_CONTENT_ORIGIN", origins.other_local(SITE_URL)).rstrip("/")
ALLOWED_HOSTS = [
    *env.items("KOPA_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]"),
    *filter(None, [urlsplit(CONTENT_ORIGIN).hostname]),
]
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("KOPA_BEHIND_PROXY", default=False) else None
HTTPS = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "config",
    "assessments",
    "certificates",
    "runtime",
    "lrs",
    "learning",
    "courses",
    "cms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "treebeard",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.content_origin.OriginMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.content_origin.ContentOriginMiddleware",
    "config.middleware.ContentPolicyMiddleware",
    "config.content_origin.FetchMetadataMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "learning.people.codes.shared.SharedComputerMiddleware",
    "config.middleware.LanguageMiddleware",
    "config.middleware.DefaultDenyMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.PrivateCachingMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": env.database("KOPA_DATABASE_URL", sqlite_path=VAR_DIR / "kopa.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("KOPA_REDIS_URL")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10_000}},
    # Rendered parts of the page frame: per process on purpose, see cms/frame.py.
    "frame": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "frame"},
}

AUTH_USER_MODEL = "learning.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/learn/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_ADAPTER = "learning.people.adapter.AccountAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {
    "login": "learning.people.account_forms.LoginForm",
    "reset_password": "learning.people.account_forms.ResetPasswordForm",
    "reset_password_from_key": "learning.people.account_forms.ResetPasswordKeyForm",
    "change_password": "learning.people.account_forms.ChangePasswordForm",
    "set_password": "learning.people.account_forms.SetPasswordForm",
    "reauthenticate": "learning.people.account_forms.ReauthenticateForm",
}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_RATE_LIMITS = {
    "login_failed": "5/5m/key,50/5m/ip",
    "reset_password": "20/m/ip,5/15m/key",
    # The door for people without e-mail: `learning.people.codes`.
    "code": "5/5m/key,100/5m/ip",
}
MFA_ADAPTER = "learning.people.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Kopā"
MFA_FORMS = {
    "authenticate": "learning.people.account_forms.AuthenticateForm",
    "reauthenticate": "learning.people.account_forms.ReauthenticateWithCodeForm",
    "activate_totp": "learning.people.account_forms.ActivateTOTPForm",
}

SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "kopa_session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "kopa_csrf"
LANGUAGE_COOKIE_NAME = "__Host-language" if HTTPS else "kopa_language"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
CSRF_FAILURE_VIEW = "cms.views.csrf_failure"

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; media-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-ancestors 'none'"
)
# Wagtail's editor needs inline styles and scripts; nothing a learner or an institution opens has them.
EDITOR_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)

LANGUAGE_CODE = "lv"
LANGUAGES = [("lv", _("Latvian")), ("en", _("English"))]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_CONTENT_LANGUAGES = [("lv", _("Latvian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Riga"
USE_I18N = USE_TZ = True
FORMAT_MODULE_PATH = ["config.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# Issued documents: never public, never under MEDIA_ROOT.
DOCUMENT_ROOT = VAR_DIR / "documents"
# Unpacked packages, likewise: only the content origin serves them, each file for a signed token.
PACKAGE_ROOT = VAR_DIR / "packages"
# Where the web server keeps that folder to itself, such as `/packages/`: then it sends the files that Django allows.
PACKAGE_ACCEL_PREFIX = env.text("KOPA_PACKAGE_ACCEL_PREFIX")
PACKAGE_MAX_MB = env.number("KOPA_PACKAGE_MAX_MB", 500)
# Bytes of attachments in the record store, by hash.
ATTACHMENT_ROOT = VAR_DIR / "attachments"
# The largest request that the record store reads.
XAPI_MAX_BYTES = env.number("KOPA_XAPI_MAX_MB", 16) * 1024 * 1024
# Whether statements may be forwarded to this machine itself: for trying it out, never in production.
XAPI_FORWARD_TO_LOOPBACK = DEBUG

EMAIL_URL_HOST = env.text("KOPA_SMTP_HOST")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_URL_HOST
    else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = EMAIL_URL_HOST
EMAIL_PORT = env.number("KOPA_SMTP_PORT", 587)
EMAIL_HOST_USER = env.text("KOPA_SMTP_USER")
EMAIL_HOST_PASSWORD = env.text("KOPA_SMTP_PASSWORD")
EMAIL_USE_TLS = env.flag("KOPA_SMTP_TLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("KOPA_MAIL_FROM", "Kopā <macibas@demonovads.example>")

NO_BROKER = "memory://localhost/"
CELERY_BROKER_URL = env.text("KOPA_BROKER_URL", NO_BROKER)
CELERY_TASK_ALWAYS_EAGER = CELERY_BROKER_URL == NO_BROKER
CELERY_TASK_EAGER_PROPAGATES = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True

WAGTAIL_SITE_NAME = "Kopā"
WAGTAIL_DATE_FORMAT = "%d.%m.%Y."
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_I18N_ENABLED = False
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

QUICK_EXIT_URL = env.text("KOPA_QUICK_EXIT_URL", "https://www.lsm.lv/")

# Covering indexes are plain ones on SQLite, which is what a laptop needs.
SILENCED_SYSTEM_CHECKS = ["models.W040"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"without_secrets": {"()": "config.logs.WithoutSecrets"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_secrets"]},
    },
    "root": {"handlers": ["console"], "level": env.text("KOPA_LOG_LEVEL", "WARNING")},
    "loggers": {"django.server": {"level": "WARNING"}},
}
