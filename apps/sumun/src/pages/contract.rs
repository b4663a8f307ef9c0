//! The contract of the open API as it is served here: the same document, with
//! the gateway's address as its one server (OpenAPI 3.1 section 4.8.5).

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use bytes::Bytes;
use serde_json::{Value, json};

/// Where it stands on the start page's site.
pub const PATH: &str = "/contracts/open-banking/v1.json";

/// The route of `contract` with `gateway` as its server.
///
/// # Errors
/// The contract is no JSON object.
pub fn router(contract: &[u8], gateway: &str) -> serde_json::Result<Router> {
    let document = Bytes::from(document(contract, gateway)?);
    let answer = move || async move { ([(CONTENT_TYPE, "application/json")], document) };
    Ok(Router::new().route(PATH, get(answer)))
}

fn document(contract: &[u8], gateway: &str) -> serde_json::Result<Vec<u8>> {
    let mut members: serde_json::Map<String, Value> = serde_json::from_slice(contract)?;
    members.insert("servers".to_owned(), json!([{ "url": gateway }]));
    serde_json::to_vec_pretty(&members)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sumun_api_gateway::OPEN_BANKING_CONTRACT;

    #[test]
    fn the_contract_is_served_with_the_gateway_of_this_start_and_is_otherwise_the_same() {
        let gateway = "https://bank.example:7403";
        let mut served: Value = serde_json::from_slice(&document(OPEN_BANKING_CONTRACT, gateway).unwrap()).unwrap();
        let mut original: Value = serde_json::from_slice(OPEN_BANKING_CONTRACT).unwrap();
        assert_eq!(served["servers"], json!([{ "url": gateway }]));
        for document in [&mut served, &mut original] {
            document.as_object_mut().unwrap().remove("servers");
        }
        assert_eq!(served, original);
    }
}
