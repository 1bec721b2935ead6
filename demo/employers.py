"""The demo county's employers: credit codes nobody bears, and some firms that two offices wrote down in two ways."""

from typing import Final

from core.formats.credit_code import make_credit_code
from employment.models import DeclaredJob, Employer

CODE_BODY: Final = "91529999MA{:07d}"
"""Of an address nobody has, as the ID numbers of the demo county."""
WITHOUT_CODE: Final = 5
TWICE: Final = ("广东省广州市番禺区{}有限公司", "（番禺）{}", "{}有限责任公司")
SHARED_PHONE: Final = "13800529999"


def complete_employers(*, root: str) -> None:
    """Give four in five a credit code and a telephone; register three firms a second time, each with some of its people."""
    employers = list(Employer.objects.order_by("pk"))
    for place, employer in enumerate(employers):
        if place % WITHOUT_CODE:
            employer.credit_code = make_credit_code(CODE_BODY.format(employer.pk))
        employer.contact, employer.phone = "人事部", f"1380053{place % 10_000:04d}"
    Employer.objects.bulk_update(employers, ["credit_code", "contact", "phone"])
    near = [one for one in employers if one.place_code == "440113"] or [
        one for one in employers if one.place_code != root
    ]
    for form, employer in zip(TWICE, near, strict=False):
        core = employer.name.removeprefix("番禺区")
        twin = Employer.objects.create(name=form.format(core), place_code=employer.place_code, stub=True)
        _hand_over(employer, twin)
    if len(near) > len(TWICE):
        # One telephone and two names: the labour service that hires for the plant.
        plant = near[len(TWICE)]
        Employer.objects.filter(pk=plant.pk).update(phone=SHARED_PHONE)
        service = Employer.objects.create(
            name=f"{plant.name}劳务服务部", place_code=plant.place_code, phone=SHARED_PHONE, stub=True
        )
        _hand_over(plant, service)


def _hand_over(employer: Employer, twin: Employer) -> None:
    """Every fourth of the employer's jobs was written down under the other name."""
    ids = list(DeclaredJob.objects.filter(employer=employer).order_by("pk").values_list("pk", flat=True))
    DeclaredJob.objects.filter(pk__in=ids[::4]).update(employer=twin)
