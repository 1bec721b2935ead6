"""Addresses of the pages of the market, below those of employment."""

from django.urls import path

from employment.market.views import booths, desk, fairs, matching, referrals, vacancies

urlpatterns = [
    path("vacancies/", vacancies.VacancyList.as_view(), name="vacancies"),
    path("vacancies/new/", vacancies.NewVacancy.as_view(), name="new_vacancy"),
    path("vacancies/<int:pk>/", vacancies.VacancyDetail.as_view(), name="vacancy"),
    path("vacancies/<int:pk>/edit/", vacancies.EditVacancy.as_view(), name="edit_vacancy"),
    path("vacancies/<int:pk>/close/", vacancies.CloseVacancy.as_view(), name="close_vacancy"),
    path("vacancies/<int:pk>/act/", vacancies.VacancyAct.as_view(), name="vacancy_act"),
    path("vacancies/<int:pk>/match/", matching.MatchList.as_view(), name="match"),
    path("vacancies/<int:pk>/refer/", matching.ReferOne.as_view(), name="refer"),
    path("fairs/", fairs.FairList.as_view(), name="fairs"),
    path("fairs/new/", fairs.NewFair.as_view(), name="new_fair"),
    path("fairs/<int:pk>/", fairs.FairDetail.as_view(), name="fair"),
    path("fairs/<int:pk>/edit/", fairs.EditFair.as_view(), name="edit_fair"),
    path("fairs/<int:pk>/call-off/", fairs.CallOffFair.as_view(), name="call_off_fair"),
    path("fairs/<int:pk>/booths/new/", booths.NewBooth.as_view(), name="new_booth"),
    path("fairs/<int:pk>/desk/", desk.FairDesk.as_view(), name="desk"),
    path("fairs/booths/", booths.BoothList.as_view(), name="booths"),
    path("fairs/booths/<int:pk>/", booths.EditBooth.as_view(), name="booth"),
    path("fairs/booths/<int:pk>/remove/", booths.RemoveBooth.as_view(), name="remove_booth"),
    path("referrals/", referrals.ReferralList.as_view(), name="referrals"),
    path("referrals/new/", referrals.NewReferral.as_view(), name="new_referral"),
    path("referrals/<int:pk>/", referrals.ReferralDetail.as_view(), name="referral"),
    path("referrals/<int:pk>/next/", referrals.NextStep.as_view(), name="next_step"),
    path("referrals/<int:pk>/withdraw/", referrals.WithdrawStep.as_view(), name="withdraw_step"),
]
