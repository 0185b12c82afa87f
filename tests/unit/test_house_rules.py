"""Functions of at most 40 lines, modules of at most 400, routes of at most 20."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("casework", "blueprints", "models", "audit", "bench")

LONGEST_MODULE = 400
LONGEST_FUNCTION = 40
LONGEST_ROUTE = 20
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "managers.py", "manager.py", "misc.py"}


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def place(path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno} {node.name} ({length(node)} lines)"


def test_modules_are_short() -> None:
    counted = {path: len(path.read_text().splitlines()) for path in modules()}
    # labels.py is one table of names, policy.py one table of permissions; an auditor who gets the
    # offline verifier gets one file, signatures included
    whole = {ROOT / "casework/labels.py", ROOT / "casework/vocabulary.py"}
    whole.add(ROOT / "audit/offline_verifier.py")
    long = [str(p) for p, lines in counted.items() if lines > LONGEST_MODULE and p not in whole]
    assert counted
    assert long == []


def test_functions_are_short() -> None:
    long = [
        place(path, node)
        for path in modules()
        for node in functions(path)
        if length(node) > LONGEST_FUNCTION
    ]
    assert long == []


def test_routes_are_short() -> None:
    long = [
        place(path, node)
        for path in sorted((ROOT / "blueprints").rglob("routes*.py"))
        for node in functions(path)
        if node.decorator_list and length(node) > LONGEST_ROUTE
    ]
    assert long == []


def test_no_module_is_a_drawer() -> None:
    assert [str(path) for path in modules() if path.name in FORBIDDEN_NAMES] == []
