//! Which files tasks cover.

use auditlint_source::FilePath;
use auditlint_source::limits::MAX_GLOB;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::Task;

/// The files of some tasks, compiled for asking often.
#[derive(Clone, Debug, Default)]
pub struct TaskFiles {
    globs: GlobSet,
    /// The task of each glob.
    owners: Vec<usize>,
}

impl TaskFiles {
    /// Those of one task.
    #[must_use]
    pub fn new(task: &Task) -> Self {
        Self::of([(0, task)])
    }

    /// Compiles [`Task::files`] of tasks that have a number each: a folder stands for everything below it, `*` stays in its folder,
    /// and brackets are part of names (`routes/[id].ts`), as nobody writes classes of letters into a task.
    #[must_use]
    pub fn of<'t>(tasks: impl IntoIterator<Item = (usize, &'t Task)>) -> Self {
        let mut globs = GlobSetBuilder::new();
        let mut owners = Vec::new();
        for (number, task) in tasks {
            for file in &task.files {
                let name = file.trim_end_matches('/').replace('[', "\u{0}").replace(']', "[]]").replace('\u{0}', "[[]");
                // A pattern that does not compile covers nothing: it came from prose, not from a configuration.
                for glob in [name.clone(), format!("{name}/**")].into_iter().filter(|glob| glob.len() <= MAX_GLOB) {
                    globs.add(match GlobBuilder::new(&glob).literal_separator(true).build() {
                        Ok(glob) => glob,
                        Err(_) => continue,
                    });
                    owners.push(number);
                }
            }
        }
        match globs.build() {
            Ok(globs) => Self { globs, owners },
            Err(_) => Self::default(),
        }
    }

    /// Whether a file is one of them.
    #[must_use]
    pub fn cover(&self, path: &FilePath) -> bool {
        self.globs.is_match(path.as_str())
    }

    /// The numbers of the tasks that a file is one of, each once, ascending.
    pub fn covering(&self, path: &FilePath, found: &mut Vec<usize>) {
        found.clear();
        if self.owners.is_empty() {
            return;
        }
        found.extend(self.globs.matches(path.as_str()).into_iter().map(|glob| self.owners[glob]));
        found.sort_unstable();
        found.dedup();
    }
}
