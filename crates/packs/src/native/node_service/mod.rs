//! What goes wrong in services that run on Node.js.

mod cookie_flags;
mod cors_origin;
mod helmet_csp_disabled;
mod import_order;
mod jwt_sign_options;
mod packages;
mod settings;

use auditlint_rules::NativeRule;

/// The rules of the pack that are written in Rust.
pub(super) static RULES: &[&dyn NativeRule] = &[
    &cookie_flags::CookieFlags,
    &cors_origin::CorsOrigin,
    &helmet_csp_disabled::HelmetCspDisabled,
    &import_order::ImportOrder,
    &jwt_sign_options::JwtSignOptions,
];
