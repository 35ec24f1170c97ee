//! Endpoints of each framework, behind the prefixes of what takes their routers in.

mod chains;

use crate::testing::facts;

/// The endpoints that are found, and how many gaps there are.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str], gaps: usize) {
    let facts = facts(files);
    let relation = facts.relation("route.endpoint").expect("the provider was asked");
    let found = relation.rows.iter().map(|row| format!("{} {}", row.values[0].text(), row.values[1].text()));
    assert_eq!(found.collect::<Vec<_>>(), expected);
    assert_eq!(relation.gaps.len(), gaps, "{:?}", relation.gaps);
}

#[test]
fn groups_of_effect() {
    let users = "import { HttpApiEndpoint, HttpApiGroup } from '@effect/platform';
const list = HttpApiEndpoint.get('list', '/').addSuccess(A);
export class Users extends HttpApiGroup.make('users')
  .add(list)
  .add(HttpApiEndpoint.post('create', '/create').setPayload(B))
  .add(HttpApiEndpoint.del('remove')`/${idParam}`)
  .prefix('/users') {}";
    let api = "import { HttpApi } from '@effect/platform';
import { Users } from '@app/users';
const Api = HttpApi.make('api').add(Users.annotate(A, true)).prefix('/api');";
    check(
        &[("src/api.ts", api), ("src/users.ts", users)],
        &["GET /api/users", "POST /api/users/create", "DELETE /api/users/:idParam"],
        0,
    );
    check(&[("src/users.ts", users)], &["GET /users", "POST /users/create", "DELETE /users/:idParam"], 0);
    check(&[("src/a.ts", "const G = HttpApiGroup.make('g').add(HttpApiEndpoint.get('a', pathOf('b')));")], &[], 1);
    // A test declares no endpoint of the service.
    check(&[("src/a.test.ts", "HttpApiGroup.make('g').add(HttpApiEndpoint.get('a', '/a'));")], &[], 0);
}

#[test]
fn routers() {
    let app = "import express from 'express';
import users from './routes/users';
const app = express();
app.use('/api/users', auth, users);
app.get('/health', (req, res) => res.send('ok'));
app.get('env');
axios.get('/elsewhere', { timeout: 1 });";
    let users = "import { Router } from 'express';
const router = Router();
router.get('/', list);
router.route('/:id(\\\\d+)').get(one).delete(auth, remove);
export default router;";
    check(
        &[("src/app.js", app), ("src/routes/users.js", users)],
        &["GET /health", "GET /api/users", "GET /api/users/:id", "DELETE /api/users/:id"],
        0,
    );
    check(&[("src/routes/users.js", users)], &["GET /", "GET /:id", "DELETE /:id"], 1);
    check(
        &[(
            "a.ts",
            "import { Hono } from 'hono';\nconst app = new Hono().basePath('/v1').get('/a', h).post('/b', h);\nconst sub = new Hono();\nsub.get('/x/:y', h);\napp.route('/sub', sub);",
        )],
        &["GET /v1/a", "POST /v1/b", "GET /v1/sub/x/:y"],
        0,
    );
    check(
        &[(
            "a.ts",
            "import type { FastifyInstance } from 'fastify';\nexport async function routes(app: FastifyInstance) { app.get('/a', h); }",
        )],
        &["GET /a"],
        0,
    );
    // No framework, no router.
    check(&[("a.ts", "const cache = new Map(); cache.get('/a', 1);")], &[], 0);
}

#[test]
fn controllers_and_files() {
    check(
        &[(
            "users.controller.ts",
            "import { Controller, Get } from '@nestjs/common';\n@Controller('users')\nexport class A {\n  @Get(':id')\n  one() {}\n  @Post()\n  add() {}\n}",
        )],
        &["GET /users/:id", "POST /users"],
        0,
    );
    check(
        &[(
            "apps/web/app/(shop)/api/users/[id]/route.ts",
            "export async function GET() {}\nexport const POST = 1, helper = 2;",
        )],
        &["GET /api/users/:id", "POST /api/users/:id"],
        0,
    );
    check(&[("src/route.ts", "export async function GET() {}")], &[], 0);
}

#[test]
fn endings_of_a_path() {
    let facts = facts(&[("app/api/users/[id]/route.ts", "export const GET = 1;")]);
    let rows = &facts.relation("route.ending").expect("the provider was asked").rows;
    let found: Vec<&str> = rows.iter().map(|row| row.values[0].text()).collect();
    assert_eq!(
        found,
        ["GET /*", "GET /:id", "GET /api/users/*", "GET /api/users/:id", "GET /users/*", "GET /users/:id"]
    );
}
