//! What is not a well-formed call, and what each is answered.

use crate::world::World;
use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};
use sumun_ids::{InquiryId, RequestId};

#[tokio::test]
async fn a_body_that_is_not_strict_json_is_refused() {
    let world = World::new().await;
    let good = world.withdrawal(1).to_string();
    let deep = format!("{{\"payee\":{}1{}}}", "[".repeat(9), "]".repeat(9));
    let large = format!("{{\"summary\":\"{}\"}}", "가".repeat(2_000));
    let json = "application/json";
    let cases: Vec<(&str, Vec<u8>, u16, &str)> = vec![
        (json, b"".to_vec(), 400, "json_malformed"),
        (json, b"{".to_vec(), 400, "json_malformed"),
        (json, b"[]".to_vec(), 400, "json_malformed"),
        (json, b"null".to_vec(), 400, "json_malformed"),
        (json, b"{\"summary\":\"\xff\"}".to_vec(), 400, "json_malformed"),
        (json, b"{\"a\":NaN}".to_vec(), 400, "json_malformed"),
        (json, format!("{good} {{}}").into_bytes(), 400, "json_malformed"),
        (json, b"{\"amount\":1,\"amount\":2}".to_vec(), 400, "json_duplicate_name"),
        (json, b"{\"payee\":{\"bank_code\":\"1\",\"bank_code\":\"2\"}}".to_vec(), 400, "json_duplicate_name"),
        (json, deep.into_bytes(), 400, "json_too_deep"),
        (json, large.into_bytes(), 413, "body_too_large"),
        ("text/plain", good.clone().into_bytes(), 415, "content_type_unsupported"),
        ("application/x-www-form-urlencoded", b"amount=1".to_vec(), 415, "content_type_unsupported"),
        ("application/json; charset=euc-kr", good.clone().into_bytes(), 415, "content_type_unsupported"),
        ("", good.clone().into_bytes(), 415, "content_type_unsupported"),
    ];
    for (content_type, body, status, code) in cases {
        let shown = String::from_utf8_lossy(&body).chars().take(40).collect::<String>();
        let mut request = world.request(Method::POST, "/v1/withdrawals").header("idempotency-key", world.key());
        if !content_type.is_empty() {
            request = request.header("content-type", content_type);
        }
        let answer = world.send(request.body(Bytes::from(body)).unwrap()).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{content_type} {shown}");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
    }
}

#[tokio::test]
async fn rfc9110_8_3_1_a_charset_may_be_quoted() {
    let world = World::new().await;
    for declared in ["application/json; charset=\"utf-8\"", "Application/JSON;charset=UTF-8"] {
        let request = world.request(Method::POST, "/v1/withdrawals").header("idempotency-key", world.key());
        let request = request.header("content-type", declared).body(world.withdrawal(1).to_string().into());
        assert_eq!(world.send(request.unwrap()).await.status, 202, "{declared}");
    }
}

