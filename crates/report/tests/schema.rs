//! The JSON output keeps to the schema that is published for it.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

mod sample;

use auditlint_report::{RenderOptions, ReportFormat, findings_schema};
use sample::Sample;
use serde_json::Value;

/// The published schema allows further keys, so that they can come without a new version; what is written today has none
/// that it does not name.
fn closed(mut schema: Value) -> Value {
    let close = |object: &mut Value| {
        if object.get("properties").is_some() {
            object["additionalProperties"] = Value::Bool(false);
        }
    };
    close(&mut schema);
    for definition in schema["$defs"].as_object_mut().unwrap().values_mut() {
        close(definition);
    }
    schema
}

fn check(sample: &Sample, options: RenderOptions) {
    let schema = closed(findings_schema());
    let validator = jsonschema::validator_for(&schema).unwrap();
    let document: Value = serde_json::from_str(&sample.render(ReportFormat::Json, options.clone())).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&document).map(|error| format!("{error} at {}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{document:#}");

    let lines = sample.render(ReportFormat::Jsonl, options);
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(document["findings"], Value::Array(lines), "jsonl has the findings of json");
}

#[test]
fn what_is_written_keeps_to_the_schema() {
    let statistics = RenderOptions { statistics: true, ..RenderOptions::default() };
    for sample in [
        sample::findings(),
        sample::with_known(),
        sample::clean(),
        sample::broken_source(),
        sample::broken_config(),
        sample::many(30),
    ] {
        check(&sample, RenderOptions::default());
        check(&sample, statistics.clone());
    }
}

#[test]
fn odd_text_keeps_to_the_schema() {
    let mut sample = sample::findings();
    for odd in ["", "\u{0}\u{1b}\u{7f}\u{fffd}", "\"\\\r\n\t/\u{2028}", "😀\u{202e}"] {
        let found = &mut sample.report.findings[0];
        (found.message, found.reason) = (odd.into(), Some(odd.into()));
        let task = found.tasks[0].clone();
        found.tasks = [auditlint_engine::FindingTask { id: odd.into(), ..task }].into();
        found.path = auditlint_source::FilePath::new(odd);
        check(&sample, RenderOptions::default());
    }
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let validator = jsonschema::validator_for(&findings_schema()).unwrap();
    let good: Value =
        serde_json::from_str(&sample::findings().render(ReportFormat::Json, RenderOptions::default())).unwrap();
    let spoil = |pointer: &str, value: Value| {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = value;
        bad
    };
    assert!(validator.is_valid(&good));
    for (pointer, value) in [
        ("/schema", Value::from(2)),
        ("/findings/0/severity", Value::from("fatal")),
        ("/findings/0/state", Value::Null),
        ("/findings/0/start/line", Value::from(0)),
        ("/findings/0/message", Value::Null),
        ("/findings", Value::Null),
        ("/summary/files", Value::from(-1)),
    ] {
        assert!(!validator.is_valid(&spoil(pointer, value)), "{pointer}");
    }
}

#[test]
fn schema() {
    insta::assert_snapshot!("schema", format!("{:#}", findings_schema()));
}
