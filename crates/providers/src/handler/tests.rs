//! What functions do for a request.

use crate::testing::facts;

/// Makes a project one that declares routes.
const ROUTES: (&str, &str) = ("src/z.ts", "import { Router } from 'express';\nRouter().get('/', home);\n");

/// The signs of the functions that routes know by a name: those whose column is `true`.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[(&str, &str)]) {
    let facts = facts(&[files, &[ROUTES]].concat());
    let relation = facts.relation("handler.function").expect("the provider was asked");
    let columns: Vec<&str> = relation.info.columns().map(|(name, _)| name).collect();
    for (function, signs) in expected {
        let row = relation.rows.iter().find(|row| row.values[0].is_written(function));
        let row = row.unwrap_or_else(|| panic!("there is a row for {function}"));
        let set = columns.iter().zip(&row.values).filter(|(_, value)| value.is_written("true")).map(|(name, _)| *name);
        assert_eq!(set.collect::<Vec<_>>().join(" "), *signs, "{function}");
    }
}

#[test]
fn who_asks() {
    let text = "
export const requireUser = (req, res, next) => {
  if (!req.headers.authorization) return res.status(401).end();
  next();
};
export function log(req, res, next) {
  console.log(req.path);
  next();
}
function admin(req, res, next) {
  if (req.user.role !== 'admin') throw new Forbidden();
  next();
}
export { admin as adminOnly };
export const list = async (req, res) => res.json(await db.all());
export const create = async (req, res) => {
  try {
    const input = schema.parse(req.body);
    res.json(await db.add(input));
  } catch (error) {
    res.status(400).end();
  }
};
export const none = (req, res) => res.status(405).end();
";
    check(
        &[("src/a.ts", text)],
        &[
            ("src/a.ts#requireUser", "authenticates denies"),
            ("src/a.ts:2", "authenticates denies"),
            ("src/a.ts#log", ""),
            ("src/a.ts#adminOnly", "authenticates denies authorizes"),
            ("src/a.ts#list", "may_reject"),
            ("src/a.ts#create", "reads_body validates catches"),
            ("src/a.ts#none", "refuses"),
        ],
    );
}

#[test]
fn through_what_is_called() {
    let service = "export class Tokens { check(header) { if (!verify(header)) throw new Error('no'); } }\nexport const tokens = new Tokens();";
    let middleware = "import { tokens } from './tokens';\nexport const guard = (req, res, next) => { tokens.check(req.get('authorization')); next(); };";
    let index = "export * from './guard';";
    let app = "import { guard } from './auth';\nexport function both(req, res, next) { guard(req, res, next); }\nexport const none = (req, res, next) => next();";
    check(
        &[
            ("src/app.ts", app),
            ("src/auth/guard.ts", middleware),
            ("src/auth/index.ts", index),
            ("src/auth/tokens.ts", service),
        ],
        &[("src/auth/guard.ts#guard", "authenticates"), ("src/app.ts#both", "authenticates"), ("src/app.ts#none", "")],
    );
}

#[test]
fn wrappers_and_versions() {
    let text = "
module.exports = (fn) => (req, res, next) => Promise.resolve(fn(req, res, next)).catch(next);
const bare = async (req, res) => { await load(); };
const caught = async (req, res) => { await load().catch(report); };
";
    let four = "{ \"dependencies\": { \"express\": \"^4.18.0\" } }";
    let five = "{ \"dependencies\": { \"express\": \"5\" } }";
    check(
        &[("a.js", text), ("package.json", four)],
        &[("a.js:2", "catches wraps makes_function"), ("a.js#bare", "may_reject"), ("a.js#caught", "catches")],
    );
    check(&[("a.js", text), ("package.json", five)], &[("a.js#bare", "may_reject express_awaits")]);
}

