//! Names of token columns, and names like them.

use super::*;

#[track_caller]
fn check(expected: bool, columns: &[&str]) {
    for column in columns {
        let (table, name) = column.split_once('.').map_or((None, *column), |(table, name)| (Some(table), name));
        assert_eq!(TokenNames.is_token(table, name), expected, "{column}");
    }
}

#[test]
fn every_ending_has_an_example() {
    for ending in ENDINGS.iter().chain(QUALIFIED) {
        check(true, &[ending.example]);
        let written = format!("{}: x", ending.example);
        assert!(TokenNames.may_stand_in(written.as_bytes()), "{written}");
    }
}

#[test]
fn what_is_used_again_is_a_token() {
    for ending in USED_AGAIN {
        let name = ending.join("_");
        assert!(TokenNames.is_token(None, &name) && is_used_again(&format!("our_{name}_pem")), "{name}");
    }
    assert!(!is_used_again("access_token") && !is_used_again("api_key") && !is_used_again("password"));
}

#[test]
fn each_spelling_has_a_stem_near_it() {
    for text in spelled() {
        assert!(text.len() <= LONGEST && STEMS.any_in(text.as_bytes()), "{text}");
        let far = "key ".repeat(40);
        for around in ["", "x", &far] {
            assert!(is_spelled_in(format!("{around}{text}{around}").as_bytes()), "{around}{text}");
        }
    }
    assert!(!is_spelled_in("const tokens = keys.map(x)".as_bytes()));
}

#[test]
fn the_configuration_adds_and_takes_out() {
    let configured = ["pin", "devices.serial_number", "!links.token", "!api_key", "shops.api_key"].map(str::to_owned);
    let names = TokenColumns::new(&configured);
    for (table, column, expected) in [
        (None, "pin", true),
        (Some("Device"), "serialNumber", true),
        (Some("shelf"), "serial_number", false),
        (Some("links"), "token", false),
        (Some("sessions"), "token", true),
        (Some("users"), "apiKey", false),
        (Some("shop"), "apiKey", true),
        (Some("users"), "access_token", true),
    ] {
        assert_eq!(names.is_token(table, column), expected, "{table:?} {column}");
    }
    assert!(names.may_stand_in(b"const a = { serialNumber }") && !names.may_stand_in(b"const a = { number }"));
}

#[test]
fn tokens_and_what_is_about_them() {
    check(true, &["sessions.token", "password_reset_tokens.token", "api_keys.key", "Account.secret", "ApiKey.key"]);
    check(true, &["edge_api_tokens.token_value", "otpCode", "AuthTokenDocument.token"]);
    check(false, &["token_value", "settings.key_value", "zip_code"]);
    check(true, &["private_key_pem", "apiKeyBase64", "pollingtoken.token", "oauth2_applications.secret"]);
    check(true, &["BackupCode.code", "oauth2_authorization_codes.code", "openidclientauthcode.code", "Email.pass"]);
    check(true, &["webhook.token", "Webhooks.secret", "Slack.secret", "ConnectedAccount.token_data"]);
    check(false, &["public_key_pem", "invites.code", "countries.code", "promo_codes.code", "tickets.pass", "code"]);
    check(
        false,
        &[
            "pushtokens.token",
            "devicetoken.token",
            "device_tokens.token",
            "votes.secret",
            "cert_key_id",
            "passkey",
            "certKeyUsage",
        ],
    );
    assert!(TokenNames.is_login_password(Some("users"), "passwd"));
    assert!(TokenNames.is_login_password(Some("UserSchemaClass"), "password"));
    check(true, &["ACCESS_TOKEN", "verification_requests.token", "UserSessionEntity.token", "oauth2_access_token"]);
    check(false, &["token", "parsed_words.token", "settings.key", "account_settings.key", "sessions.id"]);
    check(false, &["access_token_ciphertext", "access_token_hash", "accessTokenEncrypted", "encrypted_access_token"]);
    check(false, &["hashedApiKey", "has_access_token", "access_token_count", "accessTokenExpiresAt", "api_key_id"]);
    check(false, &["public_api_key", "displaySecretKey", "api_key_prefix", "api_key_last_four", "token_type"]);
    check(false, &["csrf_token", "csrf_access_token", "next_page_token", "input_tokens", "primary_key", "token_id"]);
    check(true, &["signing_key", "appToken", "scimToken", "email_new_token", "deploy_token", "ForgotPassword.token"]);
    check(true, &["AuthRefresh.token", "slackSigningKey", "hmac_secret", "hookSecret", "share_token", "USER_TOKEN"]);
    check(
        false,
        &["push_token", "deviceToken", "cancelToken", "design_token", "start_token", "base_token", "LockToken"],
    );
    check(
        false,
        &[
            "prompt_tokens",
            "page_token",
            "is_secret",
            "signing_key_id",
            "signing_public_key",
            "secret_name",
            "refreshes",
        ],
    );
    check(false, &["password_hash", "passwordDigest", "api_key_hint", "public_key", "sync_token", "sessions.expires"]);
}

#[test]
fn proofs_of_who_owns_a_domain_are_public() {
    check(
        false,
        &[
            "custom_domains.verification_token",
            "domain_verifications.token",
            "CustomDomain.verificationToken",
            "projects.dns_verification_token",
            "hostnames.acme_challenge_token",
        ],
    );
    check(
        true,
        &[
            "users.verification_token",
            "domains.api_token",
            "domains.access_token",
            "domains.dns_api_token",
            "email_verifications.token",
            "domains.secret_key",
        ],
    );
}

#[test]
fn what_a_token_is_found_by_is_none() {
    check(false, &["id_api_key", "idAccessToken", "uuid_api_key", "fk_refresh_token", "api_keys.id_api_key"]);
    check(true, &["id_token", "google_id_token", "identity_api_key"]);
}
