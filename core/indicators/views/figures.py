"""The catalogue of indicators, one of them, the people behind a number."""

from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

from django.http import QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.api.paging import Cursor
from core.errors import DomainError, NotFound
from core.formats.masking import mask_id, mask_phone
from core.indicators import pictures, tables
from core.indicators.answers import answer
from core.indicators.forms import QuestionForm, period_choices
from core.indicators.people import parts_of, people_behind
from core.indicators.questions import read_question
from core.indicators.registry import all_indicators, indicator_named
from core.indicators.scope import people_table
from core.indicators.screens import name_of
from core.web.base import Screen
from core.web.htmx import render_part
from core.web.words import spoken_sex

PAGE = 50
MOST_ROWS = 500
PERMISSION = "statistics.read"


class Catalogue(Screen):
    """/statistics/ — every indicator, by the process it belongs to, with its definition."""

    permission = PERMISSION
    title = _("统计指标")

    def get(self, request):
        """The list."""
        rows = [
            {"indicator": one, "name": name_of(one), "unit": __(one.unit), "definition": one.say(one.definition, __)}
            for one in all_indicators()
        ]
        return render(request, "indicators/catalogue.html", {"title": self.title, "rows": rows})


class IndicatorPage(Screen):
    """/statistics/CODE/ — one indicator: the number, split and limited as asked, its picture, its definition."""

    permission = PERMISSION

    def get(self, request, code):
        """The page, or its region."""
        indicator = indicator_named(code)
        form = QuestionForm(_with_defaults(request.GET, indicator), indicator=indicator, user=self.user)
        context = {"title": name_of(indicator), "indicator": indicator, "form": form, "periods": period_choices()}
        try:
            question = read_question(code, form.words(), self.user)
            context |= self._answered(question, form.words())
        except NotFound as error:
            if error.field != "division":
                raise
            context["refusal"] = error.message
        except DomainError as error:
            context["refusal"] = error.message
        return render_part(request, "indicators/indicator.html", {"statistic": "indicators/region.html"}, context)

    def _answered(self, question, words):
        document = answer(question).document
        persons = question.indicator.fact.persons and self.user.can("statistics.people")
        numbers = [__(label) for _key, label in tables.part_labels(question.indicator)]
        numbers[0] = f"{numbers[0]}（{__(question.indicator.unit)}）"
        headings = [*[__(dimension.label) for dimension in question.by], *numbers]
        total = _numbers(question, document["total"], words if persons else None, ())
        lines = [_line(question, row, words, persons) for row in document["rows"][:MOST_ROWS]]
        for cells in (total, *[line["numbers"] for line in lines]):
            for cell, heading in zip(cells, headings[len(question.by) :], strict=True):
                cell["label"] = heading
        return {
            "question": question,
            "document": document,
            "about": tables.about(question, document, __, name_of(question.indicator)),
            "headings": headings,
            "lines": lines,
            "hidden": len(document["rows"]) - len(lines),
            "dimensions": len(question.by),
            "computed_at": datetime.fromisoformat(document["computed_at"]),
            "total": total,
            "total_facts": list(zip(headings[len(question.by) :], total, strict=True)),
            "chart": pictures.chart_of(question, document, [line["url"] for line in lines]),
            "downloads": [
                (kind, f"{reverse('api-statistic', args=[question.indicator.code])}?{_query(words, format=kind)}")
                for kind in ("xlsx", "csv")
            ],
        }


class PeoplePage(Screen):
    """/statistics/CODE/people/ — exactly those people a number counts."""

    permission = "statistics.people"

    def get(self, request, code):
        """One page of the list; identities are masked."""
        words = {name: request.GET.getlist(name) for name in request.GET if name not in {"part", "cursor"}}
        question = read_question(code, words, self.user)
        part = request.GET.get("part") or "numerator"
        text = request.GET.get("cursor", "")
        try:
            cursor = Cursor.decode(text, ordering="id", size=1) if text else None
            found = people_behind(
                question,
                part=part,
                limit=PAGE,
                beyond=int(cursor.values[0]) if cursor else None,
                backwards=cursor.backwards if cursor else False,
            )
        except (DomainError, TypeError, ValueError) as error:
            raise NotFound("cursor", str(error)) from error
        url_name = people_table().url_name
        for row in found.rows:
            row |= {"id_number": mask_id(row["id_number"]), "phone": mask_phone(row["phone"])}
            row["url"] = reverse(url_name, args=[row["id"]]) if url_name else ""
        ends = [row["id"] for row in (found.rows[:1] + found.rows[-1:])]
        context = {
            "title": __("%(indicator)s · 人员名单") % {"indicator": name_of(question.indicator)},
            "question": question,
            "rows": found.rows,
            "parts": [
                (name, __(_part_label(name)), f"?{_query(words, part=name)}", name == part)
                for name in parts_of(question)
            ],
            "about": tables.about(question, answer(question).document, __, name_of(question.indicator))[-6:],
            "back": f"{reverse('indicators:indicator', args=[code])}?{_query(words)}",
            "next": _page(words, part, ends[-1], backwards=False) if found.after and ends else "",
            "previous": _page(words, part, ends[0], backwards=True) if found.before and ends else "",
        }
        return render_part(request, "indicators/people.html", {"people": "indicators/people_region.html"}, context)


def _with_defaults(given, indicator):
    """What was asked, the running year by month or township when nothing was."""
    if given:
        return given
    names = [dimension.name for dimension in indicator.dimensions]
    return QueryDict(
        urlencode({"by": next((name for name in ("township", "destination", "month") if name in names), "")})
    )


def _query(words, **more):
    return urlencode({**words, **more}, doseq=True)


def _page(words, part, person, *, backwards):
    return f"?{_query(words, part=part, cursor=Cursor('id', backwards, (person,)).encode())}"


def _part_label(name):
    return {"numerator": "分子", "denominator": "分母"}.get(name) or tables.EXTRA_LABELS.get(name, name)


def _line(question, row, words, persons):
    """A row of the table: names, numbers that open, the address of its people."""
    codes = [(dimension.name, row[dimension.name]["code"]) for dimension in question.by]
    narrowed = {name: values for name, values in words.items() if name != "by"}
    numbers = _numbers(question, row, narrowed if persons else None, codes)
    names = [(__(dimension.label), spoken_sex(row[dimension.name]["name"])) for dimension in question.by]
    return {"names": names, "numbers": numbers, "url": numbers[0]["url"]}


def _numbers(question, cell, words, codes):
    """The numbers of a cell, each with the address of the people behind it ("" without the permission)."""
    found = []
    for key, _label in tables.part_labels(question.indicator):
        part = "numerator" if key == "value" else key
        url = ""
        if words is not None and cell[part]:
            limits = {name: values for name, values in words.items() if name != "by"} | {
                name: [code] for name, code in codes
            }
            url = f"{reverse('indicators:people', args=[question.indicator.code])}?{_query(limits, part=part)}"
        found.append({"text": "—" if cell[key] is None else f"{Decimal(cell[key]):,}", "url": url})
    return found
