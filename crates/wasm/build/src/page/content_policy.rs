//! The content security policy of the page: it runs what is inside, and loads nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// Returns the policy of a page that has these scripts and styles inside.
///
/// The worker comes from a Blob, and its policy is that of the page.
pub(super) fn content_policy(scripts: &[&str], styles: &[&str]) -> String {
    format!(
        "default-src 'none'; script-src{} 'wasm-unsafe-eval'; style-src{}; worker-src blob:; \
         base-uri 'none'; form-action 'none'",
        hashes(scripts),
        hashes(styles),
    )
}

fn hashes(texts: &[&str]) -> String {
    let hashes = texts.iter().map(|text| {
        let hash = STANDARD.encode(Sha256::digest(text));
        format!(" 'sha256-{hash}'")
    });
    hashes.collect()
}

#[cfg(test)]
mod tests {
    use super::content_policy;

    #[test]
    fn a_policy_has_the_hash_of_each_text() {
        // The hash of `p{}` is that of `printf 'p{}' | openssl dgst -sha256 -binary | base64`.
        let policy = content_policy(&["", "p{}"], &["p{}"]);
        assert_eq!(
            policy,
            "default-src 'none'; script-src \
             'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' \
             'sha256-gG2yISYereRMiG2lMXrbiUgi0Ubw9p7QCeWcroOvy9Y=' 'wasm-unsafe-eval'; style-src 'sha256-gG2yISYereRMiG2lMXrbiUgi0Ubw9p7QCeWcroOvy9Y='; \
             worker-src blob:; base-uri 'none'; form-action 'none'"
        );
    }
}
