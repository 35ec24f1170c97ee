from django.urls import path

from . import views

app_name = "blog"
urlpatterns = [
    path("", views.Index.as_view()),
    path("<slug:slug>/", views.Detail.as_view(), name="detail"),
]
