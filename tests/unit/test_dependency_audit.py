"""The dependency audit finds what the index tells, and fails when it is told nothing."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

ROOT = Path(__file__).resolve().parents[2]
FLAW = {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fixed_in": ["2.1"], "summary": "bad"}


def load() -> Any:
    path = ROOT / "script" / "audit_dependencies.py"
    spec = importlib.util.spec_from_file_location("audit_dependencies", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Index(BaseAdapter):
    """An index that knows these pages, by the end of their path."""

    def __init__(self, pages: dict[str, dict[str, Any]], gone: bool = False) -> None:
        super().__init__()
        self.pages, self.gone = pages, gone

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        if self.gone:
            raise requests.ConnectionError
        answer = requests.Response()
        name = str(request.url).split("/pypi/")[1]
        answer.status_code = 200 if name in self.pages else 404
        answer._content = json.dumps(self.pages.get(name)).encode()
        answer.url, answer.request = str(request.url), request
        return answer

    def close(self) -> None:
        """Nothing is open."""


def run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, index: Index, lock: str, excuse: str = ""
) -> int:
    script = load()
    session = requests.Session()
    session.mount("https://", index)
    monkeypatch.setattr("pip_audit._service.pypi.caching_session", lambda _: session)
    file, excuses = tmp_path / "lock.txt", tmp_path / "accepted.csv"
    file.write_text(lock)
    excuses.write_text(f"advisory,until,reason\n{excuse}")
    monkeypatch.setattr(script, "ACCEPTED", excuses)
    status: int = script.main([str(file)])
    return status


LOCK = "flask==2.0 \\\n    --hash=sha256:00\n# a remark\n"


def test_a_sound_package_passes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    index = Index({"flask/2.0/json": {"vulnerabilities": []}})
    assert run(monkeypatch, tmp_path, index, LOCK) == 0


def test_a_vulnerable_package_fails_until_someone_accepts_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = Index({"flask/2.0/json": {"vulnerabilities": [FLAW]}})
    assert run(monkeypatch, tmp_path, index, LOCK) == 1
    assert "flask 2.0: PYSEC-2026-1, fixed in 2.1" in capsys.readouterr().out
    assert run(monkeypatch, tmp_path, index, LOCK, "CVE-2026-1,2999-01-01,not reached") == 0
    assert run(monkeypatch, tmp_path, index, LOCK, "CVE-2026-1,2020-01-01,too late") == 1


def test_an_index_that_tells_only_of_the_newest_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    newest = {"info": {"version": "2.0"}, "vulnerabilities": [FLAW]}
    assert run(monkeypatch, tmp_path, Index({"flask/json": newest}), LOCK) == 1
    other = {"info": {"version": "3.0"}, "vulnerabilities": []}
    assert run(monkeypatch, tmp_path, Index({"flask/json": other}), LOCK) == 1


def test_an_audit_of_nothing_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for lock, index in ((LOCK, Index({})), ("", Index({})), (LOCK, Index({}, gone=True))):
        assert run(monkeypatch, tmp_path, index, lock) == 1
        assert "Nothing was audited" in capsys.readouterr().out
