//! A small service, whose routes stand in `routes.txt`.

#[macro_use]
extern crate rocket;

mod users;

#[get("/")]
fn index() -> &'static str {
    "shop"
}

#[post("/orders?<kind>", data = "<order>")]
fn order(kind: Option<&str>, order: Json<Order>, user: SignedIn) {}

#[launch]
fn launch() -> _ {
    rocket::build().mount("/", routes![index]).mount("/api", routes![order]).mount("/api/users", users::routes())
}
