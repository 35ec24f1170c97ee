//! Tasks that are sections of a Markdown file.