#[test]
fn packages() {
    let text = "import helmet from 'helmet';\nimport passport from 'passport';\nimport { gate } from '@own/gate';\nimport * as Sentry from '@sentry/node';\napp.use(helmet(), gate, Sentry.trace);\napp.use(passport.authenticate('jwt'));";
    check(
        &[("a.ts", text)],
        &[
            ("helmet#default", ""),
            ("passport#default.authenticate", "authenticates denies"),
            ("@own/gate#gate", "opaque"),
            // By the words of its name it is about something else.
            ("@sentry/node#trace", ""),
        ],
    );
}

#[test]
fn middleware_that_a_call_makes() {
    let text = "import limit from 'express-rate-limit';\nimport passport from 'passport';\nexport const few = limit({ max: 5 });\nexport const known = passport.authenticate('jwt');\nexport const ready = passport.initialize();";
    check(&[("a.ts", text)], &[("a.ts#few", "limits"), ("a.ts#known", "authenticates denies"), ("a.ts#ready", "")]);
}

#[test]
fn what_tests_ask() {
    let test = "
import request from 'supertest';
import { create } from '../src/users';
it('works', async () => {
  await request(app).post('/users').send({});
  await request(app).get(`/users/${id}?a=1`);
  await app.inject({ method: 'DELETE', url: '/users/1' });
});
";
    let users = ("src/users.ts", "export const create = () => {};");
    let facts = facts(&[users, ("test/users.test.ts", test), ROUTES]);
    let rows = |name: &str| {
        let rows = &facts.relation(name).expect("the provider was asked").rows;
        rows.iter().map(|row| row.values[0].to_string()).filter(|row| !row.starts_with("ANY")).collect::<Vec<_>>()
    };
    let expected = [
        "POST /*",
        "POST /users",
        "GET /*/*",
        "GET /users/*",
        "DELETE /*/*",
        "DELETE /*/1",
        "DELETE /users/*",
        "DELETE /users/1",
    ];
    assert_eq!(rows("handler.request"), expected);
    assert_eq!(rows("handler.tested"), ["src/users.ts"]);
}

#[test]
fn a_project_without_routes_is_not_read() {
    let users = ("src/users.ts", "export const create = () => {};");
    let rows = |files: &[(&str, &str)]| facts(files).relation("handler.function").map_or(0, |found| found.rows.len());
    assert_eq!(rows(&[users]), 0);
    // By its name, and by its line.
    assert_eq!(rows(&[users, ROUTES]), rows(&[ROUTES]) + 2);
}

#[test]
fn who_is_asked_for_a_role() {
    let text = "
export const authenticate = (req, res, next) => {
  const payload = verify(req.headers.authorization);
  if (!payload) return res.status(401).end();
  req.user = { id: payload.sub, role: payload.role };
  next();
};
export const issue = (req, res) => {
  if (!req.body.password) throw new Error('none');
  res.json(jwt.sign({ role: user.role, admin }, key));
};
export const compared = (req, res, next) => (req.user.role === 'editor' ? next() : res.status(403).end());
export const among = (req, res, next) => {
  const { roles } = req.user;
  if (!roles.includes(wanted)) return next(new Forbidden());
  next();
};
export const asked = async (req, res, next) => {
  const found = await db.user.findFirst({ where: { id: req.user.id, role: 'ADMIN' } });
  if (!found) throw new Forbidden();
  next();
};
export class RolesGuard {
  canActivate(context) {
    const roles = this.reflector.get('roles', context.getHandler());
    return roles.some((role) => context.user.roles.includes(role));
  }
}
";
    let authorizes = |files: &[(&str, &str)], function: &str| {
        let facts = facts(&[files, &[ROUTES]].concat());
        let relation = facts.relation("handler.function").expect("the provider was asked");
        let row = relation.rows.iter().find(|row| row.values[0].is_written(function)).expect("a row");
        row.value(relation.info.column("authorizes").expect("a column")).is_written("true")
    };
    for (function, expected) in [
        ("authenticate", false),
        ("issue", false),
        ("compared", true),
        ("among", true),
        ("asked", true),
        ("RolesGuard", true),
    ] {
        assert_eq!(authorizes(&[("src/a.ts", text)], &format!("src/a.ts#{function}")), expected, "{function}");
    }
}
