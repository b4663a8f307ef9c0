//! The entrance over a real store: who is let in, and what the page says.

use crate::turns::Turns;
use crate::{
    Browser, Entrance, MESSAGES, Origin, Presence, RefusedSignIn, SentSignIn, SignInAnswer, SignInFault, SignInWords,
};
use axum::response::Response;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use sumun_identity::{
    CustomerEnrolment, Enrolment, FormKey, IdentityStore, PasswordHash, Realm, SessionEnd, SessionToken, SignInForm,
    Staff, StaffEnrolment, StaffRole,
};
use sumun_ids::{CustomerId, StaffId};
use sumun_store::{FieldKey, Store};
use sumun_system::{ManualClock, SystemRandom};
use sumun_time::{Span, Timestamp};
use sumun_web::{Bilingual, Form, Locale, Messages, Site, WorldLabel, keys_of_template};

const PASSWORD: &str = "correct horse battery";
const START: Timestamp = Timestamp::from_seconds(1_795_395_600);
static HERE: LazyLock<Origin> = LazyLock::new(|| Origin::of(Some([127, 0, 0, 1].into())));
static HASH: LazyLock<PasswordHash> = LazyLock::new(|| PasswordHash::of(PASSWORD, [1; 16]).unwrap());

struct World {
    customers: Entrance,
    staff: Entrance,
    clock: Arc<ManualClock>,
    _folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_sqlite(folder.path().join("sumun.db"), FieldKey::from_bytes([7; 32])).await.unwrap();
        let customer = CustomerEnrolment {
            id: CustomerId::from_random([1; 16]),
            login: "minsu".parse().unwrap(),
            name: "김민수".into(),
            name_en: "Kim Minsu".into(),
            password: HASH.clone(),
            security_phrase: "봄비 내린 골목길".parse().unwrap(),
            commitment_key: [3; 32],
        };
        assert_eq!(store.enrol_customer(&customer, START, &[]).await.unwrap(), Enrolment::Enrolled);
        let staff = Staff {
            id: StaffId::from_random([2; 16]),
            login: "seojun".parse().unwrap(),
            name: "이서준".into(),
            name_en: "Lee Seojun".into(),
            role: StaffRole::Inspector,
        };
        let enrolment = StaffEnrolment { staff, password: HASH.clone() };
        assert_eq!(store.enrol_staff(&enrolment, START, &[]).await.unwrap(), Enrolment::Enrolled);
        let clock = Arc::new(ManualClock::new(START));
        let entrance = |realm| {
            Entrance::new(realm, site(), Arc::new(store.clone()), Arc::clone(&clock) as _, Arc::new(SystemRandom))
        };
        let (customers, staff) = (entrance(Realm::Customer), entrance(Realm::Staff));
        Self { customers, staff, clock, _folder: folder }
    }
}

fn site() -> Arc<Site> {
    Arc::new(Site {
        messages: Messages::load(&[MESSAGES]).unwrap(),
        operator: Bilingual::new("다온은행", "Daon Bank"),
        world: WorldLabel::Production,
        home: "/home".into(),
        version: "0",
    })
}

fn typed(login: &str, password: &str) -> SignInForm {
    SignInForm { login: login.into(), password: password.into() }
}

fn words(browser: &Browser) -> SignInWords {
    SignInWords { page: browser.page("sign-in-button"), lead: "lead".into(), caution: None }
}

/// A request with these cookies.
fn browser(entrance: &Entrance, address: &str, cookies: &str) -> Browser {
    let (parts, ()) = Request::get(address).header(header::COOKIE, cookies).body(()).unwrap().into_parts();
    entrance.browser(&parts)
}

/// What a browser keeps of an answer.
fn cookies(response: &Response) -> String {
    let set = response.headers().get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap());
    set.filter(|cookie| !cookie.contains("Max-Age=0")).map(|cookie| cookie.split(';').next().unwrap()).collect()
}

async fn html(response: Response) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

async fn fault(entrance: &Entrance, login: &str, password: &str) -> SignInFault {
    match entrance.sign_in(*HERE, typed(login, password)).await.unwrap() {
        SignInAnswer::Refused(refused) => refused.fault,
        SignInAnswer::Opened(_) => panic!("{login} was let in"),
    }
}

