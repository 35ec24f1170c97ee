from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse
from django.views import View


class Index(View):
    def get(self, request):
        return HttpResponse("")

    def post(self, request):
        return HttpResponse("")


class Detail(LoginRequiredMixin, View):
    def get(self, request, slug):
        return HttpResponse("")


class Archive(View):
    def get(self, request):
        return HttpResponse("")
