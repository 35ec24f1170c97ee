//! Files whose name says that a task is done.
