//! Routes that say method and path where their functions are documented.

use utoipa_axum::{router::OpenApiRouter, routes};

pub fn router() -> OpenApiRouter {
    let inner = OpenApiRouter::new()
        .routes(routes!(
            list, // all of them
            create,
        ))
        .routes(routes!(one));
    OpenApiRouter::new().nest("/notes", inner)
}

#[utoipa::path(get, path = "/", responses((status = 200, body = Vec<Note>)))]
async fn list() {}

/// Makes one.
#[utoipa::path(
    post,
    path = "/",
    responses((status = 200, body = Note))
)]
async fn create() {}

#[utoipa::path(method(get, head), path = "/{id}")]
async fn one() {}

#[cfg(test)]
mod router_checks {
    use axum::{routing::get, Router};

    fn probe() -> Router {
        Router::new().route("/probe", get(|| async {}))
    }
}
