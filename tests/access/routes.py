"""Every endpoint of the product, and URLs that reach it."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from flask import Flask
from werkzeug.routing import Rule

from blueprints import BLUEPRINTS
from casework.web.access import Access
from tests.access.world import WORDS, Known, World


@dataclass(frozen=True)
class Route:
    """One method of one URL rule."""

    rule: Rule
    method: str
    access: Access

    @property
    def endpoint(self) -> str:
        return str(self.rule.endpoint)

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}"

    def records(self, world: World) -> list[Known | None]:
        """Records that the URL can name; [None] when it names none."""
        if self.access.record is None:
            return [None]
        found = [known for known in world.of(self.access.record) if self._values(known)]
        assert found, f"tests/access/world.py has no {self.access.record.__name__} for {self}"
        return list(found)

    def url(self, known: Known | None, row_id: UUID | None = None) -> str:
        """The address for this record, or for `row_id` in its place."""
        values = self._values(known)
        missing = self.rule.arguments - set(values or {})
        assert values is not None, (
            f"{self}: tests/access/world.py does not know {sorted(missing)}: add a child of that "
            "name to the records of the class (Known.children), or a word to WORDS"
        )
        if row_id is not None and self.access.url_name:
            values[self.access.url_name] = str(row_id)
        path = self.rule.rule
        for part in self.rule._trace:  # the parts of the address: (is an argument, text)
            if part[0]:
                path = _filled(path, part[1], values[part[1]])
        return path

    def _values(self, known: Known | None) -> dict[str, str] | None:
        values = dict(WORDS)
        if known is not None:
            values |= {name: str(row_id) for name, row_id in known.children.items()}
            assert self.access.url_name is not None
            values[self.access.url_name] = str(known.id)
        return values if self.rule.arguments <= set(values) else None


def _filled(path: str, name: str, value: str) -> str:
    start = next(
        index
        for index in range(len(path))
        if path[index] == "<" and path[index:].split(">")[0].split(":")[-1].lstrip("<") == name
    )
    return path[:start] + value + path[path.index(">", start) + 1 :]


def routes() -> list[Route]:
    """Every route of every area, in the order of their addresses."""
    app = Flask("routes", static_folder=None)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return [
        Route(rule, method, app.view_functions[rule.endpoint].access)  # type: ignore[attr-defined]
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})
    ]


def nowhere(route: Route, known: Known | None) -> str:
    """An address of the same form at which there is nothing."""
    return "/there-is-no-such-page" if known is None else route.url(known, uuid4())
