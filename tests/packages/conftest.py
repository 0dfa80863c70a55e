from pathlib import Path

import pytest


@pytest.fixture
def upload(tmp_path):
    def write(body: bytes, name: str = "package.zip") -> Path:
        file = tmp_path / "upload" / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(body)
        return file

    return write
