//! The picture of the README is what the program prints now, in colours, on the project in `fixtures/ts-service`.
//!
//! `SNAPSHOTS=overwrite cargo test --test picture` draws it anew, for light and for dark pages.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

#[path = "picture/svg.rs"]
mod svg;

use std::fs;
use std::path::Path;
use std::process::Command;

use snapbox::data::DataFormat;
use snapbox::{Assert, Data};
use svg::{DARK, LIGHT, picture};

/// What is shown: one finding, and what is true of the tasks.
const COMMANDS: [&[&str]; 2] = [&["check", "--rule", "process-env"], &["tasks", "verify"]];
/// Of what the second one prints, as many lines are shown.
const SHOWN: usize = 15;
const COLUMNS: usize = 104;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What a terminal shows.
fn terminal() -> String {
    let mut shown = String::new();
    for command in COMMANDS {
        let output = Command::new(env!("CARGO_BIN_EXE_auditlint"))
            .args(command)
            .args(["--no-cache"])
            .current_dir(root().join("fixtures/ts-service"))
            .env("CLICOLOR_FORCE", "1")
            .env("COLUMNS", COLUMNS.to_string())
            .env_remove("NO_COLOR")
            .env_remove("GITHUB_ACTIONS")
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        if !shown.is_empty() {
            shown.push('\n');
        }
        shown.push_str(&format!("\u{1b}[2m$\u{1b}[0m \u{1b}[1mauditlint {}\u{1b}[0m\n", command.join(" ")));
        let most = if command[0] == "tasks" { SHOWN } else { usize::MAX };
        text.lines().take(most).for_each(|line| {
            shown.push_str(line);
            shown.push('\n');
        });
    }
    shown
}

#[test]
fn the_picture_is_what_the_program_prints() {
    let terminal = terminal();
    assert!(terminal.contains("\u{1b}["), "nothing is coloured");
    assert!(terminal.contains("regressed"), "no task is regressed: {terminal}");
    let title = "auditlint finds process.env read in two places, and says that task T-003, which is declared done, has regressed";
    for (name, palette) in [("light", LIGHT), ("dark", DARK)] {
        let path = root().join(format!("docs/pictures/run-{name}.svg"));
        let drawn = picture(&terminal, COLUMNS, title, palette);
        if std::env::var_os("SNAPSHOTS").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &drawn).unwrap();
        }
        let expected = Data::read_from(&path, Some(DataFormat::Text)).raw();
        Assert::new().action_env("SNAPSHOTS").eq(Data::text(drawn).raw(), expected);
    }
}

#[test]
fn columns_stay_below_each_other_and_text_stays_text() {
    let drawn = picture("a \u{1b}[31;1m<b>\u{1b}[0m &\n\u{1b}[2m1\u{1b}[0m │", 20, "\"x\"", LIGHT);
    for part in [
        "aria-label=\"&quot;x&quot;\"",
        "<text x=\"18.0\" y=\"32.2\" textLength=\"16.9\" lengthAdjust=\"spacingAndGlyphs\" fill=\"#1f2328\">a </text>",
        "fill=\"#cf222e\" font-weight=\"700\">&lt;b&gt;</text>",
        "fill=\"#6e7781\">1</text>",
        "fill=\"#1f2328\"> │</text>",
    ] {
        assert!(drawn.contains(part), "{part} is not in {drawn}");
    }
    // A terminal breaks a line where it ends.
    let drawn = picture("abc\u{1b}[2mdefg\u{1b}[0m", 5, "", LIGHT);
    for part in [">abc</text>", "fill=\"#6e7781\">de</text>", "<text x=\"18.0\" y=\"51.2\"", ">fg</text>"] {
        assert!(drawn.contains(part), "{part} is not in {drawn}");
    }
}
