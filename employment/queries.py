"""Reading job spells: as they stand, and as they were known on a day."""

from employment.rebuilding import SPELL_COLUMNS

_COLUMNS = ", ".join(SPELL_COLUMNS)

SPELLS_AS_OF = f"""
SELECT {_COLUMNS} FROM employment_spell WHERE known_from <= %(as_of)s
UNION ALL
SELECT {_COLUMNS} FROM employment_pastspell WHERE known_from <= %(as_of)s AND known_to > %(as_of)s
"""
"""SQL of the spells known on ``as_of``: evidence dated ≤ as_of and nothing else (formats.md §1.4 rule 5).

``confirmed_to`` of its rows may tell of later days: by ``as_of`` a spell was confirmed to the latest of its
``confirmed_days`` that is not after ``as_of``.
"""

CONFIRMED_AS_OF = "(SELECT max(day) FROM unnest({alias}.confirmed_days) AS day WHERE day <= %(as_of)s)"
"""SQL expression for that day; ``alias`` names the spell row."""
