//! The objects of SARIF that auditlint writes, under the names of the specification.

use std::borrow::Cow;
use std::collections::BTreeMap;

use auditlint_source::{FilePath, Position};
use serde::Serialize;

use crate::RenderOptions;

#[derive(Serialize)]
pub(super) struct SarifLog<'a, R> {
    #[serde(rename = "$schema")]
    pub(super) schema: &'static str,
    pub(super) version: &'static str,
    pub(super) runs: [Run<'a, R>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run<'a, R> {
    pub(super) tool: Tool<'a>,
    pub(super) invocations: [Invocation<'a>; 1],
    pub(super) automation_details: Id<'static>,
    pub(super) column_kind: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) taxonomies: Vec<Taxonomy<'a>>,
    pub(super) results: R,
}

#[derive(Serialize)]
pub(super) struct Tool<'a> {
    pub(super) driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Driver<'a> {
    pub(super) name: &'static str,
    pub(super) semantic_version: &'static str,
    pub(super) rules: Vec<Rule<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) supported_taxonomies: Vec<ComponentReference>,
}

#[derive(Serialize)]
pub(super) struct Id<'a> {
    pub(super) id: &'a str,
}

/// A text of its own; never empty.
#[derive(Serialize)]
pub(super) struct Message {
    pub(super) text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) markdown: Option<String>,
}

impl Message {
    pub(super) fn new(text: String) -> Self {
        Self { text, markdown: None }
    }
}

/// A `reportingDescriptor`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule<'a> {
    pub(super) id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    pub(super) short_description: Message,
    pub(super) full_description: Message,
    pub(super) help: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) help_uri: Option<&'a str>,
    pub(super) default_configuration: Level,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) relationships: Vec<Relationship>,
    pub(super) properties: RuleProperties,
}

/// What a rule has to do with an entry of a taxonomy.
#[derive(Serialize)]
pub(super) struct Relationship {
    pub(super) target: WeaknessReference,
    pub(super) kinds: [&'static str; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WeaknessReference {
    pub(super) id: String,
    pub(super) index: usize,
    pub(super) tool_component: ComponentReference,
}

#[derive(Serialize)]
pub(super) struct Level {
    pub(super) level: &'static str,
}

/// What GitHub reads of a rule beside the specification.
#[derive(Serialize)]
pub(super) struct RuleProperties {
    pub(super) precision: &'static str,
    #[serde(rename = "problem.severity")]
    pub(super) problem_severity: &'static str,
    /// A number from 0.1 to 10.0 as text; it makes the alert one of security.
    #[serde(rename = "security-severity", skip_serializing_if = "Option::is_none")]
    pub(super) security_severity: Option<&'static str>,
    pub(super) tags: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation<'a> {
    pub(super) execution_successful: bool,
    pub(super) tool_execution_notifications: Vec<Notification<'a>>,
}

#[derive(Serialize)]
pub(super) struct Notification<'a> {
    pub(super) descriptor: Id<'a>,
    pub(super) level: &'static str,
    pub(super) message: Message,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) locations: Vec<Location>,
}

/// A list of tasks that results belong to, or of weaknesses that rules find.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Taxonomy<'a> {
    pub(super) name: &'static str,
    pub(super) taxa: Vec<Taxon<'a>>,
}

/// One task or weakness.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Taxon<'a> {
    pub(super) id: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) short_description: Option<Message>,
}

#[derive(Serialize)]
pub(super) struct ComponentReference {
    pub(super) name: &'static str,
    pub(super) index: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TaxonReference<'a> {
    pub(super) id: &'a str,
    pub(super) index: usize,
    pub(super) tool_component: ComponentReference,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SarifResult<'a> {
    pub(super) rule_id: &'a str,
    pub(super) rule_index: usize,
    pub(super) level: &'static str,
    pub(super) message: Message,
    pub(super) locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) related_locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) code_flows: Vec<CodeFlow>,
    pub(super) partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) taxa: Vec<TaxonReference<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) baseline_state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) suppressions: Option<Vec<Suppression<'a>>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) fixes: Vec<Fix>,
    pub(super) properties: ResultProperties<'a>,
}

#[derive(Serialize)]
pub(super) struct ResultProperties<'a> {
    pub(super) confidence: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tasks: Vec<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<usize>,
    pub(super) physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhysicalLocation {
    pub(super) artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactLocation {
    pub(super) uri: String,
    pub(super) uri_base_id: &'static str,
}

/// Lines and columns from 1, columns in UTF-16 code units; the end column is exclusive.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    pub(super) start_line: u32,
    pub(super) start_column: u32,
    pub(super) end_line: u32,
    pub(super) end_column: u32,
}

impl ArtifactLocation {
    /// A file, from the root of the repository.
    pub(super) fn of(options: &RenderOptions, path: &FilePath) -> Self {
        Self { uri: crate::uri::encoded(&options.in_repository(path)), uri_base_id: "%SRCROOT%" }
    }
}

impl Region {
    pub(super) fn of(start: Position, end: Position) -> Self {
        Self {
            start_line: start.line,
            start_column: start.utf16_column,
            end_line: end.line,
            end_column: end.utf16_column,
        }
    }
}

/// The places that lead to a finding, in order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CodeFlow {
    pub(super) thread_flows: [ThreadFlow; 1],
}

#[derive(Serialize)]
pub(super) struct ThreadFlow {
    pub(super) locations: Vec<ThreadFlowLocation>,
}

#[derive(Serialize)]
pub(super) struct ThreadFlowLocation {
    pub(super) location: Location,
}

#[derive(Serialize)]
pub(super) struct Suppression<'a> {
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) justification: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Fix {
    pub(super) artifact_changes: [ArtifactChange; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactChange {
    pub(super) artifact_location: ArtifactLocation,
    pub(super) replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Replacement {
    pub(super) deleted_region: Region,
    pub(super) inserted_content: Message,
}
