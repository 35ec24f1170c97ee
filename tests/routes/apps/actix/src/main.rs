//! A small service, whose routes stand in `routes.txt`.

mod users;

use actix_web::{get, guard, web, App, HttpServer};

#[get("/health")]
async fn health() {}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(move || {
        App::new()
            .wrap(Compress::default())
            .wrap(Logger::default())
            .service(health)
            .service(
                web::scope("/api")
                    .wrap(from_fn(signed_in))
                    .configure(users::configure)
                    .service(web::scope("/orders").route("", web::get().to(orders)).route("/{id}", web::delete().to(cancel))),
            )
            .service(web::resource("/files/{name}").route(web::get().to(read)).route(web::put().to(write)))
            .route("/late", web::post().to(late))
    })
    .bind(("127.0.0.1", 8080))?
    .run()
    .await
}

async fn orders() {}
async fn cancel() {}
async fn read() {}
async fn write() {}
async fn late() {}
async fn signed_in() {}