#[tokio::test]
async fn each_field_is_named_when_it_breaks_its_rule() {
    let world = World::new().await;
    let change = |path: &str, value: Value| {
        let mut body = world.withdrawal(1);
        *body.pointer_mut(path).unwrap() = value;
        body
    };
    let without = |name: &str| {
        let mut body = world.withdrawal(1);
        body.as_object_mut().unwrap().remove(name);
        body
    };
    let mut extra = world.withdrawal(1);
    extra["note"] = "x".into();
    let with_inquiry = |id: &Value| json!({"bank_code": "902", "account_number": "220456127702", "inquiry_id": id});
    let mut both = world.withdrawal(1);
    both["payee"]["inquiry_id"] = InquiryId::from_random([1; 16]).to_string().into();
    let mut inner_extra = world.withdrawal(1);
    inner_extra["payee"]["note"] = "x".into();
    let cases = [
        (change("/account_id", json!("acc_1")), "account_id"),
        (change("/account_id", json!(7)), "account_id"),
        (change("/amount", json!(0)), "amount"),
        (change("/amount", json!(-1)), "amount"),
        (change("/amount", json!(1.5)), "amount"),
        (change("/amount", json!("1")), "amount"),
        (change("/amount", json!(1_000_000_000_001_i64)), "amount"),
        (change("/amount", json!(18_446_744_073_709_551_615_u64)), "amount"),
        (change("/summary", json!("")), "summary"),
        (change("/summary", json!("가".repeat(21))), "summary"),
        (change("/summary", json!("a\u{202e}b")), "summary"),
        (change("/summary", Value::Null), "summary"),
        (change("/payee", json!("김하수")), "payee"),
        (change("/payee/bank_code", json!("9021")), "payee.bank_code"),
        (change("/payee/account_number", json!("1234")), "payee.account_number"),
        (change("/payee/account_number", json!("220-456--127702")), "payee.account_number"),
        (change("/payee/holder_name", json!(" ")), "payee.holder_name"),
        (change("/payee", json!({"bank_code": "902", "account_number": "220456127702"})), "payee.holder_name"),
        (change("/payee", with_inquiry(&json!("inq_1"))), "payee.inquiry_id"),
        (change("/payee", with_inquiry(&json!(7))), "payee.inquiry_id"),
        (change("/payee", with_inquiry(&Value::Null)), "payee.inquiry_id"),
        (both, "payee.inquiry_id"),
        (without("account_id"), "account_id"),
        (without("amount"), "amount"),
        (without("summary"), "summary"),
        (without("payee"), "payee"),
        (extra, "note"),
        (inner_extra, "payee.note"),
    ];
    for (body, field) in cases {
        let answer = world.post("/v1/withdrawals", &world.key(), &body).await;
        assert_eq!((answer.status.as_u16(), answer.body["field"].as_str()), (422, Some(field)), "{body}");
        assert_eq!(answer.body["request_id"], RequestId::from_random([31; 16]).to_string(), "{body}");
        if answer.code() == "invalid_field" {
            let korean = answer.body["detail"].as_str().unwrap().strip_prefix("필요한 값: ").unwrap();
            assert!(korean.contains(|letter: char| ('가'..='힣').contains(&letter)), "{}", answer.body);
            assert!(answer.body["detail_en"].as_str().unwrap().is_ascii(), "{}", answer.body);
        }
    }
    let deposit_with_payee = world.post("/v1/deposits", &world.key(), &world.withdrawal(1)).await;
    assert_eq!(
        (deposit_with_payee.code(), deposit_with_payee.body["field"].as_str()),
        ("unknown_field", Some("payee"))
    );
    for key in ["", "short", "0123456789 abcdef"] {
        let answer = world.post("/v1/withdrawals", key, &world.withdrawal(1)).await;
        assert_eq!(answer.body["field"], "idempotency-key", "{key}");
    }
    assert!(world.store_is_untouched().await);
}

