"""Which act told somebody's 就业状态: what a contradiction says of its origin, and that in the language of the page."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

VISIT: Final = "走访"
LIST: Final = "比对名单"
TELLERS: Final = {
    "surveys.take_over": VISIT,
    "comparisons.accept": LIST,
    "imports.workers": "花名册",
    "workers.register": "登记人员",
    "workers.edit": "修改档案",
    "workers.bulk_edit": "批量修改",
    "workers.merge": "合并档案",
}
"""Operations of the history that may tell a status."""
TELLER_WORDS: Final[dict[str, Promise]] = {
    LIST: pgettext_lazy("teller", "比对名单"),
    "花名册": pgettext_lazy("teller", "花名册"),
    "登记人员": pgettext_lazy("teller", "登记人员"),
    "修改档案": pgettext_lazy("teller", "修改档案"),
    "批量修改": pgettext_lazy("teller", "批量修改"),
    "合并档案": pgettext_lazy("teller", "合并档案"),
}

_TITLED: Final = f"""
'{LIST}' || coalesce((SELECT '《' || left(c.title, 60) || '》' FROM comparisons_difference d
  JOIN comparisons_comparison c ON c.id = d.comparison_id WHERE d.accepted_in = o.id AND d.worker_id = w.id LIMIT 1), '')
"""
_WORDS: Final = " ".join(
    f"WHEN '{action}' THEN {_TITLED if word == LIST else repr(word)}" for action, word in TELLERS.items()
)

# The last act that brought the file to the word and day it has. Taking an act back tells nothing: what stood before it was
# told by an act before. An event's image after is the image before of the row's next one, else the row as it stands.
# Materialized: ordered by id at once, the planner may walk through everybody's events.
_HAVE: Final = "(w.labour_status::text, w.visited_on::text)"
_TELLER: Final = f"""
WITH mine AS MATERIALIZED (
  SELECT id, operation_id, before FROM history_event WHERE "table" = 'workers_worker' AND row_id = w.id AND last_id = w.id
  UNION ALL SELECT id, operation_id, before FROM history_event
  WHERE "table" = 'workers_worker' AND last_id > row_id AND int8range(row_id, last_id, '[]') @> w.id
), life AS (
  SELECT id, operation_id, before, lead(before) OVER along AS after, lead(id) OVER along IS NULL AS last
  FROM mine WINDOW along AS (ORDER BY id)
)
SELECT CASE o.action {_WORDS} END FROM life e LEFT JOIN history_operation o ON o.id = e.operation_id
WHERE (e.before ->> 'labour_status', e.before ->> 'visited_on') IS DISTINCT FROM {_HAVE}
  AND (e.last OR (e.after ->> 'labour_status', e.after ->> 'visited_on') IS NOT DISTINCT FROM {_HAVE})
  AND o.action IS DISTINCT FROM 'history.undo'
ORDER BY e.id DESC LIMIT 1
"""

TOLD: Final = f"""
(SELECT CASE WHEN t.teller = '{VISIT}' THEN concat(w.visited_on, '走访登记的就业状态为“', w.labour_status, '”')
   WHEN t.teller IS NULL THEN concat(w.visited_on, '登记的就业状态为“', w.labour_status, '”')
   ELSE concat(w.visited_on || '的', '就业状态由', t.teller, '登记为“', w.labour_status, '”') END
 FROM (SELECT ({_TELLER}) AS teller) t)
"""
"""SQL: the word of the person ``w``, its day and who told it; a few looks into the history of that one row."""


def teller_word(teller: str) -> str:
    """Who told it, in the language of the page; the title of a list stays as it is."""
    name, bracket, title = teller.partition("《")
    word = str(TELLER_WORDS.get(name, name))
    return f"{word} {bracket}{title}" if bracket else word
