//! Methods that change tables, by their names, however those are spelled.

/// Whether a method changes tables.
pub(super) fn is_change(method: &str) -> bool {
    TableMethod::of(method).is_some()
}

/// What a method does to a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TableMethod {
    Create,
    Alter,
    AddColumns,
    DropColumns,
    RenameColumn,
    DropTable,
    RenameTable,
}

impl TableMethod {
    pub(super) fn of(method: &str) -> Option<Self> {
        let name: String = method.chars().filter(|letter| *letter != '_').flat_map(char::to_lowercase).collect();
        Some(match name.trim_end_matches("migration") {
            "createtable" | "createtableifnotexists" => Self::Create,
            "altertable" | "table" => Self::Alter,
            "addcolumn" | "addcolumns" | "createaddcolumn" => Self::AddColumns,
            "dropcolumn" | "dropcolumns" | "removecolumn" | "createdropcolumn" => Self::DropColumns,
            "renamecolumn" => Self::RenameColumn,
            "droptable" | "droptableifexists" => Self::DropTable,
            "renametable" => Self::RenameTable,
            _ => return None,
        })
    }
}
