"""Addresses of the pages of doubles."""

from django.urls import path

from workers.doubles import views

app_name = "doubles"

urlpatterns = [
    path("", views.PairList.as_view(), name="list"),
    path("<int:pk>/", views.PairPage.as_view(), name="pair"),
    path("<int:pk>/decide/", views.Decide.as_view(), name="decide"),
    path("<int:pk>/merge/", views.MergePair.as_view(), name="merge_pair"),
    path("with/<int:worker>/", views.PointOut.as_view(), name="point_out"),
    path("merges/", views.MergeList.as_view(), name="merges"),
    path("merges/<int:pk>/", views.MergeDetail.as_view(), name="merge"),
    path("merges/<int:pk>/undo/", views.UndoMerge.as_view(), name="undo"),
]
