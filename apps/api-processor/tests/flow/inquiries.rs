//! From an account holder inquiry to a transfer that pays to it.

use crate::world::{Answer, World};
use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};
use sumun_ids::{AppId, ConsentId, InquiryId, InstitutionId};

impl World {
    /// The id of an inquiry about Hasu's account.
    async fn inquired(&self) -> String {
        let body = json!({"bank_code": "902", "account_number": "220456127702"});
        let answer = self.post("/v1/account-holder-inquiries", &self.key(), &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body["inquiry_id"].as_str().unwrap().to_owned()
    }

    /// A withdrawal of one won to the holder of whom the inquiry `id` told.
    fn by_inquiry(&self, id: &str) -> Value {
        let mut body = self.withdrawal(1);
        body["payee"] = json!({"bank_code": "902", "account_number": "220-456-127702", "inquiry_id": id});
        body
    }

    /// Asks for `body` with one of the gateway's headers changed.
    async fn asked_as(&self, header: &'static str, value: String, body: &Value) -> Answer {
        let request = self.request(Method::POST, "/v1/withdrawals").header("content-type", "application/json");
        let mut request = request.header("idempotency-key", self.key()).body(Bytes::from(body.to_string())).unwrap();
        request.headers_mut().insert(header, value.parse().unwrap());
        self.send(request).await
    }
}

#[tokio::test]
async fn a_transfer_pays_to_the_holder_of_whom_an_inquiry_told() {
    let world = World::new().await;
    let body = world.by_inquiry(&world.inquired().await);
    let asked = world.post("/v1/withdrawals", &world.key(), &body).await;
    assert_eq!(asked.status, 202, "{}", asked.body);
    let id = asked.body["transfer_id"].as_str().unwrap();
    let mut browser = world.minsus_browser().await;
    let page = browser.get(&format!("/transfers/{id}")).await;
    for fact in ["김*수", "가나은행", "***-***-**7702", "11월 회비"] {
        assert!(page.has(fact), "{fact}: {}", page.html);
    }
    browser.decide(id, "approve").await;
    // The app repeats what it sent; whoever sends the whole name means the same terms.
    let done = world.execute(id, &body).await;
    assert_eq!((done.status.as_u16(), done.body["status"].as_str()), (200, Some("executed")), "{}", done.body);
    assert_eq!(world.balance().await, 1_999_999);
    world.assert_conserved().await;
}

#[tokio::test]
async fn a_request_on_an_inquiry_is_repeated_with_the_same_answer_also_after_its_end() {
    let world = World::new().await;
    let (key, body) = (world.key(), world.by_inquiry(&world.inquired().await));
    let first = world.post("/v1/withdrawals", &key, &body).await;
    assert_eq!(first.status, 202, "{}", first.body);
    world.advance(2 * 24 * 3_600);
    // Another inquiry sweeps what is old and led to nothing.
    world.inquired().await;
    let again = world.post("/v1/withdrawals", &key, &body).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    let new = world.post("/v1/withdrawals", &world.key(), &body).await;
    assert_eq!((new.status.as_u16(), new.code()), (422, "inquiry_expired"));
}

#[tokio::test]
async fn an_inquiry_that_is_over_foreign_unknown_or_about_another_account_is_refused() {
    let world = World::new().await;
    let body = world.by_inquiry(&world.inquired().await);
    let others = [
        ("sumun-institution-id", InstitutionId::from_random([9; 16]).to_string()),
        ("sumun-app-id", AppId::from_random([9; 16]).to_string()),
        ("sumun-consent-id", ConsentId::from_random([9; 16]).to_string()),
        ("sumun-customer-id", world.hasu.to_string()),
    ];
    for (header, other) in others {
        let refused = world.asked_as(header, other, &body).await;
        let said = (refused.status.as_u16(), refused.code(), refused.body["field"].as_str());
        assert_eq!(said, (422, "inquiry_unknown", Some("payee.inquiry_id")), "{header}");
    }
    let unknown = world.by_inquiry(&InquiryId::from_random([8; 16]).to_string());
    let mut elsewhere = body.clone();
    elsewhere["payee"]["account_number"] = "110-123-450317".into();
    let mut other_bank = body.clone();
    other_bank["payee"]["bank_code"] = "901".into();
    let table = [
        (unknown, "inquiry_unknown", "payee.inquiry_id"),
        (elsewhere, "inquiry_mismatch", "payee.account_number"),
        (other_bank, "inquiry_mismatch", "payee.account_number"),
    ];
    for (body, code, field) in table {
        let refused = world.post("/v1/withdrawals", &world.key(), &body).await;
        let said = (refused.status.as_u16(), refused.code(), refused.body["field"].as_str());
        assert_eq!(said, (422, code, Some(field)), "{body}");
    }
    world.advance(599);
    assert_eq!(world.post("/v1/withdrawals", &world.key(), &body).await.status, 202);
    world.advance(1);
    let late = world.post("/v1/withdrawals", &world.key(), &body).await;
    let said = (late.status.as_u16(), late.code(), late.body["field"].as_str());
    assert_eq!(said, (422, "inquiry_expired", Some("payee.inquiry_id")));
}

#[tokio::test]
async fn a_payee_that_does_not_match_is_named_by_its_field_without_the_right_value() {
    let world = World::new().await;
    let table = [
        ("holder_name", "김하소", "payee_name_mismatch", "payee.holder_name"),
        ("account_number", "220-456-127703", "payee_unknown", "payee.account_number"),
        ("bank_code", "903", "payee_unknown", "payee.account_number"),
    ];
    for (member, value, code, field) in table {
        let mut body = world.withdrawal(1);
        body["payee"][member] = value.into();
        let refused = world.post("/v1/withdrawals", &world.key(), &body).await;
        let said = (refused.status.as_u16(), refused.code(), refused.body["field"].as_str());
        assert_eq!(said, (422, code, Some(field)));
        assert!(!refused.body.to_string().contains("김하수"), "{}", refused.body);
    }
}
