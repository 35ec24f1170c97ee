//! Reads YAML that is not valid YAML, by top-level keys and list items.
