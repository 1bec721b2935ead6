"""Periods, rounding, the command line, and what declarations must keep to."""

import datetime as dt
import json
import re
from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from django.apps import apps
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError
from core.formats.periods import days_of
from core.indicators.cells import half_up
from core.indicators.periods import parse_period
from core.indicators.registry import all_indicators, all_sources
from tests.indicators.facts import small_county


class TestPeriods:
    @pytest.mark.parametrize(
        ("text", "first", "last"),
        [
            ("2025", "2025-01-01", "2025-12-31"),
            ("2025Q1", "2025-01-01", "2025-03-31"),
            ("2025q4", "2025-10-01", "2025-12-31"),
            ("2024-02", "2024-02-01", "2024-02-29"),
            (" 2025-12 ", "2025-12-01", "2025-12-31"),
            ("2025-02-01..2025-02-28", "2025-02-01", "2025-02-28"),
            ("2025-02-03..2025-02-03", "2025-02-03", "2025-02-03"),
            (" 2025-02-03 .. 2025-02-04", "2025-02-03", "2025-02-04"),
        ],
    )
    def test_is_read(self, text, first, last):
        assert parse_period(text) == days_of(dt.date.fromisoformat(first), dt.date.fromisoformat(last))

    @pytest.mark.parametrize(
        "text",
        ["", " ", "25", "2025Q5", "2025Q0", "2025-00", "2025-13", "2025-1", "2025-02-30..2025-03-01", "2025-02-01..", "..", "20250201",
         "2025-03-01..2025-02-28", "２０２５", "0000", "9999", "2025-02-01...2025-02-28", "2025\x00"],
    )  # fmt: skip
    def test_is_refused(self, text):
        with pytest.raises(DomainError) as refused:
            parse_period(text)
        assert refused.value.field == "period"

    @given(st.text(max_size=24))
    def test_any_text_is_read_or_refused(self, text):
        with suppress(DomainError):
            period = parse_period(text)
            assert parse_period(period.label) == period


class TestRounding:
    @given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
    def test_is_half_away_from_zero_of_the_exact_ratio(self, numerator, denominator):
        exact = Fraction(numerator * 100, denominator)
        shifted = abs(exact) * 100
        whole = shifted.numerator // shifted.denominator
        whole += shifted - whole >= Fraction(1, 2)
        assert Decimal(half_up(exact, 2)) == Decimal(whole if exact >= 0 else -whole) / 100

    @given(st.decimals(-(10**9), 10**9, places=3))
    def test_agrees_with_decimal_where_that_is_exact(self, value):
        assert Decimal(half_up(Fraction(value), 2)) == value.quantize(Decimal("0.01"), ROUND_HALF_UP)

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (Fraction(7286, 7200) * 100, "101.19"),
            (Fraction(57, 103) * 100, "55.34"),
            (Fraction(1, 8) * Fraction(1, 100), "0.00"),
            (Fraction(5, 1000), "0.01"),
            (Fraction(-5, 1000), "-0.01"),
            (Fraction(-1, 1000), "0.00"),
            (Fraction(265400), "265400.00"),
        ],
    )
    def test_by_example(self, value, text):
        assert half_up(value, 2) == text


def run(capsys, *words):
    try:
        call_command("statistics", *words)
        code = 0
    except SystemExit as left:
        code = left.code
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    return code, json.loads(printed)


@pytest.mark.django_db
@pytest.mark.usefixtures("today")
class TestCommand:
    def test_prints_the_answer_of_the_whole_installation(self, capsys):
        small_county()
        code, document = run(
            capsys, "OUT_STOCK", "--period", "2025", "--by", "township", "destination=44", "--as-of", "2025-06-30"
        )
        assert (code, document["division"], document["as_of"]) == (0, "520527", "2025-06-30")
        assert [(row["township"]["code"], row["value"]) for row in document["rows"]] == [
            ("520527105", "1"),
            ("520527219", "3"),
        ]

    def test_takes_a_division_and_a_variant(self, capsys):
        small_county()
        code, document = run(capsys, "RET_90", "variant=same", "--period=2025", "--division=520527219")
        assert (code, document["variant"], document["division"]) == (0, "same", "520527219")

    @pytest.mark.parametrize(
        ("words", "field"),
        [
            (["NOPE", "--period", "2025"], "code"),
            (["OUT_STOCK"], "period"),
            (["OUT_STOCK", "--period", "2025", "--by", "colour"], "by"),
            (["OUT_STOCK", "--period", "2025", "--as-of", "x"], "as_of"),
            (["OUT_STOCK", "--period", "2025", "--division", "99"], "division"),
            (["OUT_STOCK", "--period", "2025", "colour=red"], "colour"),
            (["OUT_STOCK", "--period", "2025", "colour"], "colour"),
            (["OUT_STOCK", "--period", "2025", "division=520527"], "division"),
            ([], "code"),
        ],
    )
    def test_a_bad_parameter_exits_2(self, capsys, words, field):
        code, document = run(capsys, *words)
        assert (code, document["field"], sorted(document)) == (2, field, ["detail", "field"])


class TestDeclarations:
    @pytest.mark.parametrize("indicator", all_indicators(), ids=lambda indicator: indicator.code)
    def test_every_table_a_number_is_made_of_leaves_marks_for_it(self, indicator):
        tables = {model._meta.db_table for model in apps.get_models()}
        watched = {source.name: source.table for source in all_sources()}
        for variant in indicator.variants or [""]:
            fact = indicator.in_variant(variant).fact
            dimensions = [dimension.code + dimension.join for dimension in indicator.dimensions]
            reads = {*fact.reads, *[name for dimension in indicator.dimensions for name in dimension.reads]}
            used = {word for text in [fact.sql, *dimensions] for word in re.findall(r"\w+_\w+", text) if word in tables}
            assert used <= {watched[name] for name in reads}

    def test_sources_name_columns_their_tables_have(self):
        columns = {
            model._meta.db_table: {field.column for field in model._meta.get_fields() if hasattr(field, "column")}
            for model in apps.get_models()
        }
        assert [source.name for source in all_sources() if not set(source.columns) <= columns[source.table]] == []

    def test_texts_are_chinese_and_end_as_sentences(self):
        chinese = re.compile(r"[\u4e00-\u9fff]")
        for indicator in all_indicators():
            assert indicator.definition.endswith("。")
            assert all(
                chinese.search(text)
                for text in (indicator.name_zh, indicator.definition, indicator.dedup, indicator.numerator.text)
            )
            assert indicator.name_en.isascii()