#[tokio::test]
async fn queries_and_routes_that_the_contract_has_not_are_refused() {
    let world = World::new().await;
    let path = format!("/v1/accounts/{}/transactions", world.demand);
    let cases = [
        ("from=yesterday", "from"),
        ("from=300000-01-01", "from"),
        ("to=300000-01-01", "to"),
        ("from=2026-11-23&to=2026-11-22", "to"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=%2B5", "limit"),
        ("limit=+5", "limit"),
        ("limit=05", "limit"),
        ("limit=", "limit"),
        ("after=x", "after"),
        ("after=+5", "after"),
        ("after=0", "after"),
        ("after=99999999999999999999", "after"),
    ];
    for (query, field) in cases {
        let answer = world.get(&format!("{path}?{query}")).await;
        assert_eq!((answer.status.as_u16(), answer.body["field"].as_str()), (422, Some(field)), "{query}");
    }
    let balance = format!("/v1/accounts/{}/balance", world.demand);
    let transfer = "/v1/transfers/trf_1";
    for (address, code, field) in [
        (format!("{path}?limit=1&limit=1"), "parameter_repeated", "limit"),
        (format!("{path}?before=1"), "parameter_unknown", "before"),
        (format!("{path}?fr%6Fm=2026-11-23"), "parameter_unknown", "fr%6Fm"),
        (format!("{balance}?from=2026-11-23"), "parameter_unknown", "from"),
        ("/v1/accounts?page=2".to_owned(), "parameter_unknown", "page"),
        (format!("{transfer}?x"), "parameter_unknown", "x"),
    ] {
        let answer = world.get(&address).await;
        let said = (answer.status.as_u16(), answer.code(), answer.body["field"].as_str());
        assert_eq!(said, (400, code, Some(field)), "{address}");
    }
    assert_eq!(world.get("/v1/account").await.code(), "route_unknown");
    let wrong_method = world.request(Method::DELETE, &path).body(Bytes::new()).unwrap();
    assert_eq!(world.send(wrong_method).await.code(), "method_not_allowed");
    assert_eq!(world.get("/v1/accounts/acc_1/balance").await.code(), "account_not_allowed");
    assert_eq!(world.get("/v1/transfers/trf_1").await.code(), "transfer_unknown");
}

#[tokio::test]
async fn a_call_without_a_clear_caller_or_its_scope_is_refused() {
    let world = World::new().await;
    let path = format!("/v1/accounts/{}/balance", world.demand);
    let headers = [
        "sumun-institution-id",
        "sumun-app-id",
        "sumun-customer-id",
        "sumun-consent-id",
        "sumun-scope",
        "sumun-accounts",
    ];
    for header in headers {
        let whole = world.request(Method::GET, &path).body(Bytes::new()).unwrap();
        let mut missing = whole.clone();
        missing.headers_mut().remove(header);
        let mut doubled = whole.clone();
        doubled.headers_mut().append(header, whole.headers()[header].clone());
        let mut broken = whole;
        broken.headers_mut().insert(header, "x".parse().unwrap());
        for request in [missing, doubled, broken] {
            let answer = world.send(request).await;
            assert_eq!((answer.status.as_u16(), answer.code()), (400, "caller_unclear"), "{header}");
        }
    }
    let mut narrow = world.request(Method::GET, &path).body(Bytes::new()).unwrap();
    narrow.headers_mut().insert("sumun-scope", "transactions".parse().unwrap());
    assert_eq!(world.send(narrow).await.code(), "insufficient_scope");
}

#[tokio::test]
async fn pr_012_the_accounts_of_the_consent_are_told_and_no_other() {
    let world = World::new().await;
    let list = async |accounts: String, scope: &str| {
        let mut request = world.request(Method::GET, "/v1/accounts").body(Bytes::new()).unwrap();
        request.headers_mut().insert("sumun-accounts", accounts.parse().unwrap());
        request.headers_mut().insert("sumun-scope", scope.parse().unwrap());
        world.send(request).await
    };
    let demand = json!({
        "account_id": world.demand, "bank_code": "901", "product_name": "입출금통장", "alias": "월급통장",
        "account_number_masked": "***-***-**4821", "currency": "KRW", "allowed": ["balance", "transfer"],
    });
    // Of two own accounts the consented one; of another customer's, although the header names it, none.
    let both = format!("{},{}", world.hasu_demand, world.demand);
    for accounts in [world.demand.to_string(), both] {
        let answer = list(accounts, "balance transfer").await;
        assert_eq!((answer.status.as_u16(), answer.body), (200, json!({"accounts": [demand]})));
    }
    let none = list(String::new(), "account-holder").await;
    assert_eq!((none.status.as_u16(), none.body), (200, json!({"accounts": []})));
    let two = list(format!("{},{}", world.savings, world.demand), "balance").await;
    let ids: Vec<_> = two.body["accounts"].as_array().unwrap().iter().map(|one| one["account_id"].clone()).collect();
    assert_eq!(ids, [json!(world.demand), json!(world.savings)]);
}

#[tokio::test]
async fn the_holder_of_an_account_is_told_masked() {
    let world = World::new().await;
    let ask = async |bank: &str, number: &str| {
        let body = json!({"bank_code": bank, "account_number": number});
        world.post("/v1/account-holder-inquiries", &world.key(), &body).await
    };
    let found = ask("902", "220456127702").await;
    let id = found.body["inquiry_id"].as_str().unwrap();
    assert!(id.parse::<InquiryId>().is_ok(), "{id}");
    let expected = json!({
        "inquiry_id": id, "inquiry_expires_at": "2026-11-23T05:15:00Z", "bank_code": "902",
        "account_number_masked": "***-***-**7702", "holder_name_masked": "김*수",
    });
    assert_eq!((found.status.as_u16(), &found.body), (200, &expected));
    for (bank, number) in [("902", "220456127703"), ("903", "220456127702"), ("901", "00000000"), ("901", "99999999")] {
        let answer = ask(bank, number).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (404, "account_unknown"), "{bank} {number}");
    }
}

impl World {
    async fn store_is_untouched(&self) -> bool {
        use sumun_banking::BankingStore as _;
        use sumun_system::Clock as _;
        self.store.awaiting(self.minsu, self.clock.now()).await.unwrap().is_empty()
    }
}
