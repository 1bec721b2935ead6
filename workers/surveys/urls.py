"""Addresses of the survey's pages. A household is named by an opaque number: its address stands in QR codes."""

from django.urls import path

from workers.surveys import views

app_name = "surveys"

urlpatterns = [
    path("", views.CampaignList.as_view(), name="list"),
    path("new/", views.NewCampaign.as_view(), name="new"),
    path("<int:pk>/", views.CampaignDetail.as_view(), name="detail"),
    path("<int:pk>/assign/", views.Assign.as_view(), name="assign"),
    path("<int:pk>/add/", views.AddHouseholds.as_view(), name="add"),
    path("<int:pk>/close/", views.CloseCampaign.as_view(), name="close"),
    path("<int:pk>/reopen/", views.ReopenCampaign.as_view(), name="reopen"),
    path("<int:pk>/pack/<str:village>/", views.Pack.as_view(), name="pack"),
    path("<int:pk>/pack/<str:village>/workbook/", views.PackWorkbook.as_view(), name="pack_workbook"),
    path("tasks/", views.TaskList.as_view(), name="tasks"),
    path("tasks/<uuid:ref>/", views.TaskDetail.as_view(), name="task"),
    path("tasks/<uuid:ref>/check/", views.CheckTask.as_view(), name="check"),
    path("tasks/<uuid:ref>/accept/", views.AcceptTask.as_view(), name="accept"),
    path("tasks/<uuid:ref>/looked/", views.LookAtHeld.as_view(), name="looked"),
    path("tasks/<uuid:ref>/return/", views.ReturnTask.as_view(), name="return"),
    path("tasks/<uuid:ref>/revisit/", views.RecordRevisit.as_view(), name="revisit"),
    path("mine/", views.MyDoors.as_view(), name="mine"),
    path("mine/submit/", views.SubmitDoors.as_view(), name="submit"),
    path("door/<uuid:ref>/", views.DoorPage.as_view(), name="door"),
    path("door/<uuid:ref>/withdraw/", views.WithdrawVisit.as_view(), name="withdraw"),
    path("clashes/", views.Clashes.as_view(), name="clashes"),
    path("clashes/<int:pk>/", views.SettleClash.as_view(), name="settle"),
]
