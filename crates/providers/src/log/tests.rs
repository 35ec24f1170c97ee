//! Events, and the fields that calls give them.

use crate::testing::facts;

#[test]
fn events_and_their_fields() {
    for (code, expected) in [
        ("log_event(logger, 'a.b', status=1, user=2)", &["a.b | status, user | true"][..]),
        ("NAME = 'a.b'\nlogger.info(NAME, extra={'status': 1})", &["a.b | status | true"]),
        ("logger.info('done', extra={'event': 'a.b', 'x': 1})", &["a.b | x | true"]),
        ("logger.info('a.b', extra=extra)", &["a.b |  | false"]),
        ("extra = {'x': 1}\nlogger.info('a.b', extra=extra)", &["a.b | x | false"]),
        ("log.bind(user=1).info('a.b', x=2)", &["a.b | user, x | true"]),
        ("log = structlog.get_logger().bind(user=1)\nlog.info('a.b', **more)", &["a.b | user | false"]),
        ("log.info('a.b', **{'x': 1})", &["a.b | x | true"]),
        ("_emit_event(logger, 'a.b', payload)", &["a.b |  | false"]),
        ("_emit_event(logger, 'a.b', {'x': 1, 'y': 2})", &["a.b | x, y | true"]),
        ("track(event='a.b', x=1)", &["a.b | x | true"]),
        ("def f(log):\n    log.info('a.b')", &["a.b |  | false"]),
        ("class A:\n    def f(self):\n        self.log.info('a.b')", &["a.b |  | false"]),
        ("logger.info(f'a.{b}')\nprint('a.b')\nopen('a.b')", &[]),
    ] {
        let facts = facts(&[("app/a.py", code)]);
        let rows = &facts.relation("log.event").unwrap().rows;
        let rows: Vec<String> =
            rows.iter().map(|row| row.values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ")).collect();
        assert_eq!(rows, expected, "{code}");
    }
}

#[test]
fn tests_log_nothing() {
    let facts = facts(&[("tests/test_a.py", "logger.info('a.b')")]);
    assert!(facts.relation("log.event").unwrap().rows.is_empty());
}