#[tokio::test]
async fn each_entrance_knows_its_own_people_only() {
    let world = World::new().await;
    assert_eq!(fault(&world.staff, "minsu", PASSWORD).await, SignInFault::Wrong);
    assert_eq!(fault(&world.customers, "seojun", PASSWORD).await, SignInFault::Wrong);
    let SignInAnswer::Opened(opened) = world.customers.sign_in(*HERE, typed("minsu", PASSWORD)).await.unwrap() else {
        panic!("minsu was not let in");
    };
    let kept = cookies(&world.customers.lead_on(&opened, "/home"));
    assert!(kept.starts_with("__Host-customer="), "{kept}");
    let here = world.customers.customer(&browser(&world.customers, "/", &kept)).await.unwrap();
    assert!(matches!(here, Presence::SignedIn(visitor) if visitor.person.name == "김민수"));
    assert_eq!(opened.telling("/home"), "/home");
    let there = world.staff.staff(Some(&opened.token), START).await.unwrap();
    assert!(matches!(there, Presence::Away(None)), "a customer's session is nobody among staff");
    assert_eq!(browser(&world.staff, "/", &kept).session_token(), None);
}

#[tokio::test]
async fn the_page_says_why_the_last_session_ended() {
    let world = World::new().await;
    let SignInAnswer::Opened(first) = world.staff.sign_in(*HERE, typed("seojun", PASSWORD)).await.unwrap() else {
        panic!("seojun was not let in");
    };
    let SignInAnswer::Opened(second) = world.staff.sign_in(*HERE, typed("seojun", PASSWORD)).await.unwrap() else {
        panic!("seojun was not let in again");
    };
    assert_eq!((first.ended_elsewhere, second.ended_elsewhere), (0, 1));
    let end = async |token: &SessionToken, now| match world.staff.staff(Some(token), now).await.unwrap() {
        Presence::Away(end) => end,
        Presence::SignedIn(_) => panic!("the session goes on"),
    };
    assert_eq!(end(&first.token, START).await, Some(SessionEnd::SignedInElsewhere));
    assert_eq!(end(&second.token, START.plus(Span::from_minutes(30))).await, Some(SessionEnd::Idle));
    let page = async |address: &str, end| {
        let browser = browser(&world.staff, address, "");
        html(world.staff.sign_in_page(&browser, words(&browser), end)).await
    };
    let elsewhere = page("/sign-in?ended=signed_out", Some(SessionEnd::SignedInElsewhere)).await;
    assert!(elsewhere.contains("다른 기기에서 로그인하여") && !elsewhere.contains("로그아웃했습니다</b>"));
    assert!(elsewhere.contains("운영 담당자에게") && !elsewhere.contains("은행에"), "staff tell the operator");
    assert!(page("/sign-in?ended=signed_out", None).await.contains("로그아웃했습니다</b>"));
    assert!(!page("/sign-in?ended=signed_in_elsewhere", None).await.contains("다른 기기"), "an address claims nothing");
}

#[tokio::test]
async fn a_refused_sign_in_says_how_to_go_on_and_when() {
    let world = World::new().await;
    let entrance = &world.customers;
    let answer = async |fault, address: &str| {
        let browser = browser(entrance, address, "");
        let refused = RefusedSignIn { login: "minsu".into(), fault };
        let response = entrance.sign_in_again(&browser, words(&browser), refused);
        let retry = response.headers().get(header::RETRY_AFTER).map(|value| value.to_str().unwrap().to_owned());
        (response.status(), retry, html(response).await)
    };
    let missing = fault(entrance, " ", "").await;
    assert_eq!(missing, SignInFault::Missing(vec!["login", "password"]));
    let (status, retry, page) = answer(missing, "/sign-in").await;
    assert_eq!((status, retry), (StatusCode::UNPROCESSABLE_ENTITY, None));
    assert!(page.contains("아이디를 입력해 주십시오.") && page.contains("id=\"password-error\""), "{page}");

    for _ in 0..4 {
        assert_eq!(fault(entrance, "minsu", "wrong").await, SignInFault::Wrong);
    }
    let (status, retry, page) = answer(SignInFault::Wrong, "/sign-in?next=%22&x=1").await;
    assert_eq!((status, retry), (StatusCode::UNPROCESSABLE_ENTITY, None));
    assert!(page.contains("value=\"minsu\"") && page.contains("action=\"/sign-in?next=%22&#38;x=1\""), "{page}");
    assert_eq!(fault(entrance, "minsu", "").await, SignInFault::Missing(vec!["password"]), "which is no failure");

    let locked = fault(entrance, "minsu", "wrong").await;
    assert_eq!(locked, SignInFault::Locked { until: START.plus(Span::from_minutes(10)) });
    world.clock.advance(Span::from_millis(59_500));
    let (status, retry, page) = answer(locked, "/sign-in").await;
    assert_eq!((status, retry.as_deref()), (StatusCode::TOO_MANY_REQUESTS, Some("541")));
    assert!(page.contains("은행에 알려"), "{page}");
}

