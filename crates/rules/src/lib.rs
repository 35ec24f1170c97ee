//! Rule documents to rules: reading, compiling a set, examples, links to tasks.
#![forbid(unsafe_code)]
