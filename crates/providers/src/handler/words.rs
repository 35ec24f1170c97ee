//! Words by which code says what it does for a request.

use super::does::Does;

/// What a name that stands somewhere says, in lower case without `_`.
pub(super) fn of_name(name: &str) -> Does {
    match name {
        "authorization" | "cookies" | "signedcookies" | "session" | "sessions" | "isauthenticated" | "currentuser"
        | "getsession" | "getserversession" | "gettoken" | "getauth" | "verifytoken" | "verifyidtoken"
        | "jwtverify" | "bearer" | "accesstoken" | "apikey" | "token" | "jwt" | "auth" | "sessionid"
        | "sessiontoken" | "authtoken" | "signature" | "hmac" | "timingsafeequal" | "constructevent"
        | "authenticate" | "authorize" | "getuser" | "validaterequest" | "clerkclient" | "requireauth"
        | "requireuser" | "usersession" | "secret" => Does::READS_CREDENTIALS,
        "role" | "roles" | "userrole" | "permission" | "permissions" | "isadmin" | "admin" | "issuperuser"
        | "superuser" | "ability" | "policy" | "policies" | "acl" | "scope" | "scopes" | "haspermission"
        | "hasrole" | "checkpermission" | "isowner" | "requirerole" | "requireadmin" | "adminonly" => {
            Does::LOOKS_AT_ROLES
        }
        "password" | "passwd" | "login" | "signin" | "signup" | "register" | "otp" | "createtoken"
        | "generatetoken" | "signtoken" | "generateauthtoken" => Does::LOGS_IN,
        "next" => Does::GOES_ON,
        "methodnotallowed" => Does::REFUSES,
        _ if is_denial(name) => Does::DENIES,
        _ if is_about_limits(name) => Does::LIMITS,
        _ if is_about_bad_input(name) => Does::VALIDATES,
        _ => Does::default(),
    }
}

/// What a text says.
pub(super) fn of_text(text: &str) -> Does {
    let lower = text.to_ascii_lowercase();
    if is_denial(&lower.replace(['_', ' ', '-'], "")) {
        return Does::DENIES;
    }
    // The name of a header or of a cookie, and no sentence.
    if lower.len() > 40 || lower.contains(' ') {
        return Does::default();
    }
    let is_credential =
        matches!(lower.as_str(), "authorization" | "bearer" | "jwt" | "session" | "token" | "next-auth.session-token")
            || lower.contains("api-key")
            || lower.contains("apikey")
            || lower.contains("auth-token")
            || lower.contains("access-token")
            || lower.contains("access_token")
            || lower.contains("signature")
            || lower.contains("-secret");
    if is_credential {
        return Does::READS_CREDENTIALS;
    }
    match lower.as_str() {
        "admin" | "role" | "roles" | "superadmin" | "super_admin" | "owner" => Does::LOOKS_AT_ROLES,
        "bad_request" | "unprocessable_content" => Does::VALIDATES,
        "too_many_requests" => Does::LIMITS,
        _ => Does::default(),
    }
}

/// What a number says as a status.
pub(super) fn of_number(number: &str) -> Does {
    match number {
        "401" | "403" => Does::DENIES,
        "400" | "422" => Does::VALIDATES,
        "404" => Does::SAYS_NOT_FOUND,
        "405" => Does::REFUSES,
        "429" => Does::LIMITS,
        _ => Does::default(),
    }
}

fn is_denial(name: &str) -> bool {
    [
        "unauthorized",
        "unauthorised",
        "forbidden",
        "unauthenticated",
        "notauthorized",
        "accessdenied",
        "notauthenticated",
    ]
    .iter()
    .any(|word| name.contains(word))
}

fn is_about_limits(name: &str) -> bool {
    ["toomanyrequests", "ratelimit", "throttle", "slowdown", "bruteforce"].iter().any(|word| name.contains(word))
}

fn is_about_bad_input(name: &str) -> bool {
    ["badrequest", "unprocessable", "validationerror", "validationresult", "validationpipe", "invalidinput"]
        .iter()
        .any(|word| name.contains(word))
}

/// Methods that hold a value against a schema.
const CHECKS: &[&str] = &[
    "parse",
    "safeParse",
    "parseAsync",
    "safeParseAsync",
    "spa",
    "validate",
    "validateAsync",
    "validateSync",
    "validateOrReject",
    "isValid",
    "isValidSync",
    "cast",
    "Check",
    "Decode",
    "Parse",
    "Convert",
    "decodeUnknown",
    "decodeUnknownSync",
    "decodeSync",
    "validateBody",
];

/// What reads other things than bodies with a method of such a name.
const OTHERS: &[&str] = &[
    "JSON",
    "Date",
    "url",
    "URL",
    "path",
    "qs",
    "querystring",
    "Number",
    "marked",
    "csv",
    "cookie",
    "semver",
    "Buffer",
    "dotenv",
    "yaml",
    "YAML",
    "toml",
    "jwt",
    "bcrypt",
    "mime",
    "ms",
    "Array",
    "Object",
    "assert",
    "chai",
    "jsonwebtoken",
];

/// Whether a call of a method holds something against a schema.
pub(super) fn is_check(object: &str, method: &str) -> bool {
    CHECKS.contains(&method) && !OTHERS.contains(&object)
}
