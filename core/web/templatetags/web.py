"""Tags of the page kit: icon, frame, field, control, progress, chart, steps, timeline, masked."""

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from core.accounts.models import User
from core.jobs.models import Job
from core.web import icons
from core.web.frame import Frame, frame_of

register = template.Library()

CONTROL_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.MultiWidget, "form-control"),
    (forms.Widget, "form-control"),
)

register.simple_tag(icons.icon, name="icon")


@register.simple_tag(takes_context=True)
def frame(context: template.Context) -> Frame | None:
    """The frame of this request; ``None`` for nobody."""
    user = context["request"].user
    return frame_of(context["request"], user) if isinstance(user, User) else None


@register.simple_tag
def control(field: BoundField, **attrs: Any) -> SafeString:
    """The input of a bound field with the look and the ARIA wiring of the kit."""
    widget = field.field.widget
    css = next(name for kind, name in CONTROL_CLASSES if isinstance(widget, kind))
    given = {"class": f"{widget.attrs.get('class', '')} {css}{' is-invalid' if field.errors else ''}".strip(), **attrs}
    described = [f"{field.auto_id}_hint"] if field.help_text else []
    described += [f"{field.auto_id}_error"] if field.errors else []
    if described:
        given["aria-describedby"] = " ".join(described)
    if field.errors:
        given["aria-invalid"] = "true"
    return field.as_widget(attrs=given)


@register.inclusion_tag("web/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """A field of a form: label, control, hint, errors."""
    widget = bound.field.widget
    return {
        "field": bound,
        "single_check": isinstance(widget, forms.CheckboxInput),
        "many": isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple),
    }


@register.inclusion_tag("web/progress.html")
def progress(job: Job) -> dict[str, Any]:
    """The progress bar of a task."""
    return {"job": job}
