from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods


def home(request):
    return HttpResponse("")


@login_required
@require_http_methods(["GET", "POST"])
def one(request):
    return HttpResponse("")


def two(request, number):
    return HttpResponse("")


@login_required
def archive(request, year):
    return HttpResponse("")
