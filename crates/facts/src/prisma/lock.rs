//! `migration_lock.toml`, which Prisma writes into its folder of migrations.

use auditlint_source::document::parse_toml;

pub(crate) const LOCK: &str = "migration_lock.toml";

/// Which database it says the migrations are for.
pub(crate) fn lock_provider(text: &str) -> Option<String> {
    parse_toml(text).ok()?.get("provider")?.scalar()
}
