//! Tasks that are YAML documents, valid or not.

use auditlint_source::document::{DocumentError, DocumentNode, parse_yaml};
use auditlint_source::{Problem, Span};

use crate::draft::{TaskDraft, TaskOrigin};
use crate::file::TaskFile;
use crate::rows::{self, RowReading, TaskRow};
use crate::{FieldPaths, StatusForm, lenient};

/// Reads the tasks of one file: a table each, a list of tables, or a list of tables under a key such as `tasks`.
pub(crate) fn read(
    file: &TaskFile,
    origin: TaskOrigin<'_>,
    paths: &FieldPaths,
    drafts: &mut Vec<TaskDraft>,
    problems: &mut Vec<Problem>,
) {
    let documents = match parse_yaml(&file.text) {
        Ok(documents) => documents,
        Err(error) => {
            problems.push(invalid(file, &error));
            lenient::read(&file.text, file.start())
        }
    };
    read_documents(file, origin, &documents, (paths, StatusForm::Yaml), drafts, problems);
}

/// Reads the tasks of documents, whatever they are written in.
pub(crate) fn read_documents(
    file: &TaskFile,
    origin: TaskOrigin<'_>,
    documents: &[DocumentNode],
    (paths, form): (&FieldPaths, StatusForm),
    drafts: &mut Vec<TaskDraft>,
    problems: &mut Vec<Problem>,
) {
    let rows: Vec<TaskRow<'_>> = documents.iter().flat_map(rows::rows).collect();
    let reading = RowReading { paths, form, alone: rows.len() == 1 };
    let before = drafts.len();
    drafts.extend(rows.iter().filter_map(|row| rows::draft(file, origin, row, reading, problems)));
    if drafts.len() == before {
        problems.push(
            file.warning(Span::default(), "this file contains no tasks")
                .help("a task has an `id`, or a `title` and another field of tasks, such as `acceptance`; `fields` in `[[tasks]]` names other keys"),
        );
    }
}

fn invalid(file: &TaskFile, error: &DocumentError) -> Problem {
    file.warning(error.span, format!("this is not valid YAML and was read line by line: {}", error.message))
        .help("text that holds `: ` or starts with a backtick, `*` or `@` needs quotes around it")
}

#[cfg(test)]
mod tests {
    use super::*;
    use auditlint_source::FilePath;

    fn read_text(text: &str) -> (Vec<TaskDraft>, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut drafts = Vec::new();
        let file = TaskFile::new(&FilePath::new("tasks/t_01.yaml"), text.as_bytes().to_vec(), &mut problems).unwrap();
        read(&file, TaskOrigin { source: 0, prefix: None }, &FieldPaths::default(), &mut drafts, &mut problems);
        (drafts, problems)
    }

    #[test]
    fn keeps_ids_as_they_are_written() {
        for (written, expected) in [("012", "012"), ("1.10", "1.10"), ("\"x 1\"", "x 1"), ("0x10", "0x10")] {
            let (drafts, problems) = read_text(&format!("id: {written}\ntitle: T\n"));
            assert_eq!(drafts[0].task.id.as_str(), expected);
            assert!(problems.is_empty(), "{problems:?}");
        }
    }

    #[test]
    fn takes_a_table_that_was_meant_as_text() {
        let (drafts, problems) =
            read_text("id: a1\nacceptance:\n  - Redis: entries expire\n      after a day\n  - second\n");
        let texts: Vec<&str> = drafts[0].task.acceptance.iter().map(|criterion| criterion.text.as_str()).collect();
        assert_eq!(texts, ["Redis: entries expire\nafter a day", "second"]);
        assert!(problems.is_empty(), "{problems:?}");
    }

    #[test]
    fn takes_the_name_of_the_file_where_there_is_no_id() {
        let (drafts, _) = read_text("title: T\nacceptance: [a]\n");
        assert_eq!((drafts[0].task.id.as_str(), drafts[0].task.place.line), ("t_01", 1));
        let (drafts, problems) = read_text("title: T\nbranch: x\n");
        assert!(drafts.is_empty());
        assert_eq!(problems.len(), 1);
    }

    #[test]
    fn reads_several_tasks_of_one_file() {
        for text in [
            "- {id: a1, title: A}\n- {id: b1, title: B}\n",
            "tasks:\n  - id: a1\n  - id: b1\n",
            "id: a1\n---\nid: b1\n",
            "{\"tasks\": [{\"id\": \"a1\"}, {\"id\": \"b1\"}]}",
        ] {
            let (drafts, problems) = read_text(text);
            let ids: Vec<&str> = drafts.iter().map(|draft| draft.task.id.as_str()).collect();
            assert_eq!(ids, ["a1", "b1"], "{problems:?}");
        }
    }

    #[test]
    fn warns_at_a_status_that_nobody_knows() {
        let (drafts, problems) = read_text("id: a1\nstatus: doen\n");
        assert!(drafts[0].task.declarations.is_empty());
        assert_eq!(problems[0].position.map(|at| (at.line, at.column)), Some((2, 9)));
        assert!(problems[0].help.as_deref().unwrap_or_default().contains("`done`"), "{problems:?}");
    }
}
