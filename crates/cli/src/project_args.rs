//! The command line: where a run stands.

use std::path::PathBuf;

use clap::Args;

/// What is kept between runs.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct CacheArgs {
    /// Neither use results of earlier runs nor keep those of this one
    #[arg(long, help_heading = "Project", conflicts_with = "cache_dir")]
    pub(crate) no_cache: bool,
    /// Keep results in this folder [default: $AUDITLINT_CACHE_DIR, else .auditlint/cache below the root of the run]
    #[arg(long, value_name = "FOLDER", help_heading = "Project")]
    pub(crate) cache_dir: Option<PathBuf>,
}

/// Where a run stands and what it reads.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ProjectArgs {
    /// Configuration file; its folder is the root of the run [default: the nearest auditlint.toml above the working folder]
    #[arg(long, value_name = "FILE", help_heading = "Project", conflicts_with = "isolated")]
    pub(crate) config: Option<PathBuf>,
    /// Read neither auditlint.toml nor sgconfig.yml nor a baseline: the pack `recommended` on the working folder
    #[arg(long, help_heading = "Project")]
    pub(crate) isolated: bool,
    /// Number of threads [default: the number of cores]
    #[arg(long, value_name = "N", help_heading = "Project", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,
    #[command(flatten)]
    pub(crate) cache: CacheArgs,
}
