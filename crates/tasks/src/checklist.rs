//! Lines of Markdown that give the status of tasks which stand elsewhere.
