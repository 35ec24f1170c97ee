//! Which files a task covers.

use auditlint_source::FilePath;
use auditlint_source::limits::MAX_GLOB;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::Task;

/// The files of one task, compiled for asking often.
#[derive(Clone, Debug)]
pub struct TaskFiles {
    globs: GlobSet,
}

impl TaskFiles {
    /// Compiles [`Task::files`]: a folder stands for everything below it, `*` stays in its folder, and brackets are
    /// part of names (`routes/[id].ts`), as nobody writes classes of letters into a task.
    #[must_use]
    pub fn new(task: &Task) -> Self {
        let mut globs = GlobSetBuilder::new();
        for file in &task.files {
            let name = file.trim_end_matches('/').replace('[', "\u{0}").replace(']', "[]]").replace('\u{0}', "[[]");
            // A pattern that does not compile covers nothing: it came from prose, not from a configuration.
            for glob in [name.clone(), format!("{name}/**")].into_iter().filter(|glob| glob.len() <= MAX_GLOB) {
                globs.add(match GlobBuilder::new(&glob).literal_separator(true).build() {
                    Ok(glob) => glob,
                    Err(_) => continue,
                });
            }
        }
        Self { globs: globs.build().unwrap_or_else(|_| GlobSet::empty()) }
    }

    /// Whether a file is one of the task's.
    #[must_use]
    pub fn cover(&self, path: &FilePath) -> bool {
        self.globs.is_match(path.as_str())
    }
}
