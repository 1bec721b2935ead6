"""Acts on households: found one, mend it, move a person into another one or out of it."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.accounts.models import User
from core.divisions.models import Division
from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.formats.faults import CellFault
from core.formats.text import parse_name
from core.history.services import operation
from workers.models import Household, Worker


def found_household(*, user: User, village_code: str, group_name: str = "", head_name: str) -> Household:
    """Open the file of a household. Raises ``DomainError`` naming the field: village, head, or one that exists already."""
    _may_edit(user)
    if not user.covers(village_code):
        raise DomainError("out_of_scope", "这个村（社区）不在您的管辖范围内。", "village_code")
    if not Division.objects.in_force().filter(code=village_code, level=Division.Level.VILLAGE).exists():
        raise DomainError("division_unknown", "没有这个村（社区）。", "village_code")
    with operation(user=user, action="households.found"):
        household = Household(village_code=village_code, group_name=group_name.strip(), head_name=_head(head_name))
        _keep(household)
    return household


def change_household(
    *, user: User, household: Household, group_name: str, head_name: str, reason: str = ""
) -> Household:
    """Mend a household's group or head; members who stood in its group go along. Raises as ``found_household``."""
    _may_edit(user)
    with operation(user=user, action="households.edit", reason=reason[:200]):
        found = _locked(user, household.pk)
        before, found.group_name, found.head_name = found.group_name, group_name.strip(), _head(head_name)
        _keep(found)
        if before != found.group_name:
            followers = found.members.filter(group_name=before or None).order_by("pk")
            ids = list(followers.select_for_update(of=("self",)).values_list("pk", flat=True))
            Worker.objects.filter(pk__in=ids).update(group_name=found.group_name or None, updated_at=timezone.now())
    return found


def move_person(
    *, user: User, worker: Worker, household: Household | None, relation: str = "", reason: str = ""
) -> Worker:
    """Move a person into a household, or out of theirs (None); village and group become those of the household.

    Both households remember it. Raises ``NotFound`` for a person or household outside the scope, ``Conflict`` when the
    person belongs to it already.
    """
    _may_edit(user)
    with operation(user=user, action="households.move", reason=reason[:200]):
        person = Worker.objects.visible_to(user).select_for_update(of=("self",)).filter(pk=worker.pk).first()
        if person is None:
            raise NotFound("worker", "没有这个人，或此人不在您的管辖范围内。")
        left = person.household_id
        target = _locked(user, household.pk) if household is not None else None
        if left == (target.pk if target else None):
            raise Conflict("same", "此人已在这一户。" if target else "此人不在任何家庭户里。", "household")
        person.household, person.relation = target, relation.strip() or None
        if target is not None:
            person.village_code, person.group_name = target.village_code, target.group_name or person.group_name
        person.updated_at = timezone.now()
        person.save()
        touched = [pk for pk in (left, target.pk if target else None) if pk is not None]
        Household.objects.filter(pk__in=touched).update(updated_at=timezone.now())
    return person


def _may_edit(user: User) -> None:
    if not user.can("workers.edit"):
        raise NotAllowed("forbidden", "您没有修改人员档案的权限。")


def _locked(user: User, household_id: int) -> Household:
    found = Household.objects.visible_to(user).select_for_update(of=("self",)).filter(pk=household_id).first()
    if found is None:
        raise NotFound("household", "没有这个家庭户，或不在您的管辖范围内。")
    return found


def _head(name: str) -> str:
    try:
        return parse_name(name)
    except CellFault as fault:
        raise DomainError(fault.code, f"{fault.message}。", "head_name") from fault


def _keep(household: Household) -> None:
    household.updated_at = timezone.now()
    try:
        with transaction.atomic():
            household.save()
    except IntegrityError as error:
        raise Conflict("duplicate", "这个村民组里已有这位户主的家庭户。", "head_name") from error
