//! What providers would have read at a place that nobody can look into.

use auditlint_facts::AnyProvider;
use auditlint_source::FilePath;

/// The file that a provider may miss at a path: the file there, or one in a folder there that counts because of where it lies.
#[must_use]
pub fn missed_by(provider: &dyn AnyProvider, path: &FilePath) -> Option<FilePath> {
    /// What folders of configuration hold whose files count for their place.
    const NAMES: &[&str] = &["a", "a.yml", "workflows/a.yml", "ci/a.yml"];
    let is_read_for_its_place =
        |name: &&str| provider.reads(&path.child(name)) && !provider.reads(&FilePath::new(name));
    if provider.reads(path) || NAMES.iter().any(is_read_for_its_place) {
        return Some(path.clone());
    }
    let mut folders = path.as_str().split('/');
    let is_among_migrations = folders.any(|folder| matches!(folder, "migrations" | "migration" | "drizzle" | "prisma"));
    // Which database it would be about is a question of its own path.
    Some(path.child("migration.sql")).filter(|file| is_among_migrations && provider.reads(file))
}

/// Whether the name of a file alone says what it holds about the folder around it, so that it must not count twice where a
/// folder has two paths: a second package of the same name is another package.
#[must_use]
pub fn describes_its_folder(path: &FilePath) -> bool {
    let extension = path.extension().unwrap_or_default();
    matches!(extension, "json" | "jsonc" | "toml" | "prisma" | "md" | "mdx" | "markdown" | "html" | "htm")
        || matches!(extension, "vue" | "svelte" | "astro" | "py" | "rb" | "pl" | "php" | "go")
        || path.name() == "pnpm-workspace.yaml"
}
