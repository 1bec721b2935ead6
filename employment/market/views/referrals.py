"""Pages of referrals: the register, one process and its next step, the tab in a person's file."""

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.web.details import Action, DetailScreen, Fact, Header, Step, Tab
from core.web.forms import FormScreen
from core.web.lists import EmptyState, ListScreen, PageAction
from core.web.timeline import timeline_of
from employment.filters import of_person
from employment.market import services
from employment.market.filters import ReferralFilter
from employment.market.forms import NewReferralForm, StepForm, WithdrawStepForm
from employment.market.process import DECLINED, LINE, MOVES, apart
from employment.market.tables import REFERRAL_COLUMNS, RESULT_BADGES
from employment.models import Referral, Vacancy
from employment.queries import place_names
from employment.tables import add_homes
from employment.views.shared import importing, words, worker_url
from employment.views.work import PERSON_HINT


class ReferralList(ListScreen):
    """/employment/referrals/ — 求职登记, step by step."""

    key = "referrals"
    title = _("求职登记")
    permission = "employment.view"
    icon = "send"
    columns = REFERRAL_COLUMNS
    filterset_class = ReferralFilter
    quick_filters = ("township", "result", "latest")
    default_sort = "-happened_on"
    search_hint = PERSON_HINT
    export_kind = "referrals"

    @property
    def empty(self):
        """Where steps come from."""
        text = _("导入求职登记，在招聘会上逐个登记，或从岗位的匹配名单里推荐。")
        return EmptyState(text, importing("referrals"), reverse("workbooks:template", args=["referrals"]))

    def rows(self, user):
        """Steps of the persons the user sees."""
        return Referral.objects.visible_to(user)

    def search(self, queryset, text):
        """By person."""
        return queryset.filter(of_person(text))

    def row_fields(self):
        """For the names of villages."""
        return ("worker__village_code",)

    def row_url(self, row):
        """The process the step belongs to."""
        return reverse("employment:referral", args=[row["pk"]])

    def prepare(self, rows, user):
        """Names of villages: one query."""
        add_homes(rows)

    def page_actions(self, user):
        """Write one down, import many."""
        return (
            PageAction(_("求职登记"), reverse("employment:new_referral"), "referrals.edit", primary=True),
            PageAction(
                _("导入求职登记"), importing("referrals"), "imports.write", icon="file-import", kind="referrals"
            ),
        )


def words_of(result):
    """A result in the language of the page."""
    return RESULT_BADGES[result][0]


def process_of(step):
    """The process a step belongs to, up to its 到岗."""
    same = Referral.objects.filter(
        worker=step.worker, employer=step.employer, job_title=step.job_title, fair=step.fair
    ).select_related("vacancy")
    return next(process for process in apart(same) if step in process.steps)


def overview(screen, step):
    """To what, by which way."""
    place = step.place_code or step.employer.place_code
    kept = (
        Fact(_("劳动力"), step.worker.name, url=worker_url(step.worker_id)),
        Fact(_("企业"), step.employer.name, url=reverse("employment:employer", args=[step.employer_id])),
        Fact(_("岗位"), step.job_title, url=reverse("employment:vacancy", args=[step.vacancy_id]) if step.vacancy_id else ""),
        Fact(_("所在地"), place_names([place]).get(place, "")),
        Fact(_("招聘会"), step.fair.name if step.fair else "", url=reverse("employment:fair", args=[step.fair_id]) if step.fair_id else ""),
    )  # fmt: skip
    told = tuple(Fact(words_of(one.result), one.happened_on) for one in screen.process.steps)
    return {"groups": ((_("求职"), kept), (_("登记的各步"), told))}


def history(screen, _step):
    """Who wrote the last step down, and what was changed of it."""
    return {"moments": timeline_of(screen.process.last, actions=words())}


class ReferralDetail(DetailScreen):
    """/employment/referrals/<id>/ — the process a step belongs to, and its next step."""

    permission = "employment.view"
    tabs = (
        Tab("file", _("求职"), "web/sheet.html", overview),
        Tab("history", _("变更历史"), "web/timeline.html", history),
    )

    @property
    def back(self):
        """To the list."""
        return (reverse("employment:referrals"), _("求职登记"))

    def rows(self, user):
        """Steps of the persons the user sees."""
        return Referral.objects.visible_to(user).select_related("worker", "employer", "fair", "vacancy")

    def header(self, thing):
        """Who, to which post, how far; the next step."""
        self.process = process_of(thing)
        last = self.process.last
        word, colour = RESULT_BADGES[last.result]
        shown = (
            Fact(_("企业"), thing.employer.name),
            Fact(_("岗位"), thing.job_title),
            Fact(_("最近一步"), last.happened_on),
        )
        onward = Action(
            _("登记下一步"),
            reverse("employment:next_step", args=[last.pk]),
            permission="referrals.edit",
            icon="arrow-right",
            refused="" if self.process.moves else _("已到岗，求职已完成"),
        )
        withdraw = Action(
            _("撤回最近一步"),
            reverse("employment:withdraw_step", args=[last.pk]),
            permission="referrals.edit",
            icon="arrow-back-up",
        )
        return Header(thing.worker.name, facts=shown, state=word, state_colour=colour, primary=onward, menu=(withdraw,))

    def steps(self, thing):
        """推荐 → 意向 → 签约 → 到岗 without what was passed over, or where it ended."""
        taken = {step.result: step.happened_on for step in self.process.steps}
        last = self.process.last.result
        if last == DECLINED:
            done = [Step(words_of(word), "done", on=taken[word]) for word in LINE if word in taken]
            return [*done, Step(words_of(DECLINED), "refused", on=taken[DECLINED], why=_("没有达成，可以重新推荐"))]
        reached = LINE.index(last)
        return [
            Step(
                words_of(word),
                "done" if n <= reached else "current" if n == reached + 1 else "todo",
                on=taken.get(word),
            )
            for n, word in enumerate(LINE)
            if word in taken or n > reached
        ]


