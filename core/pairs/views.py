"""Pages of pairs: the queue, two side by side, what was decided, merges and taking one back (declared in ``pages``)."""

from typing import ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, DomainError
from core.pairs import comparing
from core.pairs.models import Merge, Pair
from core.pairs.register import Register
from core.pairs.tables import COLOURS, reasons_told, state_words
from core.web.base import Screen
from core.web.details import Action, DetailScreen, Fact, Header, Tab
from core.web.forms import FormScreen, KitForm
from core.web.htmx import go_to
from core.web.lists import BulkAction, ListScreen, PageAction


class OfPages:
    """What every screen of pairs has: the declaration it stands for."""

    pages = None

    @property
    def register(self):
        """Of what these are the pages."""
        return self.pages.register

    @property
    def words(self):
        """What they say."""
        return self.pages.words

    @property
    def permission(self):
        """Who may look: those who judge, and those who only read."""
        return (self.register.judging, self.register.looking)

    def url(self, page, *args):
        """The address of one of the pages."""
        return reverse(getattr(self.pages.addresses, page), args=args)


def deciding(register, state):
    """What a list does to pick pairs: decide them alike."""

    def run(user, pairs):
        for pair in pairs:
            register.decide(user=user, pair=pair, state=state)
        return ngettext("已判定%(n)d对。", "已判定%(n)d对。", len(pairs)) % {"n": len(pairs)}

    return run


class LedOn(DetailScreen):
    """The page of an entry: the address of one that was merged leads to the one kept. Declare ``register``."""

    register: ClassVar[Register]

    def get(self, request, pk):
        """The page under the id of today; 404 for who may not see the one kept."""
        now = self.register.now(pk)
        if now == pk:
            return super().get(request, pk=pk)
        self.fetch(pk=now)
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return go_to(request, reverse(request.resolver_match.view_name, args=[now]) + query)


class PairList(OfPages, ListScreen):
    """The queue."""

    default_sort = "-score"

    @property
    def bulk_actions(self):
        """Many are decided alike."""
        different = BulkAction(
            "different",
            _(self.register.different),
            run=deciding(self.register, Pair.State.DIFFERENT),
            permission=self.register.judging,
            icon="x",
            confirm=self.words.different_confirm,
        )
        later = deciding(self.register, Pair.State.LATER)
        return (different, BulkAction("later", _("以后再定"), run=later, permission=different.permission, icon="clock"))

    def rows(self, user):
        """Pairs of which the user sees both."""
        return self.register.pairs.objects.visible_to(user)

    def row_url(self, row):
        """The two side by side."""
        return self.url("pair", row["pk"])

    def prepare(self, rows, user):
        """What takes one query for all rows."""
        self.pages.prepare(rows)

    def page_actions(self, user):
        """What was merged."""
        return (PageAction(_("合并记录"), self.url("merges"), self.permission, icon="history"),)


class PairPage(OfPages, Screen):
    """Two side by side, and what is to become of them."""

    def pair(self, pk):
        """The pair, 404 outside the scope or once one of the two is no more."""
        found = (
            self.register.pairs.objects.visible_to(self.user).select_related(*self.pages.related).filter(pk=pk).first()
        )
        if found is None:
            raise Http404
        return found

    def get(self, request, pk):
        """The comparison; ``keep`` in the address says which stays."""
        pair = self.pair(pk)
        one, other = pair.first, pair.second
        counts = comparing.counted(self.register.entries, one.pk, other.pk)
        asked = request.GET.get("keep")
        keep = asked if asked in comparing.SIDES else self.pages.fuller(one, other, counts)
        context = {
            "screen": self,
            "words": self.words,
            "different": gettext(self.register.different),
            "pair": pair,
            "title": self.words.question % {"one": one.name, "other": other.name},
            "reasons": reasons_told(self.register, pair.reasons),
            "badge": (state_words(self.register)[pair.state], COLOURS[pair.state]),
            "keep": keep,
            "entries": {side: (who, self.url("entry", who.pk)) for side, who in (("first", one), ("second", other))},
            "lines": [line for line in self.pages.lines(one, other, keep) if line.says],
            "counts": counts,
            "may_merge": self.register.may_merge(self.user),
            "may_judge": self.user.can(self.register.judging),
            "urls": {name: self.url(name, pk) for name in ("decide", "merge_pair")} | {"queue": self.url("queue")},
        }
        return render(request, "pairs/pair.html", context)


class Judging:
    """What only those may open who judge."""

    @property
    def permission(self):
        """Who may judge."""
        return self.register.judging


class PointOut(Judging, OfPages, FormScreen):
    """Somebody knows that this entry stands in the register once more."""

    submit_label = _("并排比较")

    @property
    def form_class(self):
        """The form that names the other one."""
        return type("OtherForm", (KitForm,), {"other": self.pages.other()})

    def fetch(self, **_key):
        """The entry whose page is open; 404 outside the scope."""
        self.entry = self.register.seen(self.user).filter(pk=self.kwargs[self.register.bearer]).first()
        if self.entry is None:
            raise Http404

    def heading(self, thing):
        """Which entry."""
        return self.words.beside % {"name": self.entry.name}

    def save(self, form, thing):
        """Put the two into the queue."""
        other = int(form.cleaned_data["other"])
        return self.register.point_out(user=self.user, one_id=self.entry.pk, other_id=other)

    def success_url(self, saved):
        """The two side by side."""
        return self.url("pair", saved.pk)

    def success_message(self, saved):
        """What to do now."""
        return self.words.check

    def leave_url(self, thing):
        """The entry's page."""
        return self.url("entry", self.entry.pk)


