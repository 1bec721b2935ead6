"""The eight steps of skill (新八级工, domain.md §1.3): stored as their place in the order, told by name and number."""

from typing import Final, NamedTuple


class Level(NamedTuple):
    """A step: its place in the order, its name, the number the certificate prints (5 lowest; None where it has none)."""

    rank: int
    name: str
    number: int | None

    @property
    def words(self) -> str:
        """中级（四级）."""
        return f"{self.name}（{'一二三四五'[self.number - 1]}级）" if self.number else self.name


LEVELS: Final = tuple(
    Level(rank, name, number)
    for rank, (name, number) in enumerate(
        (
            ("学徒工", None), ("初级工", 5), ("中级工", 4), ("高级工", 3), ("技师", 2), ("高级技师", 1), ("特级技师", None),
            ("首席技师", None),
        ),
        start=1,
    )
)  # fmt: skip
LEVEL_PAIRS: Final = tuple((level.rank, level.words) for level in LEVELS)


def level_words(rank: int | None) -> str:
    """The name of a step, "" for none."""
    return LEVELS[rank - 1].words if rank else ""