LONGEST_KEY = 19
"""Digits of a key; a longer number is none."""


class NewReferral(FormScreen):
    """/employment/referrals/new/?worker=&fair=&vacancy= — the first step of somebody towards a post."""

    permission = "referrals.edit"
    title = _("求职登记")
    form_class = NewReferralForm
    next_record = True
    carried = ("fair", "employer", "job_title", "result", "happened_on")

    def initial(self, thing):
        """What the page was opened for."""
        asked = {name: self.request.GET.get(name, "") for name in ("worker", "fair", "vacancy")}
        found = {"fair": asked["fair"], "happened_on": localdate()}
        if asked["worker"].isascii() and asked["worker"].isdigit():
            found["worker"] = asked["worker"]
        vacancy = self.vacancy()
        if vacancy is not None:
            found |= {"employer": vacancy.employer_id, "job_title": vacancy.job_title}
        return found

    def vacancy(self):
        """The vacancy the page was opened for, if any."""
        asked = self.request.GET.get("vacancy", "")
        if not (asked.isascii() and asked.isdigit() and len(asked) < LONGEST_KEY):
            return None
        return Vacancy.objects.visible_to(self.user).filter(pk=asked).first()

    def save(self, form, thing):
        """Take the step."""
        given = form.cleaned_data
        firm, vacancy = form.firm(), self.vacancy()
        if vacancy is not None and (vacancy.employer_id, vacancy.job_title) != (firm.pk, given["job_title"]):
            vacancy = None
        post = services.Post(employer=firm, job_title=given["job_title"], fair=given["fair"], vacancy=vacancy)
        return services.record_step(
            user=self.user,
            worker_id=int(given["worker"]),
            post=post,
            result=given["result"],
            day=given["happened_on"],
            beyond=given["beyond"],
        )

    def success_url(self, saved):
        """The process."""
        return reverse("employment:referral", args=[saved.pk])

    def leave_url(self, thing):
        """The list."""
        return reverse("employment:referrals")


class StepScreen(FormScreen):
    """What acts on the last step of a process have in common."""

    permission = "referrals.edit"

    def rows(self, user):
        """Steps of the persons the user sees."""
        return Referral.objects.visible_to(user).select_related("worker", "employer", "fair")

    def leave_url(self, thing):
        """The process."""
        return reverse("employment:referral", args=[thing.pk])


class NextStep(StepScreen):
    """/employment/referrals/<id>/next/ — take the next step."""

    form_class = StepForm

    def initial(self, thing):
        """Today, and the next one of the line."""
        moves = MOVES[thing.result]
        return {"moves": moves, "result": moves[0] if moves else "", "happened_on": localdate()}

    def heading(self, thing):
        """Whose."""
        return __("%(name)s：登记下一步") % {"name": thing.worker.name}

    def save(self, form, thing):
        """Take it."""
        post = services.Post(employer=thing.employer, job_title=thing.job_title, fair=thing.fair)
        given = form.cleaned_data
        return services.record_step(
            user=self.user,
            worker_id=thing.worker_id,
            post=post,
            result=given["result"],
            day=given["happened_on"],
            beyond=given["beyond"],
        )

    def success_url(self, saved):
        """The process."""
        return reverse("employment:referral", args=[saved.pk])


class WithdrawStep(StepScreen):
    """/employment/referrals/<id>/withdraw/ — take the last step back."""

    form_class = WithdrawStepForm
    submit_label = _("撤回")

    def initial(self, thing):
        """Nothing is proposed."""
        return {"reason": ""}

    def heading(self, thing):
        """Which step of whom."""
        return __("撤回%(name)s %(day)s的“%(step)s”") % {
            "name": thing.worker.name,
            "day": thing.happened_on,
            "step": thing.result,
        }

    def save(self, form, thing):
        """Take it back."""
        services.withdraw_step(user=self.user, step=thing, reason=form.cleaned_data["reason"])
        return thing

    def success_url(self, saved):
        """The list of this person."""
        return f"{reverse('employment:referrals')}?worker={saved.worker_id}"
