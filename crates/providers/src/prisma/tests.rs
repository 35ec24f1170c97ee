//! Schemas and queries, and which fields they name.

use auditlint_facts::{Check, DerivedFacts, SourceText};
use auditlint_source::FilePath;

use crate::{facts_of, known_relations, providers, testing};

const SCHEMA: &str = r#"
datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL") // with a { brace
}

/// A person. { not a block }
model User {
  id        Int      @id @default(autoincrement())
  email     String   @unique @db.VarChar(255)
  name      String?
  role      Role     @default(USER)
  address   Address?
  tags      String[]
  createdAt DateTime @default(now()) @map("created_at")
  posts     Post[]   @relation("author")
  profile   Profile?
  circle    Unsupported("circle")?

  @@unique([email, role], name: "byRole", map: "by_role")
  @@index([name(sort: Desc)])
  @@map("app_user")
}

model Post {
  id       Int    @id
  title    String
  authorId Int
  author   User   @relation(
    "author",
    fields: [authorId],
    references: [id]
  )
  @@id([id, authorId])
}

model Profile { 
  id Int @id
  bio String
  userId Int @unique
  user User @relation(fields: [userId], references: [id])
}

type Address {
  street String
}

view Summary {
  id Int @unique
}

enum Role {
  USER
  ADMIN @map("admin")
  @@map("role")
}
"#;

fn facts(schema: &str, code: &str) -> DerivedFacts {
    let (schema_path, code_path) = (FilePath::new("db/schema.prisma"), FilePath::new("src/a.ts"));
    let schema = SourceText { path: &schema_path, text: schema.as_bytes() };
    facts_of(&[schema, SourceText { path: &code_path, text: code.as_bytes() }], providers())
}

