//! The routes of users.

use actix_web::{delete, get, post, web};

pub fn configure(config: &mut web::ServiceConfig) {
    config.service(list).service(web::scope("/users").service(add).service(remove).wrap(Audit));
}

#[get("/users")]
async fn list() {}

#[post("")]
async fn add() {}

#[delete("/{id}", wrap = "Owner")]
async fn remove() {}
