//! In which of several projects of one run a rule holds.

use std::sync::Arc;

use auditlint_source::FilePath;

/// The folders of the projects below the root of a run. A file belongs to the nearest of them, else to the project of the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectFolders {
    /// Sorted. The project of a folder has the number of its place, counted from 1.
    folders: Vec<FilePath>,
}

impl ProjectFolders {
    /// The folders of nested projects, in any order.
    #[must_use]
    pub fn new(mut folders: Vec<FilePath>) -> Self {
        folders.sort_unstable();
        folders.dedup();
        folders.retain(|folder| !folder.is_root());
        Self { folders }
    }

    /// Whether the run has one project alone.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.folders.is_empty()
    }

    /// The folders, in the order of their numbers, which start at 1.
    #[must_use]
    pub fn nested(&self) -> &[FilePath] {
        &self.folders
    }

    /// The number of the project that a file belongs to; 0 is that of the root.
    #[must_use]
    pub fn of(&self, path: &FilePath) -> u32 {
        if self.folders.is_empty() {
            return 0;
        }
        let mut at = path.as_str();
        loop {
            if let Ok(place) = self.folders.binary_search_by(|folder| folder.as_str().cmp(at)) {
                return place as u32 + 1;
            }
            match at.rfind('/') {
                Some(slash) => at = &at[..slash],
                None => return 0,
            }
        }
    }
}

/// The projects in which a rule holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Territory {
    /// All of them.
    #[default]
    Everywhere,
    /// Some.
    Projects {
        /// The folders of all projects of the run.
        folders: Arc<ProjectFolders>,
        /// The numbers of those in which it holds, sorted.
        numbers: Vec<u32>,
    },
}

impl Territory {
    /// Whether it holds in the project with that number.
    #[must_use]
    pub fn holds(&self, project: u32) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Projects { numbers, .. } => numbers.binary_search(&project).is_ok(),
        }
    }

    /// Whether it holds in the project of a file.
    #[must_use]
    pub fn covers(&self, path: &FilePath) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Projects { folders, .. } => self.holds(folders.of(path)),
        }
    }

    /// Whether there is a project in which both hold.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Projects { numbers, .. }, other @ Self::Projects { .. }) => {
                numbers.iter().any(|number| other.holds(*number))
            }
            _ => true,
        }
    }

    /// The folders of the projects in which it holds; `None` for all.
    #[must_use]
    pub fn folders(&self) -> Option<Vec<FilePath>> {
        let Self::Projects { folders, numbers } = self else { return None };
        let folder = |number: &u32| match number.checked_sub(1) {
            Some(place) => folders.nested()[place as usize].clone(),
            None => FilePath::root(),
        };
        Some(numbers.iter().map(folder).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_belongs_to_the_nearest_project() {
        let folders = ["apps/web", "apps", "apps/web-2", "libs/a"].map(FilePath::new);
        let folders = ProjectFolders::new(folders.to_vec());
        assert_eq!(
            folders.nested().iter().map(FilePath::as_str).collect::<Vec<_>>(),
            ["apps", "apps/web", "apps/web-2", "libs/a"]
        );
        for (path, project) in [
            ("a.ts", 0),
            ("apps", 1),
            ("apps/a.ts", 1),
            ("apps/api/src/a.ts", 1),
            ("apps/web/src/a.ts", 2),
            ("apps/web-2/a.ts", 3),
            ("apps/web-3/a.ts", 1),
            ("libs/a.ts", 0),
            ("libs/a/a.ts", 4),
            ("../a.ts", 0),
        ] {
            assert_eq!(folders.of(&FilePath::new(path)), project, "{path}");
        }
        let territory = Territory::Projects { folders: Arc::new(folders), numbers: vec![0, 2] };
        for (path, covered) in [("a.ts", true), ("apps/a.ts", false), ("apps/web/a.ts", true), ("libs/a/b.ts", false)] {
            assert_eq!(territory.covers(&FilePath::new(path)), covered, "{path}");
        }
        assert_eq!(territory.folders(), Some(vec![FilePath::root(), FilePath::new("apps/web")]));
    }
}
