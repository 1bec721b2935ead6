"""Employers that somebody names while writing something else down: found, or stored to be completed later."""

from django.db.models.functions import Now

from core.accounts.models import User
from core.errors import Conflict
from core.history.services import operation
from employment.models import Employer, EmployerAlias
from employment.names import Bare, bare
from employment.services import employer_known_as


def employer_told(*, user: User, name: str, code: str = "", place_code: str = "") -> int:
    """The id of the employer of that name or credit code, stored as a stub where nobody knows it.

    ``Conflict`` where somebody else registers it at that moment.
    """
    known = _known_as(name, code)
    return known if known is not None else _stub(user, name, code, place_code)


def _known_as(name: str, code: str) -> int | None:
    """As the sheets find an employer: by its code, else the firm of that name, which with a code must have none yet."""
    if not code:
        by_name = employer_known_as(name)
        return by_name.pk if by_name else None
    coded = Employer.objects.filter(credit_code=code).values_list("pk", flat=True).first()
    once = EmployerAlias.objects.filter(credit_code=code).values_list("employer_id", flat=True).first()
    return coded if coded is not None else once


def _stub(user: User, name: str, code: str, place_code: str) -> int:
    """An employer to complete, in an operation of its own: it stays when what named it is taken back.

    A firm of that name that has no code yet is the one, and takes the code.
    """
    with operation(user=user, action="employers.stub"):
        if code:
            nameless = Employer.objects.alias(bare=Bare("name")).filter(bare=bare(name), credit_code__isnull=True)
            first = nameless.order_by("pk").values("pk")[:1]
            Employer.objects.filter(pk__in=first).update(credit_code=code, updated_at=Now())
        if _known_as(name, code) is None:
            new = Employer(name=name, credit_code=code or None, place_code=place_code, stub=True)
            Employer.objects.bulk_create([new], ignore_conflicts=True)
    known = _known_as(name, code)
    if known is None:
        raise Conflict("busy", "这家企业刚被别人登记，请再保存一次。")
    return known
