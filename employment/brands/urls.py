"""Addresses of the pages of labour brands, below /employment/."""

from django.urls import path

from employment.brands import views

urlpatterns = [
    path("brands/", views.BrandList.as_view(), name="brands"),
    path("brands/new/", views.NewBrand.as_view(), name="new_brand"),
    path("brands/members/", views.BrandMemberList.as_view(), name="brand_members"),
    path("brands/members/<int:pk>/", views.EditMember.as_view(), name="brand_member"),
    path("brands/members/<int:pk>/withdraw/", views.WithdrawMember.as_view(), name="withdraw_brand_member"),
    path("brands/<int:pk>/", views.BrandDetail.as_view(), name="brand"),
    path("brands/<int:pk>/edit/", views.EditBrand.as_view(), name="edit_brand"),
    path("brands/<int:pk>/members/new/", views.NewMember.as_view(), name="new_brand_member"),
]
