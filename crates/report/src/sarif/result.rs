//! One finding as a result.

use std::collections::BTreeMap;
use std::rc::Rc;

use auditlint_engine::{Finding, FindingState, Related};
use auditlint_source::{FilePath, Files};

use super::model::{
    ArtifactChange, ArtifactLocation, CodeFlow, Fix, Location, Message, PhysicalLocation, Region, Replacement,
    ResultProperties, SarifResult, Suppression, ThreadFlow, ThreadFlowLocation,
};
use super::rule::{RuleTable, TaskTable, level};
use crate::line_hash::line_hashes;
use crate::placed_edit::placed_edits;
use crate::source_cache::SourceCache;
use crate::{RenderOptions, SarifProfile};

/// What all results need.
pub(super) struct ResultWriter<'a> {
    options: &'a RenderOptions,
    sources: SourceCache<'a>,
    rules: &'a RuleTable<'a>,
    tasks: &'a TaskTable<'a>,
    /// The lines of each file on which a finding starts.
    lines: BTreeMap<&'a FilePath, Vec<u32>>,
    /// The hashes of those of one file; findings come in order of their files.
    hashes: Option<(FilePath, Rc<BTreeMap<u32, String>>)>,
}

impl<'a> ResultWriter<'a> {
    pub(super) fn new(
        options: &'a RenderOptions,
        files: &'a dyn Files,
        rules: &'a RuleTable<'a>,
        tasks: &'a TaskTable<'a>,
        findings: &[&'a Finding],
    ) -> Self {
        let mut lines: BTreeMap<&FilePath, Vec<u32>> = BTreeMap::new();
        for finding in findings {
            lines.entry(&finding.path).or_default().push(finding.start.line);
        }
        Self { options, sources: SourceCache::new(files), rules, tasks, lines, hashes: None }
    }

    pub(super) fn result(&mut self, finding: &'a Finding) -> SarifResult<'a> {
        let is_full = self.options.sarif_profile == SarifProfile::Full;
        let state = is_full.then_some(finding.state);
        SarifResult {
            rule_id: finding.rule.id.as_str(),
            rule_index: self.rules.index(finding),
            level: level(finding.severity),
            message: Message::new(self.message(finding)),
            locations: [self.location(finding)],
            related_locations: finding.related.iter().enumerate().map(|(id, place)| self.related(id, place)).collect(),
            code_flows: self.code_flows(finding),
            partial_fingerprints: self.fingerprints(finding),
            taxa: if is_full { self.tasks.references(finding) } else { Vec::new() },
            baseline_state: state.map(|state| match state {
                FindingState::Known => "unchanged",
                FindingState::New | FindingState::Suppressed => "new",
            }),
            // Where one result has the property, all must have it.
            suppressions: state.map(|state| match state {
                FindingState::Suppressed => {
                    vec![Suppression { kind: "inSource", justification: finding.reason.as_deref() }]
                }
                FindingState::Known => vec![Suppression { kind: "external", justification: None }],
                FindingState::New => Vec::new(),
            }),
            fixes: if is_full { self.fixes(finding) } else { Vec::new() },
            properties: ResultProperties {
                confidence: finding.rule.confidence.name(),
                tasks: finding.tasks.iter().map(|task| task.id.as_str()).collect(),
            },
        }
    }

    /// What is wrong, and what to do. Places that explain it are links that GitHub shows.
    fn message(&self, finding: &Finding) -> String {
        let mut text = escaped(&finding.message);
        if text.trim().is_empty() {
            text = finding.rule.id.as_str().to_owned();
        }
        for (id, place) in finding.related.iter().enumerate() {
            let line = place.start.line;
            text.push_str(&format!("\n[{}:{line}]({id}): {}", escaped(place.path.as_str()), escaped(&place.message)));
        }
        if let Some(instead) = &finding.rule.instead {
            text.push('\n');
            text.push_str(&escaped(instead.trim()));
        }
        for task in finding.tasks.iter() {
            let title = task.title.as_deref().unwrap_or_default();
            text.push_str(&escaped(format!("\nTask {} {title}", task.id).trim_end()));
        }
        text
    }

    fn location(&self, finding: &Finding) -> Location {
        Location {
            id: None,
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation::of(self.options, &finding.path),
                region: Some(Region::of(finding.start, finding.end)),
            },
            message: None,
        }
    }

    fn related(&self, id: usize, place: &Related) -> Location {
        Location {
            id: Some(id),
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation::of(self.options, &place.path),
                region: Some(Region::of(place.start, place.end)),
            },
            message: (!place.message.is_empty()).then(|| Message::new(place.message.clone())),
        }
    }

    /// The evidence in order, and at its end the finding.
    fn code_flows(&self, finding: &Finding) -> Vec<CodeFlow> {
        if finding.related.is_empty() {
            return Vec::new();
        }
        let step = |location| ThreadFlowLocation { location };
        let mut end = self.location(finding);
        end.message = Some(Message::new(finding.message.to_string())).filter(|message| !message.text.is_empty());
        let places = finding.related.iter().enumerate().map(|(id, place)| self.related(id, place));
        let locations = places.map(|place| step(Location { id: None, ..place })).chain([step(end)]).collect();
        vec![CodeFlow { thread_flows: [ThreadFlow { locations }] }]
    }

    fn fingerprints(&mut self, finding: &Finding) -> BTreeMap<&'static str, String> {
        let mut fingerprints = BTreeMap::from([("auditlint/v1", finding.fingerprint.to_string())]);
        if let Some(hash) = self.line_hash(finding) {
            fingerprints.insert("primaryLocationLineHash", hash);
        }
        fingerprints
    }

    fn line_hash(&mut self, finding: &Finding) -> Option<String> {
        if self.hashes.as_ref().is_none_or(|(path, _)| *path != finding.path) {
            let source = self.sources.get(&finding.path)?;
            let lines = self.lines.get(&finding.path).into_iter().flatten().copied();
            self.hashes = Some((finding.path.clone(), Rc::new(line_hashes(&source.bytes, lines))));
        }
        let (_, hashes) = self.hashes.as_ref()?;
        hashes.get(&finding.start.line).filter(|hash| !hash.is_empty()).cloned()
    }

    fn fixes(&mut self, finding: &Finding) -> Vec<Fix> {
        let Some(Ok(edits)) = finding.fix.as_ref().map(|edits| placed_edits(finding, edits, &mut self.sources)) else {
            return Vec::new();
        };
        let replacement = |edit: crate::placed_edit::PlacedEdit<'_>| Replacement {
            deleted_region: Region::of(edit.start, edit.end),
            inserted_content: Message::new(edit.text.to_owned()),
        };
        vec![Fix {
            artifact_changes: [ArtifactChange {
                artifact_location: ArtifactLocation::of(self.options, &finding.path),
                replacements: edits.into_iter().map(replacement).collect(),
            }],
        }]
    }
}

/// A text in which no bracket makes a link.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}
