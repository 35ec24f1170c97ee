//! Tables of models, and what migrations leave.

use crate::testing::facts;

/// Holds the rows of a relation, without their places, against what is expected.
#[track_caller]
fn check(relation: &str, files: &[(&str, &str)], expected: &[&str]) {
    let facts = facts(files);
    let rows = &facts.relation(relation).unwrap().rows;
    let rows: Vec<String> =
        rows.iter().map(|row| row.values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ")).collect();
    assert_eq!(rows, expected, "{files:?}");
}

const MIGRATION: &str = "from alembic import op\nimport sqlalchemy as sa\nrevision = '1'\ndown_revision = None\n";

#[test]
fn tables_of_sqlalchemy() {
    let models = "from sqlalchemy import Column, Table\nfrom sqlmodel import SQLModel\nfrom .base import Timed\n\
                  class User(Timed, Base):\n    __tablename__ = 'users'\n    id = Column(Integer)\n    mail = Column('e_mail', String)\n\
                  class Admin(User):\n    level = Column(Integer)\n\
                  class Hidden(Base):\n    __abstract__ = True\n    __tablename__ = 'no'\n\
                  class Hero(SQLModel, table=True):\n    name: str\n\
                  class Odd(Unknown):\n    __tablename__ = TABLE\n\
                  class APIKey(db.Model):\n    id = db.Column(db.Integer)\n\
                  links = Table('links', metadata, Column('a', Integer), Column('b', Integer))\nTABLE = 'odd'\n";
    let base = "import sqlalchemy\nclass Timed:\n    made_at = sqlalchemy.Column(sqlalchemy.DateTime)\n";
    let files = [("app/models.py", models), ("app/base.py", base), ("app/versions/1.py", MIGRATION)];
    check(
        "orm.table",
        &files,
        &[
            ". | users | User | sqlalchemy | true",
            ". | hero | Hero | sqlalchemy | true",
            ". | odd | Odd | sqlalchemy | false",
            ". | api_key | APIKey | sqlalchemy | true",
            ". | links |  | sqlalchemy | true",
        ],
    );
    check("orm.column", &files[..2], &[]);
    let facts = facts(&files);
    let columns = &facts.relation("orm.column").unwrap().rows;
    let has = |table: &str, column: &str| {
        columns.iter().any(|row| row.values[1].text() == table && row.values[2].text() == column)
    };
    assert!(has("users", "e_mail") && has("users", "made_at") && has("users", "level") && has("links", "b"));
}

#[test]
fn what_alembic_leaves() {
    let first = format!(
        "{MIGRATION}TABLE = 'b'\ndef upgrade():\n    op.create_table('a', sa.Column('id', sa.Integer()), sa.Column('x', sa.Text()))\n    op.create_table(TABLE, sa.Column('id'), *more)\n    op.execute('CREATE TABLE c (id int)')\n    op.create_table('gone', sa.Column('id'))\n\
         def downgrade():\n    op.drop_table('a')\n"
    );
    let second = "from alembic import op\nimport sqlalchemy as sa\nrevision = '2'\ndown_revision = '1'\n\
         def upgrade():\n    with op.batch_alter_table('a') as batch_op:\n        batch_op.add_column(sa.Column('y'))\n        batch_op.drop_column('x')\n        batch_op.alter_column('id', new_column_name='key')\n    op.rename_table('c', 'd')\n    op.drop_table('gone')\n    op.add_column('legacy', sa.Column('z'))\n";
    // The order is that of the revisions.
    let files = [("app/versions/b_first.py", first.as_str()), ("app/versions/a_second.py", second)];
    check("orm.migrated-table", &files, &[". | legacy | false", ". | a | true", ". | b | true", ". | d | true"]);
    check("orm.migrated-column", &files, &[". | a | y", ". | a | key", ". | legacy | z"]);
}

/// Statements count wherever they are executed, and a view is read like a table.
#[test]
fn what_statements_leave() {
    let with = |body: &str| format!("{MIGRATION}OLD = 'CREATE VIEW v AS SELECT 1'\ndef upgrade():\n    {body}\n");
    for (body, expected) in [
        ("op.execute(sa.text('CREATE OR REPLACE VIEW v AS SELECT 1'))", &[". | v | true"][..]),
        ("op.execute(OLD)", &[". | v | true"]),
        ("op.execute(OLD if new else 'CREATE VIEW w AS SELECT 2')", &[". | v | true", ". | w | true"]),
        ("op.get_bind().execute(sa.text(f'CREATE TABLE t AS SELECT {x}'))", &[". | t | true"]),
        ("c = op.get_bind()\n    c.execute('CREATE TABLE t (a int) ' 'WITH x')", &[". | t | true"]),
        ("c.exec_driver_sql('CREATE TABLE t (a %s)' % kind)", &[". | t | true"]),
        ("op.execute(dedent('CREATE TABLE t (a {})').format(kind))", &[". | t | true"]),
        ("op.create_view(ReplaceableObject('v', 'SELECT 1'))", &[". | v | true"]),
        (
            "v = PGView(schema='public', signature='v', definition='SELECT 1')\n    op.create_entity(v)",
            &[". | v | true"],
        ),
        ("op.execute(users.update().values(a=1))", &[]),
    ] {
        check("orm.migrated-table", &[("app/versions/1.py", &with(body))], expected);
    }
}

/// What nobody can follow is said, so that nothing is accused because of it.
#[test]
fn statements_that_nobody_can_follow() {
    for (body, expected) in [
        ("op.execute(f'CREATE VIEW {name} AS SELECT 1')", true),
        ("op.execute(open('views.sql').read())", true),
        ("sql = Path('a.sql').read_text()\n    op.execute(sql)", true),
        ("for s in ['CREATE TABLE a (b int)']:\n        op.execute(s)", true),
        ("op.execute(CreateTable(User.__table__))", true),
        ("op.create_view(views.ACTIVE)", true),
        ("for row in rows:\n        op.execute(users.insert().values(a=row))", false),
        ("op.execute(f'UPDATE {name} SET a = 1')", false),
        ("op.execute('CREATE TABLE a (b int)')", false),
    ] {
        let text = format!("{MIGRATION}def upgrade():\n    {body}\n");
        let facts = facts(&[("app/versions/1.py", &text)]);
        let gaps = &facts.relation("orm.migrated-table").unwrap().gaps;
        assert_eq!(!gaps.is_empty(), expected, "{body}: {gaps:?}");
    }
}

/// Of what a migration works out while it runs only what it may change is left open.
#[test]
fn what_alembic_works_out() {
    let with = |body: &str| {
        format!(
            "{MIGRATION}def upgrade():\n    op.create_table('a', sa.Column('x'), sa.Column('y'))\n    op.create_table('b', sa.Column('x'))\n{body}"
        )
    };
    for (body, expected) in [
        ("    for t in tables:\n        op.drop_column(t, 'x')\n", &[". | a | y"][..]),
        ("    for c in columns:\n        op.drop_column('a', c)\n", &[". | b | x"]),
        (
            "    for t in tables:\n        op.add_column(t, sa.Column('z'))\n        op.alter_column(t, 'x', nullable=True)\n",
            &[". | a | x", ". | a | y", ". | b | x"],
        ),
        ("    for t, c in all:\n        op.drop_column(t, c)\n", &[]),
    ] {
        check("orm.migrated-column", &[("app/versions/1.py", &with(body))], expected);
    }
}

#[test]
fn models_and_migrations_of_django() {
    let models = "from django.db import models\nfrom django.contrib.auth.models import AbstractUser\n\
                  class Timed(models.Model):\n    made = models.DateTimeField()\n    class Meta:\n        abstract = True\n\
                  class Book(Timed):\n    title = models.CharField()\n    class Meta:\n        db_table = 'x'\n\
                  class Proxy(Book):\n    class Meta:\n        proxy = True\n\
                  class User(AbstractUser):\n    nick = models.CharField()\n\
                  class BookQuerySet(models.QuerySet):\n    pass\n";
    let first = "from django.db import migrations, models\nclass Migration(migrations.Migration):\n    operations = [\n        migrations.CreateModel(name='Book', fields=[('id', models.AutoField()), ('title', models.CharField()), ('old', models.CharField())]),\n        migrations.AddField(model_name='book', name='made', field=models.DateTimeField()),\n    ]\n";
    let second = "from django.db import migrations, models\nclass Migration(migrations.Migration):\n    operations = [\n        migrations.SeparateDatabaseAndState(database_operations=[migrations.AddField('book', 'ghost', models.TextField())], state_operations=[migrations.RenameField('book', 'old', 'new')]),\n    ]\n";
    let files = [
        ("shop/models.py", models),
        ("shop/migrations/0001_initial.py", first),
        ("shop/migrations/0002_more.py", second),
    ];
    check("orm.table", &files, &["shop | book | Book | django | true", "shop | user | User | django | true"]);
    check(
        "orm.migrated-column",
        &files,
        &["shop | book | id", "shop | book | title", "shop | book | made", "shop | book | new"],
    );
}

#[test]
fn what_creates_all_tables() {
    let code = "import sqlalchemy\nBase.metadata.create_all(bind=engine)\nBase.metadata.create_all(engine, tables=[A])\nawait conn.run_sync(Base.metadata.create_all)\n";
    check("orm.create-all", &[("app/db.py", code), ("tests/test_db.py", code)], &[". | false", ". | false"]);
}
