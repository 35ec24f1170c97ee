//! The routes of users.

use rocket::Route;

pub fn routes() -> Vec<Route> {
    routes![list, remove]
}

#[get("/<page>")]
fn list(page: usize) {}

#[delete("/<id>/<rest..>")]
fn remove(id: u32, rest: PathBuf, admin: Admin) {}
