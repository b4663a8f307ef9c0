//! The first page that a newcomer opens.

use sumun_conformance::{Browser, Running};

#[tokio::test(flavor = "multi_thread")]
async fn the_start_page_says_what_runs_where() {
    let running = Running::fresh();
    let ready = running.ready();
    let addresses = &ready.addresses;
    for (language, healthy) in [("ko", "정상"), ("en", "Running")] {
        let page = Browser::reading(ready, language).page(&addresses.start).await;
        assert_eq!(page.status, 200);
        for address in [
            &addresses.authorization,
            &addresses.authorization_mtls,
            &addresses.gateway,
            &addresses.bank,
            &addresses.workbench,
            &addresses.processor,
        ] {
            let socket = address.strip_prefix("https://").unwrap();
            assert!(page.says(socket), "{language}: where is {address}? {}", page.html);
        }
        assert!(page.html.matches(healthy).count() >= 6, "{language}: six components that answer: {}", page.html);
        for person in ["haneul", "doyun"].iter().copied().chain(ready.world.staff.iter().map(|one| one.login.as_str()))
        {
            assert!(page.says(&format!("<code>{person}</code>")), "{language}: how does {person} sign in?");
        }
        assert!(page.says(&ready.world.label) || language == "en", "the world is labelled");
    }
    running.stop_well();
}
