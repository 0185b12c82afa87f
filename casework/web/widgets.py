"""How each kind of field is drawn, with the macros of GOV.UK Frontend.

A widget turns a WTForms field into the macro's parameters; a template may add to them:
`{{ form.city(classes="govuk-input--width-20", heading=True) }}`.
"""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from markupsafe import Markup

from casework.web.i18n import _

Params = dict[str, Any]


def render_macro(component: str, macro: str, params: Mapping[str, Any]) -> Markup:
    """Draw one GOV.UK component, `component` being its folder's name."""
    template = current_app.jinja_env.get_template(
        f"govuk_frontend_jinja/components/{component}/macro.html"
    )
    return Markup(getattr(template.module, macro)(params))  # noqa: S704 - autoescaped template


class Widget:
    """What every component takes: label or legend, hint, error, classes."""

    component = "input"
    macro = "govukInput"

    def __call__(self, field: Any, **options: Any) -> Markup:
        """The component for `field`; see `params` for the options."""
        return render_macro(self.component, self.macro, self.params(field, **options))

    def params(self, field: Any, **options: Any) -> Params:
        """The macro's parameters; `options` are the field's `render_kw` and the template's own.

        Beside the macro's own names a template may give `heading=True` (the label is the page's
        h1), `label_classes` and `hint`, a sentence.
        """
        heading, label_classes = options.pop("heading", False), options.pop("label_classes", "")
        return {
            "id": field.id,
            "name": field.name,
            "errorMessage": error_message(field),
            **self.caption(field, label_classes, heading),
            **hint_text(field, options.pop("hint", "")),
            **options,
        }

    def caption(self, field: Any, classes: str, heading: bool) -> Params:
        """The field's label, as the component wants it."""
        text = label_text(field)
        return {"label": {"text": text, "classes": classes, "isPageHeading": heading}}


class GroupWidget(Widget):
    """A component of several inputs under one legend."""

    def caption(self, field: Any, classes: str, heading: bool) -> Params:
        """The field's label as a fieldset's legend."""
        legend = {
            "text": label_text(field),
            "classes": classes or ("govuk-fieldset__legend--l" if heading else ""),
            "isPageHeading": heading,
        }
        return {"fieldset": {"legend": legend}}


class TextInput(Widget):
    """One line of text."""

    def __init__(self, kind: str = "text") -> None:
        self.kind = kind

    def params(self, field: Any, **options: Any) -> Params:
        """Adds what was typed, kept as it was."""
        value = "" if self.kind == "password" else field._value()
        return {**super().params(field, **options), "value": value, "type": self.kind}


class TextArea(Widget):
    """Several lines of text."""

    component = "textarea"
    macro = "govukTextarea"

    def params(self, field: Any, **options: Any) -> Params:
        """Adds what was typed, kept as it was."""
        rows = options.pop("rows", 5)
        return {**super().params(field, **options), "value": field._value(), "rows": rows}


class Select(Widget):
    """A drop-down list."""

    component = "select"
    macro = "govukSelect"

    def params(self, field: Any, **options: Any) -> Params:
        """Adds the options, with an empty one first."""
        items = [{"value": "", "text": _("Choose"), "selected": not field.data}]
        return {**super().params(field, **options), "items": [*items, *choice_items(field)]}


class GroupedSelect(Widget):
    """A drop-down list in groups, which GOV.UK's own macro does not have."""

    def __call__(self, field: Any, **options: Any) -> Markup:
        """The list, its groups those of the field."""
        params = {
            **self.params(field, **options),
            "groups": field.groups(),
            "chosen": field.chosen(),
            "follows": field.id.removesuffix(field.short_name) + field.follows,
        }
        template = current_app.jinja_env.get_template("components/grouped_select.html")
        return Markup(template.render(params=params))  # noqa: S704 - autoescaped template


class Radios(GroupWidget):
    """One of a few."""

    component = "radios"
    macro = "govukRadios"

    def params(self, field: Any, **options: Any) -> Params:
        """Adds one item per choice."""
        params = super().params(field, **options)
        return {**params, "idPrefix": field.id, "items": choice_items(field)}


class Checkboxes(Radios):
    """Any of a few."""

    component = "checkboxes"
    macro = "govukCheckboxes"


class Confirmation(Widget):
    """One box to tick; its label stands beside it."""

    component = "checkboxes"
    macro = "govukCheckboxes"

    def params(self, field: Any, **options: Any) -> Params:
        """A single item that carries the field's own label."""
        params = super().params(field, **options)
        item = {"value": "y", "text": params.pop("label")["text"], "checked": bool(field.data)}
        return {**params, "idPrefix": field.id, "items": [item]}


class FileInput(Widget):
    """A file to send."""

    component = "file-upload"
    macro = "govukFileUpload"


def error_message(field: Any) -> Params | None:
    """The field's first error, announced in the page's language."""
    if not field.errors:
        return None
    return {"text": str(field.errors[0]), "visuallyHiddenText": _("Error")}


def hint_text(field: Any, hint: str) -> Params:
    """The hint a template gives, else the field's own."""
    text = hint or str(field.description)
    return {"hint": {"text": text}} if text else {}


def label_text(field: Any) -> str:
    """The label, saying so where an answer may be left out."""
    text = str(field.label.text)
    if field.flags.required:
        return text
    return _("%(label)s (optional)", label=text)


def choice_items(field: Any) -> list[Params]:
    """The choices as items, those already chosen marked."""
    chosen = field.chosen()
    return [
        {"value": value, "text": name, "selected": value in chosen, "checked": value in chosen}
        for value, name in field.options()
    ]
