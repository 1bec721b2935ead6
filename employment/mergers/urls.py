"""Addresses of employers registered twice, below the employment pages."""

from django.urls import path

from employment.mergers import views

urlpatterns = [
    path("employers/doubles/", views.PairList.as_view(), name="employer_pairs"),
    path("employers/doubles/<int:pk>/", views.PairPage.as_view(), name="employer_pair"),
    path("employers/doubles/<int:pk>/decide/", views.Decide.as_view(), name="decide_employers"),
    path("employers/doubles/<int:pk>/merge/", views.MergePair.as_view(), name="merge_employers"),
    path("employers/<int:employer>/double/", views.PointOut.as_view(), name="employer_twice"),
    path("employers/merges/", views.MergeList.as_view(), name="employer_merges"),
    path("employers/merges/<int:pk>/", views.MergeDetail.as_view(), name="employer_merge"),
    path("employers/merges/<int:pk>/undo/", views.UndoMerge.as_view(), name="undo_employer_merge"),
]
