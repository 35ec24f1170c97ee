//! Packages of Python whose applications and routers are known.

use super::super::fact::Framework;

/// What makes a router, by what exports it: the framework, whether it is an application, and the keyword of its prefix.
pub(super) fn maker(module: &str, name: &str) -> Option<(Framework, bool, &'static str)> {
    let top = module.split('.').next().unwrap_or_default();
    Some(match (top, name) {
        ("fastapi", "FastAPI") => (Framework::FastApi, true, ""),
        ("fastapi", "APIRouter" | "routing.APIRouter") => (Framework::FastApi, false, "prefix"),
        ("flask" | "quart" | "apiflask" | "flask_openapi3", "Flask" | "Quart" | "APIFlask" | "OpenAPI") => {
            (Framework::Flask, true, "")
        }
        ("flask" | "quart" | "flask_smorest" | "apiflask", "Blueprint" | "APIBlueprint") => {
            (Framework::Flask, false, "url_prefix")
        }
        ("starlette", "Starlette" | "applications.Starlette") => (Framework::Starlette, true, ""),
        ("starlette", "Router" | "routing.Router") => (Framework::Starlette, false, ""),
        ("rest_framework", "DefaultRouter" | "SimpleRouter" | "routers.DefaultRouter" | "routers.SimpleRouter") => {
            (Framework::Django, false, "")
        }
        _ => return None,
    })
}

/// The framework whose application or router a type is.
pub(super) fn typed(module: &str, name: &str) -> Option<Framework> {
    maker(module, name).map(|(framework, ..)| framework)
}

/// Decorators that declare what is no middleware of a route.
pub(super) const PLAIN: &[&str] =
    &["staticmethod", "classmethod", "property", "wraps", "functools.wraps", "override", "overload", "dataclass"];
