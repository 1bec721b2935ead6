"""Tags of the page kit: icon, frame, field, control, progress, chart, steps, timeline, masked."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils.safestring import SafeString

from core.accounts.models import User
from core.jobs.models import Job
from core.web import icons
from core.web.charts import Chart
from core.web.details import Action, Fact, Step, may_reveal
from core.web.frame import Frame, frame_of
from core.web.words import spoken, spoken_sex

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
register.filter(spoken)
register.filter(spoken_sex)


@register.simple_tag(takes_context=True)
def frame(context: template.Context) -> Frame | None:
    """The frame of this request; ``None`` for nobody."""
    user = context["request"].user
    return frame_of(context["request"], user) if isinstance(user, User) else None


@register.simple_tag
def control(field: BoundField, **attrs: Any) -> SafeString:
    """The input of a bound field with the look and the ARIA wiring of the kit."""
    widget = field.field.widget
    if isinstance(widget, forms.Select) and not isinstance(widget.choices, forms.models.ModelChoiceIterator):
        widget.choices = spoken_choices(widget.choices)
    css = next(name for kind, name in CONTROL_CLASSES if isinstance(widget, kind))
    given = {"class": f"{widget.attrs.get('class', '')} {css}{' is-invalid' if field.errors else ''}".strip(), **attrs}
    if isinstance(widget, forms.MultiWidget):
        given["aria-label"] = str(field.label)
    described = [f"{field.auto_id}_hint"] if field.help_text else []
    described += [f"{field.auto_id}_error"] if field.errors else []
    if described:
        given["aria-describedby"] = " ".join(described)
    if field.errors:
        given["aria-invalid"] = "true"
    return field.as_widget(attrs=given)


def spoken_choices(choices: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """The options of a list, groups included, in the language of the page."""
    return [
        (value, spoken_choices(said) if isinstance(said, list | tuple) else spoken(said)) for value, said in choices
    ]


@register.inclusion_tag("web/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """A field of a form: label, control, hint, errors."""
    widget = bound.field.widget
    return {
        "field": bound,
        "single_check": isinstance(widget, forms.CheckboxInput),
        "many": isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple),
        "several": isinstance(widget, forms.MultiWidget),
    }


@register.inclusion_tag("web/progress.html")
def progress(job: Job) -> dict[str, Any]:
    """The progress bar of a task."""
    return {"job": job}


@register.inclusion_tag("web/chart.html")
def chart(chart: Chart) -> dict[str, Any]:
    """A chart with its tools and its table."""
    return {"chart": chart}


@register.inclusion_tag("web/steps.html")
def steps(steps: Sequence[Step]) -> dict[str, Any]:
    """The steps of a process as a line."""
    return {"steps": steps}


@register.inclusion_tag("web/action.html", takes_context=True)
def action(context: template.Context, one: Action, primary: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - a template passes it by place
    """A button (``primary``) or a line of a menu that does something with the thing."""
    return {"one": one, "primary": primary, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("web/fact.html", takes_context=True)
def fact(context: template.Context, fact: Fact) -> dict[str, Any]:
    """A fact's value, masked where it must be, with the way to open it for those who may."""
    user = context["request"].user
    opens = bool(fact.reveal and fact.pk is not None) and isinstance(user, User) and may_reveal(user, fact.reveal)
    return {
        "fact": fact,
        "may_reveal": opens,
        "url": reverse("web:reveal", args=[fact.reveal, fact.pk]) if opens else "",
        "target": f"reveal-{fact.reveal.replace('.', '-')}-{fact.pk}",
        "csrf_token": context.get("csrf_token"),
    }
