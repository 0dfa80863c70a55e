"""Build `.venv` from `uv.lock` with nothing but the standard library, then restart inside it.

`KOPA_BOOTSTRAP=0` switches it off, for containers that bring their own environment.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
UV = "uv==0.13.9"


class BootstrapError(Exception):
    """The environment cannot be built; the message is one sentence for a person."""


def ensure_environment() -> None:
    """Restart this process under `.venv`, building or refreshing it first.

    Raises BootstrapError when this machine lacks what that takes.
    """
    if os.environ.get("KOPA_BOOTSTRAP") == "0":
        return
    if sys.version_info < (3, 11):  # noqa: UP036  This file alone may be read by an older Python.
        have = ".".join(map(str, sys.version_info[:2]))
        raise BootstrapError(f"Kopā needs Python 3.11 or newer and this is Python {have}: run it with python3.11.")
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (python.exists() and _stamp().exists()):
        _create_venv()
    if not _is_current():
        _install(python)
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(python, [str(python), *sys.argv])


def _create_venv() -> None:
    print("Kopā: building .venv, once, about half a minute …", file=sys.stderr)
    try:
        import ensurepip  # noqa: F401  Debian packs it apart from Python itself.
        import venv
    except ImportError:
        package = f"python3.{sys.version_info[1]}-venv"
        raise BootstrapError(
            f"Python's venv module is missing: install it (on Debian and Ubuntu: apt install {package}) and try again."
        ) from None
    venv.create(VENV, with_pip=True, clear=True)
    # Whoever interrupts before this line finds no stamp, and the next run begins anew.
    _stamp().touch()


def _stamp() -> Path:
    return VENV / "kopa-lock"


def _fingerprint() -> str:
    parts = [UV.encode(), sys.version.encode(), *((ROOT / name).read_bytes() for name in ("pyproject.toml", "uv.lock"))]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _is_current() -> bool:
    return _stamp().read_text() == _fingerprint()


def _install(python: Path) -> None:
    environment = {**os.environ, "VIRTUAL_ENV": str(VENV), "UV_PROJECT_ENVIRONMENT": str(VENV), "UV_NO_PROGRESS": "1"}
    environment["UV_PYTHON"] = str(python)
    for command in (
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV],
        [python, "-m", "uv", "sync", "--frozen", "--quiet", "--inexact"],
    ):
        if subprocess.run(command, cwd=ROOT, env=environment).returncode:
            raise BootstrapError("The packages in uv.lock could not be installed: check the network and try again.")
    _stamp().write_text(_fingerprint())
