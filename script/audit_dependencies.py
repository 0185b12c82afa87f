"""Whether a known vulnerability stands against a package of the locks.

    .venv/bin/python script/audit_dependencies.py [LOCK …]      default: requirements/*.txt

Advisories come from the package index, version by version; where an index serves only the newest
version's, they count for a package that is locked at it. Exit 1: a vulnerability that nobody
accepted, or nothing could be audited at all. An advisory may be accepted for a while in
requirements/accepted-advisories.csv (advisory, until, reason).
"""

import csv
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import requests
from packaging.requirements import Requirement
from packaging.version import Version
from pip_audit._service import (
    Dependency,
    PyPIService,
    ResolvedDependency,
    ServiceError,
    VulnerabilityResult,
)

ROOT = Path(__file__).resolve().parent.parent
ACCEPTED = ROOT / "requirements" / "accepted-advisories.csv"
AT_ONCE = 8


class IndexSession:
    """Asks the index for a version's page, and for its newest version's where that is missing."""

    def __init__(self, session: requests.Session) -> None:
        self._session = session

    def get(self, url: str, timeout: int | None) -> requests.Response:
        """The page of the version named in `url`; 404 when the index tells nothing about it."""
        answer = self._session.get(url, timeout=timeout)
        project, version, page = url.rsplit("/", 2)
        if answer.status_code != requests.codes.not_found:
            return answer
        newest = self._session.get(f"{project}/{page}", timeout=timeout)
        told: dict[str, Any] = newest.json() if newest.ok else {}
        return newest if told.get("info", {}).get("version") == version else answer


def locked(files: list[Path]) -> list[Dependency]:
    """Every package of the locks, once a version."""
    found = set()
    for file in files:
        for line in file.read_text().splitlines():
            if line and not line.startswith((" ", "#")):
                requirement = Requirement(line.rstrip("\\ "))
                (pin,) = requirement.specifier
                found.add((requirement.name, pin.version))
    return [ResolvedDependency(name, Version(version)) for name, version in sorted(found)]


def accepted() -> dict[str, str]:
    """Advisories that someone accepted and whose time has not run out, with the reason."""
    with ACCEPTED.open(newline="") as file:
        rows = list(csv.DictReader(file))
    today = date.today()  # noqa: DTZ011 - a day of whoever runs the audit
    return {
        row["advisory"]: row["reason"] for row in rows if date.fromisoformat(row["until"]) >= today
    }


def audited(packages: list[Dependency]) -> Iterator[tuple[Dependency, list[VulnerabilityResult]]]:
    """Each package with its vulnerabilities; a package that nobody could audit is skipped."""
    service = PyPIService(timeout=30)
    service.session = IndexSession(service.session)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(service.query, packages)


def report(answers: list[tuple[Dependency, list[VulnerabilityResult]]]) -> bool:
    """Print what was found; whether all is well."""
    excused, bad = accepted(), []
    unknown = [package.name for package, _ in answers if package.is_skipped()]
    for package, found in answers:
        for flaw in found:
            fixed = ", ".join(str(version) for version in flaw.fix_versions) or "no version"
            if not {flaw.id, *flaw.aliases} & excused.keys():
                bad.append(f"{package.name} {package.version}: {flaw.id}, fixed in {fixed}")
    count = len(answers) - len(unknown)
    print(
        f"Audited {count} of {len(answers)} locked packages; {len(bad)} vulnerable.", *bad, sep="\n"
    )
    if unknown:
        print("No advisories to be had for:", ", ".join(unknown))
    if not count:
        print("Nothing was audited: the index gave no advisories. Try again with a connection.")
    return bool(count) and not bad


def main(arguments: list[str]) -> int:
    """The exit status: 0 when packages were audited and none is vulnerable."""
    files = [Path(name) for name in arguments] or sorted((ROOT / "requirements").glob("*.txt"))
    try:
        answers = list(audited(locked(files)))
    except (ServiceError, requests.RequestException):
        print("Nothing was audited: the index did not answer. Try again with a connection.")
        return 1
    return 0 if report(answers) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