fn rows(facts: &DerivedFacts, relation: &str) -> Vec<String> {
    let relation = facts.relation(relation).unwrap();
    relation.rows.iter().map(|row| row.values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")).collect()
}

/// The fields that a query names wrongly stand between `«»`.
#[track_caller]
fn check(marked: &str) {
    let code = marked.replace(['«', '»'], "");
    let mut expected = Vec::new();
    let mut taken = 0;
    for (at, mark) in marked.match_indices(['«', '»']) {
        if mark == "«" {
            expected.push((at - taken, 0));
        } else {
            expected.last_mut().unwrap().1 = at - taken;
        }
        taken += mark.len();
    }
    let check = Check {
        each: "prisma.use".into(),
        options: Vec::new(),
        filter: Vec::new(),
        given: Vec::new(),
        spared: Vec::new(),
        must: auditlint_facts::Must::In(auditlint_facts::Other {
            relation: "prisma.field".into(),
            on: vec![(0, 0), (1, 1)],
            filter: Vec::new(),
            given: Vec::new(),
            order: None,
        }),
        once: Vec::new(),
        see: Vec::new(),
        severity: None,
    };
    let found = check.run(&facts(SCHEMA, &code)).offences;
    let show = |(start, end): (usize, usize)| format!("{} at {start}", &code[start..end]);
    let places = found.iter().filter_map(|row| row.place.as_ref());
    let found: Vec<String> = places.map(|(_, span)| show((span.start as usize, span.end as usize))).collect();
    assert_eq!(found, expected.into_iter().map(show).collect::<Vec<_>>(), "{marked}");
}

#[test]
fn a_schema_gives_models_fields_keys_and_values() {
    let facts = facts(SCHEMA, "");
    assert!(facts.relation("prisma.field").unwrap().gaps.is_empty());
    assert_eq!(
        rows(&facts, "prisma.model"),
        [
            "User model app_user ",
            "Post model Post ",
            "Profile model Profile ",
            "Address type Address ",
            "Summary view Summary "
        ]
    );
    let fields = rows(&facts, "prisma.field");
    assert_eq!(fields.len(), 20);
    for row in [
        "User id Int false false id true true app_user ",
        "User name String false true name false true app_user ",
        "User tags String true false tags false true app_user ",
        "User createdAt DateTime false false created_at false true app_user ",
        "User posts Post true false posts false false app_user ",
        "User circle Unsupported false true circle false true app_user ",
        "Post author User false false author false false Post ",
        "User role Role false false role false true app_user ",
        "Address street String false false street false true  ",
    ] {
        assert!(fields.iter().any(|field| field == row), "{row}: {fields:#?}");
    }
    assert_eq!(rows(&facts, "prisma.unique"), ["User byRole email,role", "Post id_authorId id,authorId"]);
    assert_eq!(rows(&facts, "prisma.enum_value"), ["Role USER USER", "Role ADMIN admin"]);
}

#[test]
fn what_a_schema_does_not_make_clear_is_a_gap() {
    let long = format!("model A {{\n id Int\n}}{}", "\n".repeat(crate::limits::MAX_SCHEMA));
    for (schema, expected) in [
        ("model A {\n id Int\n ?? \n}", "a line of the model `A` is not understood"),
        ("model A {\n id Int", "the model `A` has no end"),
        (&long, "the schema is too long: from here on it is not read"),
        ("modle A {\n id Int\n}", "`modle` is not a block of a Prisma schema"),
        ("nonsense\nmodel A {\n id Int\n}", "this line of the schema is not understood"),
        ("model A {\n id Int\n @@unique(id)\n}", "a compound key of `A` is not understood"),
    ] {
        let facts = facts(schema, "");
        let gaps = &facts.relation("prisma.field").unwrap().gaps;
        assert_eq!(gaps.iter().map(|(_, gap)| gap.message.as_str()).collect::<Vec<_>>(), [expected], "{schema}");
        assert_eq!(
            rows(&facts, "prisma.field").iter().filter(|row| row.starts_with("A id Int")).count() == 1,
            !expected.starts_with("`modle`")
        );
    }
}

#[test]
fn models_that_no_schema_declares() {
    let check = |files: &[(&str, &str)], expected: &[&str]| {
        let mut all = vec![("schema.prisma", SCHEMA)];
        all.extend(files);
        assert_eq!(rows(&testing::facts(&all), "prisma.unresolved"), expected, "{files:?}");
    };
    let known = "db.user.findMany({ where: { id: 1 } });";
    check(&[("a.ts", &format!("{known} db.gone.findMany({{ where: {{ id: 1 }} }});"))], &["gone findMany db"]);
    // Another client, other keys than those of Prisma, and a name that nobody can tell.
    check(&[("a.ts", &format!("{known} cache.gone.count(); db.gone.update({{ name: 1 }}); db[gone].count()"))], &[]);
    check(&[("a.ts", known), ("b.ts", "db.gone.count()")], &[]);
    // A client that is known in every file.
    check(&[("a.ts", "this.prisma.user.count()"), ("b.ts", "this.prisma.gone.count()")], &["gone count this.prisma"]);
    // A template of code.
    check(&[("a.ts", &format!("{known} db.DELEGATE.count(); db.ENTITY_NAME.findMany(args)"))], &[]);
    let import = "import { db } from '@app/db'; ";
    let (a, b) = (format!("{import}{known}"), format!("{import}db.gone.count()"));
    check(&[("a.ts", &a), ("b.ts", &b)], &["gone count @app/db#db"]);
    let (a, b) = (a.replace("@app", "."), b.replace("@app", "."));
    check(&[("a.ts", &a), ("x/b.ts", &b)], &[]);
}

#[test]
fn fields_of_every_clause() {
    check("db.user.findMany({ where: { email: 1, «mail»: 1 }, select: { id: true, «ids»: true } })");
    check("db.user.findFirst({ orderBy: { «age»: 'asc' }, distinct: ['email'] })");
    check(
        "db.user.findFirst({ orderBy: [{ name: 'asc' }, { «age»: 'asc' }], distinct: ['email', «'mail'»], cursor: { «uid»: 1 } })",
    );
    check("db.user.create({ data: { email, name: 'x', «nick»: 1 }, omit: { «secret»: true } })");
    check("db.user.createMany({ data: [{ email }, { «mail»: 1 }], skipDuplicates: true })");
    check("db.user.upsert({ where: { email }, create: { «a»: 1 }, update: { «b»: 1 } })");
    check("db.user.update({ where: { id }, data: { role: { set: 'ADMIN' }, tags: { push: 'x' } } })");
    check("db.user.count({ select: { _all: true, email: true, «mail»: true } }); db.user.count()");
    check("db.user.aggregate({ _avg: { «age»: true }, _count: { _all: true }, _max: { id: true } })");
    check("db.user.groupBy({ by: ['role', «'rank'»], _count: { id: true }, having: { id: { gt: 1 }, «x»: 1 } })");
    check("db.user.groupBy({ by: «'rank'», orderBy: { _count: { role: 'desc' } } })");
    check("db.summary.findMany({ select: { id: true, «x»: true } })");
}

#[test]
fn fields_of_relations() {
    check(
        "db.user.findMany({ select: { posts: { select: { title: true, «name»: true }, where: { «x»: 1 }, take: 1 } } })",
    );
    check("db.user.findMany({ include: { posts: { include: { author: { select: { «x»: true } } } }, «post»: true } })");
    check(
        "db.user.findMany({ where: { posts: { some: { title: 'a', «x»: 1 }, none: { author: { is: { «y»: 1 } } } } } })",
    );
    check("db.post.findMany({ where: { author: { email: 'a', «mail»: 1, posts: { every: { «z»: 1 } } } } })");
    check("db.user.findMany({ where: { AND: [{ OR: [{ «a»: 1 }] }], NOT: { «b»: 1 } } })");
    check(
        "db.user.findMany({ where: { byRole: { email, role, «x»: 1 } } }); db.post.findUnique({ where: { id_authorId: { id, authorId } } })",
    );
    check(
        "db.user.findMany({ select: { _count: { select: { posts: { where: { «x»: 1 } }, «likes»: true } } }, include: { _count: true } })",
    );
    check("db.user.findMany({ orderBy: { posts: { _count: 'desc' }, profile: { «x»: 'asc' } } })");
    check("db.user.create({ data: { posts: { create: [{ title, «x»: 1 }], connect: { id: 1, «y»: 2 } } } })");
    check(
        "db.user.create({ data: { posts: { connectOrCreate: { where: { «a»: 1 }, create: { «b»: 1 } }, createMany: { data: [{ «c»: 1 }], skipDuplicates: true } } } })",
    );
    check(
        "db.user.update({ data: { profile: { update: { bio: 1, «x»: 1 }, upsert: { create: { «a»: 1 }, update: { «b»: 1 } } }, posts: { updateMany: { where: { «c»: 1 }, data: { «d»: 1 } }, deleteMany: {}, set: [{ «e»: 1 }] } } })",
    );
    check(
        "db.user.findMany({ where: { address: { is: { street: 'a', unknown: 1 } }, tags: { hasSome: ['a'] }, name: { contains: 'a', mode: 'insensitive' } } })",
    );
}

#[test]
fn clients_and_queries_may_come_from_anywhere() {
    check("class A { constructor(private db: D) {} f() { return this.db.user.findMany({ where: { «x»: 1 } }) } }");
    check("await prisma.$transaction(async (tx) => { await tx.post.create({ data: { «x»: 1 } }) })");
    check("prisma!.user?.findMany?.({ where: { «x»: 1 } }); (a as B).user.findMany({ where: { «y»: 1 } })");
    check("const select = { id: true, «x»: true }; db.user.findMany({ select }); db.user.findMany({ select: { ...select } })".replace("{ ...select }", "{ ...(ok ? { «y»: 1 } : {}) }").as_str());
    check("const base = { «y»: 1 } satisfies Where; db.user.findMany({ where: { ...base, id: 1 } })");
    check("const args = { where: { «x»: 1 } }; db.user.findMany(args)");
    check("db.user.findMany({ where: { ...(all ? {} : { «x»: 1 }) } })");
}

#[test]
fn what_is_not_surely_of_prisma_is_left_alone() {
    check("service.user.create({ nick: 'x' }); api.user.update({ id, data: { x: 1 } })");
    check("db.user.findFirst({ columns: { x: true }, where: { x: 1 } }); db.query.user.findFirst({ with: { x: 1 } })");
    check(
        "db.account.findMany({ where: { x: 1 } }); db.user.find({ where: { x: 1 } }); user.findMany({ where: { x: 1 } })",
    );
    check(
        "db.user.findMany({ where: { [key]: 1, ...unknown(), id: { x: 1 } }, [clause]: { x: 1 } }); db.user.findMany(args)",
    );
    check("let where = { x: 1 }; where = other; db.user.findMany({ where })");
    check(
        "this.user.create({ data: { x: 1 } }); api.user.create({ data: { x: 1 } }); this.userService.user.update({ where: { x: 1 } })",
    );
    check("db.user.create({ data: { email, x: undefined, «y»: null } })");
    check("db['user'].findMany({ where: { x: 1 } }); db.address.findMany({ where: { x: 1 } })");
}

#[test]
fn what_stands_in_for_a_client_is_none() {
    check("const prisma = { user: { findMany: vi.fn() } }; prisma.user.findMany({ where: { gone: 1 } });");
    check("const prisma = { ...real, user: { findMany: vi.fn() } }; prisma.user.findMany({ where: { «gone»: 1 } });");
    check("const prisma = connect({ user: {} }); prisma.user.findMany({ where: { «gone»: 1 } });");
}

#[test]
fn nobody_is_accused_because_of_half_a_schema() {
    let check = "{each: prisma.use, in: prisma.field, on: [model, field]}";
    let node = auditlint_source::document::parse_yaml(check).unwrap().remove(0);
    let check = Check::read(&node, &known_relations(), &std::cell::RefCell::default()).unwrap();
    let code = "db.a.findMany({ where: { x: 1 } })";
    let judge = |schema: &str, code: &str| {
        let facts = facts(schema, code);
        let judgement = check.run(&facts);
        let reasons = judgement.unjudged.iter().map(|row| format!("{}: {}", row.source, row.gap.message));
        (judgement.offences.len(), reasons.collect::<Vec<_>>())
    };
    let (whole, half) = ("model A {\n id Int\n}", "model A {\n id Int\n ???\n}");
    assert_eq!(judge(whole, code), (1, vec![]));
    assert_eq!(judge(half, code), (0, vec!["db/schema.prisma: a line of the model `A` is not understood".to_owned()]));
    for (client, accused) in [
        ("base.$extends({ result: { a: { x: f } } })", 0),
        ("new PrismaClient({ log: [] }).$extends(computed({ a: 1 }))", 0),
        ("base.$extends(withAccelerate())", 1),
        ("base.$extends({ query: { a: f } })", 1),
    ] {
        let (found, unjudged) = judge(whole, &format!("const db = {client}; {code}"));
        assert_eq!((found, unjudged.len()), (accused, 1 - accused), "{client}");
    }
}

#[test]
fn what_is_too_much_to_read_names_nothing() {
    let list = "{ title: 1 }, ".repeat(6000);
    check(&format!("db.user.create({{ data: {{ posts: {{ create: [{list}] }} }} }})"));
}

#[test]
fn two_models_of_one_client_name_are_left_alone() {
    let facts =
        facts("model User {\n id Int\n}\nmodel user {\n key Int\n}", "db.user.findMany({ where: { id: 1, x: 1 } })");
    assert!(rows(&facts, "prisma.use").is_empty());
}

#[test]
fn the_schema_of_a_field_comes_before_others() {
    let team = "model Team {\n id Int @id\n roles Role[]\n}\n";
    let scalar_of_roles = |files: &[(&str, &str)]| {
        let facts = testing::facts(files);
        let fields = &facts.relation("prisma.field").unwrap().rows;
        fields.iter().find(|row| row.values[1].to_string() == "roles").map(|row| row.values[7].to_string())
    };
    let model = format!("{team}model Role {{\n id Int @id\n}}\n");
    let other = "enum Role {\n ADMIN\n}\n";
    assert_eq!(
        scalar_of_roles(&[("db/schema.prisma", &model), ("templates/shop.prisma", other)]).as_deref(),
        Some("false")
    );
    let own = format!("{team}{other}");
    let others = "model Role {\n id Int @id\n}\n";
    assert_eq!(
        scalar_of_roles(&[("db/schema.prisma", &own), ("templates/shop.prisma", others)]).as_deref(),
        Some("true")
    );
}

#[test]
fn models_of_one_name_share_their_fields() {
    check("db.user.findMany({ where: { «x»: 1 } })");
    let twice = "model A {\n id Int\n}\nmodel A {\n x Int\n}";
    let facts = facts(twice, "db.a.findMany({ where: { id: 1, x: 1, y: 1 } })");
    assert_eq!(rows(&facts, "prisma.use").len(), 3);
    assert_eq!(rows(&facts, "prisma.call"), ["A findMany db"]);
}

const LOCK: &str = "provider = \"postgresql\"";

/// The folder of migrations that each model belongs to.
#[track_caller]
fn check_databases(files: &[(&str, &str)], expected: &[&str]) {
    let facts = testing::facts(files);
    let models = &facts.relation("prisma.model").unwrap().rows;
    let shown: Vec<String> = models.iter().map(|row| format!("{} {}", row.values[0], row.values[3])).collect();
    assert_eq!(shown, expected);
}

#[test]
fn migrations_belong_to_one_schema() {
    let schema = |name: &str| format!("datasource db {{\n provider = \"postgresql\"\n}}\nmodel {name} {{\n id Int\n}}");
    let (a, b) = (schema("A"), schema("B"));
    let more = "model C {\n id Int\n}";
    check_databases(
        &[("db/schema/a.prisma", &a), ("db/schema/c.prisma", more), ("db/migrations/migration_lock.toml", LOCK)],
        &["A db/migrations", "C db/migrations"],
    );
    check_databases(
        &[("db/a.prisma", &a), ("db/prisma/migrations/migration_lock.toml", LOCK)],
        &["A db/prisma/migrations"],
    );
    // Two schemas for one folder, and a database of another kind.
    check_databases(
        &[("db/a.prisma", &a), ("db/b.prisma", &b), ("db/migrations/migration_lock.toml", LOCK)],
        &["A ", "B "],
    );
    let mysql = a.replace("postgresql", "mysql");
    check_databases(&[("db/a.prisma", &mysql), ("db/migrations/migration_lock.toml", LOCK)], &["A "]);
    // A schema for each kind of database.
    let lock = LOCK.replace("postgresql", "mysql");
    let files = [
        ("db/a.prisma", mysql.as_str()),
        ("db/b.prisma", &b),
        ("db/mysql/migration_lock.toml", &lock),
        ("db/postgres/migration_lock.toml", LOCK),
    ];
    check_databases(&files, &["A db/mysql", "B db/postgres"]);
    // Migrations of another package.
    let files = [("x/package.json", "{}"), ("x/a.prisma", &a), ("migrations/migration_lock.toml", LOCK)];
    check_databases(&files, &["A "]);
    let files = [("x/a.prisma", a.as_str()), ("y/migrations/migration_lock.toml", LOCK)];
    check_databases(&files, &["A "]);
}

#[test]
fn texts_that_calls_write() {
    let schema = "model User {\n id Int\n state String @map(\"status\")\n role Role\n tags String[]\n posts Post[]\n @@schema(\"auth\")\n}\n\
                  model Post {\n title String\n user User\n}\nenum Role {\n ADMIN @map(\"admin\")\n}";
    let code = "const initial = 'new';\n\
                db.user.create({ data: { state: ok ? initial : 'old', role: 'ADMIN', tags: ['x'], id: 1, posts: { create: { title: 'a' } } } });\n\
                db.user.upsert({ where: { state: 'x' }, create: { state: 'b\\n' }, update: { state: `c` } });\n\
                db.user.update({ data: { role: Role.ADMIN, state: Role.ADMIN } }); db.user.update({ data: { role: ok ? $Enums.Role.GUEST : row.role } });\n\
                db.user.findMany({ where: { state: 'd' } }); service.user.create({ data: { state: 'e' }, other: 1 })";
    assert_eq!(
        rows(&facts(schema, code), "prisma.written"),
        [
            " auth.User status new User state",
            " auth.User status old User state",
            " auth.User role admin User role",
            " Post title a Post title",
            " auth.User role admin User role",
        ]
    );
}

#[test]
fn what_calls_write_goes_into_the_database_of_the_schema() {
    let code = "prisma.user.create({ data: { state: 'x', role: 'ADMIN' } })";
    // MySQL treats `X` as `x`, so that only values of enums can be compared.
    for (provider, folder) in [("postgresql", "db/migrations"), ("mysql", "")] {
        let schema = format!(
            "datasource d {{\n provider = \"{provider}\"\n}}\nmodel User {{\n id Int @id\n state String @map(\"status\")\n role Role\n @@map(\"users\")\n}}\nenum Role {{\n ADMIN\n}}"
        );
        let lock = format!("provider = \"{provider}\"");
        let files = [
            ("db/schema.prisma", schema.as_str()),
            ("db/migrations/migration_lock.toml", lock.as_str()),
            ("a.ts", code),
        ];
        let state = format!("{folder} users status x User state");
        let expected = [state, "db/migrations users role ADMIN User role".to_owned()];
        assert_eq!(rows(&testing::facts(&files), "prisma.written"), expected);
    }
}

#[test]
fn every_method_is_looked_for() {
    for method in super::client::METHODS {
        assert!(super::client::WORDS.any_in(format!("db.user.{method}()").as_bytes()), "{method}");
    }
}

/// Which calls of code are on a client of Prisma: the models that no schema declares.
#[track_caller]
fn check_clients(files: &[(&str, &str)], expected: &[&str]) {
    let mut all = vec![("schema.prisma", SCHEMA)];
    all.extend(files);
    let facts = testing::facts(&all);
    let models = facts.relation("prisma.unresolved").unwrap().rows.iter().map(|row| row.values[0].to_string());
    assert_eq!(models.collect::<Vec<_>>(), expected, "{files:?}");
}

#[test]
fn a_client_is_what_its_type_says() {
    let client = "import { PrismaClient, Prisma } from '@prisma/client'; ";
    for (code, expected) in [
        (
            "class A { constructor(private readonly db: PrismaClient) {} f() { return this.db.gone.count() } }",
            ["gone"].as_slice(),
        ),
        (
            "class A { constructor(private readonly dataService: PrismaService) {} f() { return this.dataService.gone.count() } }",
            &["gone"],
        ),
        ("class A { private readonly api = new PrismaClient(); f() { return this.api.gone.count() } }", &["gone"]),
        ("class A { db: PrismaClient; f() { return this.db.gone.count() } }", &["gone"]),
        ("export const f = (tx: Prisma.TransactionClient) => tx.gone.count()", &["gone"]),
        ("function f(db: Omit<PrismaClient, '$connect'> | null) { db.gone.count() }", &["gone"]),
        ("const c = new PrismaClient().$extends({ query: {} }); c.gone.count()", &["gone"]),
        ("const c = globalThis.c ?? new PrismaClient(); c.gone.count()", &["gone"]),
        ("db.$transaction(async (tx) => { await tx.gone.count() })", &["gone"]),
        ("db.$transaction(async function (t) { await t.gone.count() })", &["gone"]),
        ("class S extends PrismaClient { f() { return this.gone.count() } }", &["gone"]),
        // What has another type, or none.
        ("class A { constructor(private readonly db: Database) {} f() { return this.db.gone.count() } }", &[]),
        (
            "class A { constructor(private readonly userService: UserService) {} f() { return this.userService.gone.count() } }",
            &[],
        ),
        ("function f(db: PrismaClient[], make: () => PrismaClient) { db.gone.count(); make.gone.count() }", &[]),
        ("function f(db: PrismaMockFactory) { db.gone.count() }", &[]),
        ("db.transaction(async (tx) => { await tx.gone.count() })", &[]),
        ("class S extends Base { f() { return this.gone.count() } }", &[]),
    ] {
        check_clients(&[("a.ts", &format!("{client}{code}"))], expected);
    }
}

#[test]
fn a_class_that_extends_the_client_is_one() {
    let service = "import { PrismaClient } from '@prisma/client'; export class DatabaseService extends PrismaClient {}";
    let user = "import { DatabaseService } from './database.service'; class A { constructor(private databaseService: DatabaseService) {} f() { return this.databaseService.gone.count() } }";
    check_clients(&[("database.service.ts", service), ("a.ts", user)], &["gone"]);
    check_clients(&[("database.service.ts", &service.replace("PrismaClient", "Connection")), ("a.ts", user)], &[]);
}

#[test]
fn a_module_that_makes_a_client_gives_one() {
    for module in [
        "export const db = new PrismaClient();",
        "const make = () => new PrismaClient(); export const db = globalThis.db ?? make();",
        "const client = new PrismaClient(); export { client as db };",
    ] {
        let files = |import: &'static str| [("src/lib/db.ts", module), ("src/app/a.ts", import)];
        check_clients(&files("import { db } from '../lib/db'; db.gone.count()"), &["gone"]);
        check_clients(&files("import { db as d } from '@/lib/db'; d.gone.count()"), &["gone"]);
        check_clients(&files("import { db } from '../lib/other'; db.gone.count()"), &[]);
        check_clients(&files("import { other } from '../lib/db'; other.gone.count()"), &[]);
    }
    let module = "const db = new PrismaClient(); export default db;";
    check_clients(&[("db/index.ts", module), ("a.ts", "import x from './db'; x.gone.count()")], &["gone"]);
    // Without a schema nobody knows the models.
    let files = [("db.ts", "export const db = new PrismaClient(); db.gone.count()")];
    assert!(rows(&testing::facts(&files), "prisma.unresolved").is_empty());
}