#[tokio::test]
async fn a_sign_in_that_gets_no_turn_is_told_to_come_again() {
    let mut world = World::new().await;
    world.customers.turns = Turns::new(1, Duration::from_millis(20));
    let taken = world.customers.turns.next(*HERE, [0; 32]).await.unwrap();
    let busy = fault(&world.customers, "minsu", PASSWORD).await;
    assert_eq!(busy, SignInFault::Busy);
    let browser = browser(&world.customers, "/sign-in", "");
    let refused = RefusedSignIn { login: "minsu".into(), fault: busy };
    let response = world.customers.sign_in_again(&browser, words(&browser), refused);
    assert_eq!(
        (response.status(), &response.headers()[header::RETRY_AFTER]),
        (StatusCode::SERVICE_UNAVAILABLE, &"5".parse().unwrap())
    );
    drop(taken);
    assert!(matches!(world.customers.sign_in(*HERE, typed("minsu", PASSWORD)).await.unwrap(), SignInAnswer::Opened(_)));
}

#[tokio::test]
async fn a_form_is_taken_from_the_browser_that_was_given_it() {
    let world = World::new().await;
    let stranger = browser(&world.customers, "/sign-in?next=/here", "");
    let page = world.customers.sign_in_page(&stranger, words(&stranger), None);
    let own = browser(&world.customers, "/sign-in?next=/here", &cookies(&page));
    let page = html(page).await;
    let field = |name: &str| {
        let start = format!("name=\"{name}\" value=\"");
        page.split(&start).nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let (csrf, once) = (field("csrf"), field("once"));
    let form = |text: String| Form::parse(text.as_bytes(), Locale::Ko).unwrap();
    let sent = form(format!("csrf={csrf}&once={once}&login=+minsu+&password=+p+"));
    let taken = own.sign_in_form(&sent).ok().unwrap().typed;
    assert_eq!((taken.login.as_str(), taken.password.as_str()), ("minsu", " p "));
    let stale = stranger.sign_in_form(&sent).err().unwrap();
    assert_eq!(stale.status(), StatusCode::FORBIDDEN);
    assert!(html(axum::response::IntoResponse::into_response(stale)).await.contains("href=\"/sign-in?next=/here\""));
    let without_key = form(format!("csrf={csrf}&login=minsu&password=p"));
    assert_eq!(own.sign_in_form(&without_key).err().unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(own.sign_in_form(&form("login=minsu&password=p".into())).err().unwrap().status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_sign_in_form_that_is_sent_twice_opens_one_session() {
    let world = World::new().await;
    let key = |seed| {
        let token = SessionToken::from_random([9; 32]);
        FormKey::read(&token, "/sign-in", &FormKey::draw(&token, "/sign-in", [seed; 16])).unwrap()
    };
    let press = async |seed, password: &str| {
        let sent = SentSignIn { key: key(seed), origin: *HERE, typed: typed("minsu", password) };
        match world.customers.sign_in_once(sent).await.unwrap() {
            SignInAnswer::Opened(opened) => Some((opened.token, opened.ended_elsewhere)),
            SignInAnswer::Refused(_) => None,
        }
    };
    let (first, second) = tokio::join!(press(1, PASSWORD), press(1, PASSWORD));
    assert_eq!(first, second, "the same session, and none that was ended by it");
    assert_eq!(first.as_ref().map(|(_, ended)| *ended), Some(0));
    assert_eq!(press(1, "another password").await, None, "what was typed counts, not the key alone");
    let (another, ended) = press(2, PASSWORD).await.unwrap();
    assert!(Some(&another) != first.as_ref().map(|(token, _)| token) && ended == 1);
    world.clock.advance(Span::from_minutes(1));
    assert_eq!(press(2, PASSWORD).await.map(|(_, ended)| ended), Some(1), "a minute later it is forgotten");
}

#[test]
fn every_text_that_the_pages_name_is_there() {
    let messages = Messages::load(&[MESSAGES]).unwrap();
    let templates = [include_str!("../templates/sign_in.html"), include_str!("../templates/sign_out.html")];
    let named = templates.iter().flat_map(|template| keys_of_template(template)).map(str::to_owned);
    let pairs =
        ["sign-in-wrong", "sign-in-locked", "sign-in-busy", "session-elsewhere", "session-over", "ended-elsewhere"];
    let paired = pairs.iter().flat_map(|stem| ["title", "detail"].map(|part| format!("{stem}-{part}")));
    let fields =
        ["login", "password"].iter().flat_map(|name| ["", "-missing"].map(|end| format!("sign-in-{name}{end}")));
    let missing: Vec<_> =
        named.chain(paired).chain(fields).chain(["session-kept".to_owned()]).filter(|key| !messages.has(key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
