//! YAML, TOML and JSON documents as one spanned tree, and the reader that turns such a tree into typed values.
//!
//! Rules, configuration and task files are all read this way, so that every complaint names the place in the file,
//! the nearest valid key and the list of valid ones. The parsers behind it are wrapped here and nowhere else.

mod json;
mod node;
mod setting;
mod shape;
mod table;
mod toml;
mod values;
mod yaml;
mod yaml_message;

pub use json::parse_json;
pub use node::{DocumentKey, DocumentNode, DocumentValue};
pub use setting::{
    NamedTable, NamedTables, Setting, SettingTable, read_table, read_text, read_word, table_value, unplaced,
};
pub use shape::{KeyShape, TableShape, ValueShape};
pub use table::{DocumentError, DocumentErrors, Table};
pub use toml::parse_toml;
pub use values::too_many_values;
pub use yaml::{DuplicateKey, parse_yaml, parse_yaml_with_duplicates};
