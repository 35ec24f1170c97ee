//! Which clients are Prisma's: what is called on a model of the schema elsewhere.

use auditlint_source::FilePath;
use rustc_hash::{FxHashMap, FxHashSet};

use super::calls::{Call, calls};
use super::fact::Facts;
use super::models::Schema;

/// The clients that are called on models of the schema.
pub(super) struct Clients<'r> {
    /// By file: as they are spelled there.
    in_file: FxHashMap<&'r FilePath, FxHashSet<&'r str>>,
    /// Of the whole project: what is imported, and what is named after Prisma.
    anywhere: FxHashSet<&'r str>,
}

impl<'r> Clients<'r> {
    pub(super) fn of(sources: &'r [(FilePath, &Facts)], schema: &Schema<'_>) -> Self {
        let mut clients = Self { in_file: FxHashMap::default(), anywhere: FxHashSet::default() };
        for (path, source) in sources {
            for call in calls(source) {
                if !schema.models.contains_key(&*call.said.model) || !call.is_of_prisma() {
                    continue;
                }
                let client = &*call.said.client;
                clients.in_file.entry(path).or_default().insert(client);
                if is_known_by_name(client) {
                    clients.anywhere.insert(client);
                }
            }
        }
        clients
    }

    /// Whether the client of a call is one of Prisma. A client that nobody calls on a model of the schema may have another schema.
    pub(super) fn is_client(&self, path: &FilePath, call: &Call<'_>) -> bool {
        let client = &*call.said.client;
        self.in_file.get(path).is_some_and(|clients| clients.contains(client)) || self.anywhere.contains(client)
    }
}

/// Whether a client has the same name for the same thing in every file.
fn is_known_by_name(client: &str) -> bool {
    let is_imported = client.contains('#') && !client.starts_with('.');
    is_imported || client.to_ascii_lowercase().contains("prisma")
}
