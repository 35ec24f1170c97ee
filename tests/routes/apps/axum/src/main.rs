//! A small service, whose routes stand in `routes.txt`.

mod documented;
mod users;

use axum::routing::{any, delete, get, post, MethodRouter};
use axum::{middleware, Router};
use tower::ServiceBuilder;

const PREFIX: &str = "/api";

async fn serve() {
    let open = Router::new().route("/health", get(health)).route("/any", any(everything));
    let closed = Router::new()
        .route("/orders", get(orders).post(order).route_layer(middleware::from_fn(sized)))
        .merge(users::router().layer(Timeout::new()))
        .route_layer(middleware::from_fn(signed_in));
    let (listed, _) = documented::router().split_for_parts();
    let mut app = Router::new().merge(listed).merge(open).nest(PREFIX, closed);
    app = app.route("/late", post(late));
    let app = app
        .layer(ServiceBuilder::new().layer(TraceLayer::new_for_http()).layer(CorsLayer::permissive()))
        .route("/bare", delete(bare))
        .fallback(missing);
    axum::serve(listener().await, app).await;
}

async fn health() {}
async fn everything() {}
async fn orders() {}
async fn order() {}
async fn late() {}
async fn bare() {}
async fn missing() {}
async fn sized() {}
async fn signed_in() {}
