"""The form page: one column, errors beside the field and on top, nothing lost, two savers told of each other."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.errors import Conflict, DomainError
from core.history.collisions import collisions_told
from core.web.base import Screen, may_send_again
from core.web.fields import Autocomplete
from core.web.htmx import go_to, render_part
from core.web.merging import Clash, as_sent, merge
from core.web.texts import Text

SALT = "core.web.forms"


class KitForm(forms.Form):
    """A form that knows its user: autocomplete fields stay inside their scope."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        give_user(self, user)

    def blank_to_none(self) -> dict[str, Any]:
        """The cleaned values with "" as ``None``: what services take."""
        return {name: None if value == "" else value for name, value in self.cleaned_data.items()}


def give_user(form: forms.BaseForm, user: User | None) -> None:
    """Tell a form's autocomplete widgets whose scope holds; for filter forms too."""
    for field in form.fields.values():
        if isinstance(field.widget, Autocomplete):
            field.widget.user = user


class FormScreen(Screen):
    """Declare ``form_class``, ``save(form, thing)`` and where to go; with ``rows`` it edits, without it creates.

    While somebody edits, others may save: fields only the other changed are kept, a field both changed is shown with
    both values and asked again. The page answers 422 with the form when something is wrong.
    """

    form_class: ClassVar[type[KitForm]]
    template: ClassVar[str] = "web/form.html"
    body_template: ClassVar[str] = "web/form_body.html"
    submit_label: ClassVar[Text] = ""
    next_record: ClassVar[bool] = False
    carried: ClassVar[Sequence[str]] = ()

    def rows(self, user: User) -> QuerySet[Any, Any] | None:
        """The rows that may be edited, through ``visible_to(user)``; ``None`` for a form that creates."""
        return None

    def initial(self, thing: Any) -> dict[str, Any]:
        """Values the form opens with; ``thing`` is ``None`` when creating."""
        return {}

    def save(self, form: KitForm, thing: Any) -> Any:
        """Call the service. A ``DomainError`` stands beside the field it names."""
        raise NotImplementedError

    def success_url(self, saved: Any) -> str:
        """Where to go after saving."""
        raise NotImplementedError

    def leave_url(self, thing: Any) -> str:
        """Where Esc and 取消 lead."""
        return "/"

    def success_message(self, saved: Any) -> str:
        """The sentence that says it was saved."""
        return _("已保存。")

    def extra_context(self, thing: Any) -> dict[str, Any]:
        """More for a template of one's own."""
        return {}

    def heading(self, thing: Any) -> str:
        """The page's title."""
        return str(self.title)

    def fetch(self, *, lock: bool = False, **key: Any) -> Any:
        """The thing to edit, fetched and authorised at once; locked while it is being saved."""
        rows = self.rows(self.user)
        if rows is None:
            return None
        thing = (rows.select_for_update(of=("self",)) if lock else rows).filter(**key).first()
        if thing is None:
            raise Http404
        return thing

    def get(self, request: HttpRequest, **key: Any) -> HttpResponse:
        """The form, with what was carried over from the record before."""
        thing = self.fetch(**key)
        carried = request.session.pop(f"carry:{request.path}", {}) if self.next_record else {}
        initial = {**self.initial(thing), **carried}
        return self._page(self.form_class(user=self.user, initial=initial), thing, opened=initial)

    def post(self, request: HttpRequest, **key: Any) -> HttpResponse:
        """Save and go on, or show what is wrong with everything still typed."""
        thing: Any = None
        form: KitForm | None = None
        clashes: list[Clash] = []
        now: dict[str, Any] = {}
        saved = None
        try:
            with collisions_told(), transaction.atomic():
                thing = self.fetch(lock=True, **key)
                now = self.initial(thing)
                form, clashes = self._bound(request, thing, now)
                if not clashes and form.is_valid():
                    saved = self._attempt(form, thing)
        except Conflict as error:  # overtaken at the lock, or refused when all was to be kept
            if may_send_again(request, error):
                raise
            if form is None:
                thing = self.fetch(**key)
                now = self.initial(thing)
                form, clashes = self._bound(request, thing, now)
            form.add_error(None, error.message)
        if clashes or form.errors:
            return self._page(form, thing, opened=now, clashes=clashes, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return self._done(request, form, saved)

    def _attempt(self, form: KitForm, thing: Any) -> Any:
        """What was saved; ``None``, with the reason in the form, when that was refused."""
        try:
            with collisions_told(), transaction.atomic():
                return self.save(form, thing)
        except DomainError as error:
            if may_send_again(self.request, error):
                raise
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return None

    def _bound(self, request: HttpRequest, thing: Any, now: dict[str, Any]) -> tuple[KitForm, list[Clash]]:
        data: QueryDict = request.POST
        opened = _opened(request) if thing is not None else None
        if opened is None:
            return self.form_class(data, request.FILES or None, user=self.user, initial=now), []
        merged = merge(self.form_class(user=self.user, initial=now), data, opened)
        if merged.kept:
            messages.info(request, _("别人刚改了：%(fields)s。已保留他们的改动。") % {"fields": "、".join(merged.kept)})
        return self.form_class(merged.data, request.FILES or None, user=self.user, initial=now), merged.clashes

    def _done(self, request: HttpRequest, form: KitForm, saved: Any) -> HttpResponse:
        messages.success(request, self.success_message(saved))
        if self.next_record and "save_next" in request.POST:
            request.session[f"carry:{request.path}"] = {
                name: form.data.get(form.add_prefix(name), "") for name in self.carried
            }
            return go_to(request, request.get_full_path())
        return go_to(request, self.success_url(saved))

    def _page(
        self, form: KitForm, thing: Any, *, opened: dict[str, Any], clashes: Sequence[Clash] = (), status: int = 200
    ) -> HttpResponse:
        unbound = self.form_class(user=self.user, initial=opened)
        context = {
            "screen": self,
            "title": self.heading(thing),
            "form": form,
            "thing": thing,
            "clashes": clashes,
            "opened": signing.dumps(as_sent(unbound), salt=SALT, compress=True) if thing is not None else "",
            "leave_url": self.leave_url(thing),
            "submit_label": self.submit_label or _("保存"),
            **self.extra_context(thing),
        }
        return render_part(self.request, self.template, {"form": self.body_template}, context, status=status)


def _opened(request: HttpRequest) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = signing.loads(request.POST.get("_opened", ""), salt=SALT)
    except signing.BadSignature:
        return None
    return found
