//! The static files of every page, compiled in and served under a path that
//! changes with their content, so that a browser may keep them for ever.

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// One static file.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// Its name, the last part of its path.
    pub name: &'static str,
    /// Its media type.
    pub content_type: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
}

/// Every static file. One hash covers them all, so that the stylesheets can
/// refer to their neighbours by name.
pub(crate) const ASSETS: [Asset; 4] = [
    Asset { name: "sumun.css", content_type: "text/css; charset=utf-8", bytes: include_bytes!("../assets/sumun.css") },
    Asset { name: "fonts.css", content_type: "text/css; charset=utf-8", bytes: include_bytes!("../assets/fonts.css") },
    Asset { name: "icon.svg", content_type: "image/svg+xml", bytes: include_bytes!("../assets/icon.svg") },
    Asset {
        name: "PretendardVariable.woff2",
        content_type: "font/woff2",
        bytes: include_bytes!("../assets/fonts/PretendardVariable.woff2"),
    },
];

static FOLDER: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for asset in ASSETS {
        hash.update(asset.name.as_bytes());
        hash.update((asset.bytes.len() as u64).to_be_bytes());
        hash.update(asset.bytes);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
});

/// The path of a static file, such as `/assets/0f1e2d3c4b5a6978/sumun.css`.
pub fn asset_path(name: &str) -> String {
    format!("/assets/{}/{name}", *FOLDER)
}

/// Serves the static files.
pub(crate) fn router() -> Router {
    Router::new().route("/assets/{folder}/{name}", get(serve))
}

async fn serve(Path((folder, name)): Path<(String, String)>) -> Response {
    let asset = ASSETS.iter().find(|asset| asset.name == name && folder == *FOLDER);
    let Some(asset) = asset else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    ];
    (headers, asset.bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use http::Request;
    use tower::ServiceExt;

    async fn answer(address: &str) -> Response {
        crate::shell(Router::new()).oneshot(Request::get(address).body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn files_are_kept_for_ever_under_their_hash() {
        for asset in ASSETS {
            let response = answer(&asset_path(asset.name)).await;
            assert_eq!(response.status(), 200);
            assert_eq!(response.headers()[header::CONTENT_TYPE], asset.content_type);
            assert_eq!(response.headers()[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        }
    }

    #[tokio::test]
    async fn another_hash_or_name_is_not_found_and_not_kept() {
        for address in ["/assets/0000000000000000/sumun.css".to_owned(), asset_path("..%2f..%2fetc%2fpasswd")] {
            let response = answer(&address).await;
            assert_eq!(response.status(), 404);
            assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        }
    }

    #[test]
    fn the_stylesheets_refer_only_to_files_that_are_served() {
        for asset in ASSETS.iter().filter(|asset| asset.name.ends_with(".css")) {
            let css = std::str::from_utf8(asset.bytes).unwrap();
            for reference in css.split("url(\"").skip(1).filter_map(|rest| rest.split_once('"')).map(|(name, _)| name) {
                assert!(ASSETS.iter().any(|asset| asset.name == reference), "{reference}");
            }
        }
    }
}
