from django.contrib.auth.decorators import login_required
from django.urls import include, path, re_path

from blog import views as blog_views

from . import views

extra = [
    path("one/", views.one),
    path("two/<int:number>/", views.two),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("blog/", include("blog.urls")),
    path("extra/", include(extra)),
    re_path(r"^archive/(?P<year>[0-9]{4})/$", views.archive),
    path("guarded/", login_required(blog_views.Archive.as_view())),
    path("wrapped/", login_required(views.one)),
]

urlpatterns += [path("late/", views.one)]
