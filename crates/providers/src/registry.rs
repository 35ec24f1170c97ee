//! Which providers and relations there are.

use auditlint_facts::{AnyProvider, KnownRelations};

use crate::{
    cargo, ci, clone, column, coverage, env, handler, imports, indent, log, module, naming, npm, orm, prisma, repo,
    resilience, route, schema, seal, secret, sql, tasks,
};

/// Every provider.
#[must_use]
pub fn providers() -> &'static [&'static dyn AnyProvider] {
    &[
        &cargo::Cargo,
        &ci::Ci,
        &clone::Clones,
        &column::Columns,
        &coverage::Coverage,
        &env::Env,
        &handler::Handlers,
        &imports::Imports,
        &indent::Indent,
        &log::Logs,
        &module::Modules,
        &naming::Naming,
        &npm::Npm,
        &orm::Orm,
        &prisma::Prisma,
        &repo::Repo,
        &resilience::Resilience,
        &route::Routes,
        &schema::Schema,
        &seal::Seal,
        &secret::Secrets,
        &sql::Sql,
    ]
}

/// The relations that every project has.
#[must_use]
pub fn known_relations() -> KnownRelations {
    let relations = providers().iter().flat_map(|provider| provider.relations());
    KnownRelations::shipped(relations.chain(&tasks::RELATIONS).chain(&tasks::PLAN_RELATIONS))
}
