//! Which sources export something that a rule asks for: found out without parsing most of them.

use std::sync::Arc;

use auditlint_matcher::{Analysis, Scratch};
use auditlint_names::{ExportedName, ModuleExports};
use auditlint_source::{LineIndex, Span};
use auditlint_syntax::{GaveUp, Parser};

use super::{RuleSet, Selection, SourceInfo, Worker};
use crate::{ExportPosition, SourceExport, SourceExports, SourceImports};

impl RuleSet {
    /// Whether a rule asks for what other sources export.
    #[must_use]
    pub fn asks_exports(&self) -> bool {
        !self.exports.is_empty()
    }

    /// What a source exports that a rule asks for. It must be one of which [`Selection::may_export`] says that it may.
    #[must_use]
    pub fn exports_of(&self, analysis: &Analysis<'_>) -> SourceExports {
        let (tree, text, names) = (analysis.tree(), analysis.text(), analysis.names());
        let ModuleExports { names: exported, stars, is_common } = names.exports(tree, text);
        let lines = LineIndex::new(text);
        let place = |span: Span| ExportPosition {
            span,
            start: lines.position(text, span.start),
            end: lines.position(text, span.end),
        };
        let own: Vec<Arc<str>> = exported.iter().filter_map(|one| Some(Arc::from(one.name.as_deref()?))).collect();
        let mut scratch = Scratch::default();
        let kept = exported.iter().filter_map(|one| self.export(analysis, one, &place, &mut scratch)).collect();
        let (star, is_star) = (stars.first().map(|(_, span)| place(*span)), !stars.is_empty());
        let own = if is_star { own.into() } else { Arc::default() };
        SourceExports {
            names: kept,
            stars: stars.iter().map(|(specifier, _)| Arc::from(&**specifier)).collect(),
            own,
            is_common,
            star,
        }
    }

    /// What rules learn from one exported name; nothing where that is nothing.
    fn export(
        &self,
        analysis: &Analysis<'_>,
        one: &ExportedName,
        place: &dyn Fn(Span) -> ExportPosition,
        scratch: &mut Scratch,
    ) -> Option<SourceExport> {
        let imported = analysis.names().imported();
        let is_module = |module: &Arc<str>| {
            imported.is_some_and(|imported| imported.names().iter().any(|name| name.specifier == *module))
        };
        let path = one.path.clone().filter(|path| {
            self.exports.paths.iter().any(|asked| asked.is_led_to_by(path))
                || path.whole_module().is_some_and(is_module)
        });
        let (mut values, mut returns) = (Vec::new(), Vec::new());
        let language = analysis.tree().language();
        for program in self.rules.iter().filter_map(|compiled| compiled.program(language)) {
            values.append(&mut program.flow_answers(analysis, one.value, scratch));
            if let Some(returned) = one.returned {
                returns.append(&mut program.flow_answers(analysis, returned, scratch));
            }
        }
        if let Some(same) = one.imported.and_then(|entry| imported?.names().get(entry as usize)) {
            values.extend(&same.values);
            returns.extend(&same.returns);
        }
        for answers in [&mut values, &mut returns] {
            answers.sort_unstable();
            answers.dedup();
        }
        let says_something = path.is_some() || !values.is_empty() || !returns.is_empty();
        let (name, via) = (one.name.as_deref().map(Arc::from), one.via.or(one.imported));
        says_something.then(|| SourceExport { name, place: place(one.span), path, via, values, returns })
    }

    /// What a source exports that a rule asks for; nothing where it can be nothing. Parses it, if at all, for this alone.
    ///
    /// # Errors
    /// [`GaveUp`] where the parse took more steps or memory than allowed.
    pub fn read_exports(
        &self,
        source: SourceInfo<'_>,
        text: &[u8],
        imports: Option<&SourceImports>,
        parser: &mut Parser,
        worker: &mut Worker,
    ) -> Result<Option<SourceExports>, GaveUp> {
        self.select_importing(source, text, imports, &mut worker.selection);
        if !worker.selection.may_export() {
            return Ok(None);
        }
        worker.counters.files_parsed += 1;
        worker.counters.files_exporting += 1;
        let analysis = Analysis::new(parser.parse(source.language, text)?, text);
        Ok(Some(self.exports_of(&analysis.importing(worker.selection.imported()))))
    }

    /// Whether somebody who imports a source learns something from what it exports by itself.
    #[must_use]
    pub fn tells_exports(&self, exports: &SourceExports) -> bool {
        let passes_on = |star: &Arc<str>| self.asks_for_module(star);
        !exports.names.is_empty() || exports.stars.iter().any(passes_on)
    }

    /// Whether the path of a module whose exports are passed on as a whole leads to what a rule asks for.
    #[must_use]
    pub(crate) fn asks_for_module(&self, module: &str) -> bool {
        self.exports.paths.iter().any(|asked| asked.is_of_module(module))
    }
}

impl Selection {
    /// Whether the source may export something that a rule asks for.
    #[must_use]
    pub fn may_export(&self) -> bool {
        self.may_export
    }
}
