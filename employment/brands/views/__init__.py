"""Pages of labour brands and their members."""

from employment.brands.views.brands import BrandDetail, BrandList, EditBrand, NewBrand
from employment.brands.views.members import BrandMemberList, EditMember, NewMember, WithdrawMember

__all__ = [
    "BrandDetail",
    "BrandList",
    "BrandMemberList",
    "EditBrand",
    "EditMember",
    "NewBrand",
    "NewMember",
    "WithdrawMember",
]
