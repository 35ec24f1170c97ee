//! Tasks that are YAML documents.