class Act(Judging, PairPage):
    """Something done with a pair by POST; what is refused is said on its page."""

    def get(self, request, pk):
        """There is nothing to read here."""
        return go_to(request, self.url("pair", pk))

    def refused(self, request, pk, why):
        """Back to the pair with the reason."""
        messages.error(request, why)
        return go_to(request, self.url("pair", pk))


class Decide(Act):
    """POST: not the same, later, or open again; then the next pair."""

    def post(self, request, pk):
        """Put the decision down."""
        pair = self.pair(pk)
        said = {name: request.POST.get(name, "") for name in ("state", "note")}
        try:
            self.register.decide(user=self.user, pair=pair, **said)
        except DomainError as error:
            return self.refused(request, pk, error.message)
        messages.success(request, gettext("已判定：%(state)s。") % {"state": state_words(self.register)[pair.state]})
        return go_to(request, self.next_url(pair))

    def next_url(self, pair):
        """Where the one at work goes on: to the next pair of the queue, to the queue when none is left."""
        waiting = self.register.pairs.objects.visible_to(self.user).undecided().exclude(pk=pair.pk)
        found = waiting.order_by("-score", "pk").values_list("pk", flat=True).first()
        return self.url("pair", found) if found else self.url("queue")


class MergePair(Act):
    """POST: make the two one."""

    def post(self, request, pk):
        """``keep`` says which stays, ``take_<field>`` whose value; a pair merged meanwhile leads to its merge."""
        if not self.user.can(self.register.merging):
            raise PermissionDenied
        if (merged := self.merged(pk)) is not None:
            messages.info(request, self.words.already)
            return go_to(request, self.url("merge", merged.pk))
        pair = self.pair(pk)
        keep = request.POST.get("keep", "")
        if keep not in comparing.SIDES:
            return self.refused(request, pk, self.words.which_missing)
        kept, gone = (pair.first, pair.second) if keep == "first" else (pair.second, pair.first)
        lines = self.pages.lines(pair.first, pair.second, keep)
        answers = {name.removeprefix("take_"): value for name, value in request.POST.items() if name[:5] == "take_"}
        try:
            made = self.register.merge(
                user=self.user,
                kept_id=kept.pk,
                merged_id=gone.pk,
                taken=comparing.taken(lines, keep, answers),
                reason=request.POST.get("reason", ""),
            )
        except DomainError as error:
            return self.refused(request, pk, error.message)
        messages.success(request, self.words.merged)
        return go_to(request, self.url("merge", made.pk))

    def merged(self, pk):
        """The merge of the pair, if somebody made one of the two."""
        pair = self.register.pairs.objects.filter(pk=pk).first()
        standing = self.register.merges.objects.visible_to(self.user).standing()
        return standing.filter(Merge.of(pair.first_id, pair.second_id)).first() if pair is not None else None


class MergeList(OfPages, ListScreen):
    """What was merged, and what was taken back."""

    icon = "history"
    default_sort = "-made_at"

    def rows(self, user):
        """Merges the user sees."""
        return self.register.merges.objects.visible_to(user)

    def row_url(self, row):
        """The merge."""
        return self.url("merge", row["pk"])


def what_moved(_screen, merge):
    """Rows that came along, and what met on both sides."""
    return {"moved": [(gettext(label), n) for label, n in merge.moved.items()], "settled": merge.settled}


class MergeDetail(OfPages, DetailScreen):
    """One merge."""

    tabs = (Tab("moved", _("转入的记录"), "pairs/moved.html", what_moved),)

    @property
    def back(self):
        """To the merges."""
        return (self.url("merges"), self.words.merges)

    def rows(self, user):
        """Merges the user sees."""
        return self.register.merges.objects.visible_to(user).select_related("made_by", "undone_by", "operation")

    def header(self, thing):
        """Which became which, by whom, when."""
        kept = self.register.seen(self.user).filter(pk=thing.kept_id).first()
        name = kept.name if kept else ""
        facts = [
            Fact(self.words.kept, name, url=self.url("entry", thing.kept_id) if kept else ""),
            self.pages.told_of(thing),
            Fact(_("合并人"), thing.made_by.full_name),
            Fact(_("合并时间"), thing.made_at),
            Fact(_("事由"), thing.operation.reason),
        ]
        if thing.undone_at:
            facts += [Fact(_("撤销人"), thing.undone_by.full_name), Fact(_("撤销时间"), thing.undone_at)]
        undo = Action(
            _("撤销合并"),
            self.url("undo", thing.pk),
            method="post",
            permission=self.register.merging,
            icon="arrow-back-up",
            confirm=self.words.undo_confirm,
        )
        state, colour = (_("已撤销"), "secondary") if thing.undone_at else (_("已合并"), "green")
        title = gettext("%(merged)s 并入 %(kept)s") % {"merged": thing.merged_name, "kept": name}
        return Header(title, facts=facts, state=state, state_colour=colour, primary=None if thing.undone_at else undo)


class UndoMerge(OfPages, Screen):
    """POST: take a merge back."""

    @property
    def permission(self):
        """Who may merge may take it back."""
        return self.register.merging

    def get(self, request, pk):
        """There is nothing to read here."""
        return go_to(request, self.url("merge", pk))

    def post(self, request, pk):
        """Both stand as before, or the page says what stands in the way."""
        merge = self.register.merges.objects.visible_to(self.user).filter(pk=pk).first()
        if merge is None:
            raise Http404
        try:
            self.register.undo_merge(user=self.user, merge=merge, reason=request.POST.get("reason", ""))
        except Conflict as error:
            changed = len(error.details) if isinstance(error.details, list) else 0
            told = gettext("共%(n)d条记录后来改过。") % {"n": changed} if changed else ""
            messages.error(request, f"{error.message}{told}")
        else:
            messages.success(request, self.words.undone)
        return go_to(request, self.url("merge", pk))
