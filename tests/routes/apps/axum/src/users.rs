//! The routes of users.

use axum::routing::{get, put};
use axum::Router;

pub fn router() -> Router<State> {
    Router::new().nest("/users", all())
}

fn all() -> Router<State> {
    Router::new().route("/", get(list)).route("/{id}", put(change).delete(remove))
}

async fn list() {}
async fn change() {}
async fn remove() {}
