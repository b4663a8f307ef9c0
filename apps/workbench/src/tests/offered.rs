//! No page shows anybody a form whose every press is refused for who they are.

use super::html::tags;
use super::pages::{judge_short, written_check};
use super::world::World;
use http::StatusCode;

/// What lets a press come as far as the question who may.
const FILLED: [(&str, &str); 4] =
    [("verdict", "not_applicable"), ("reason", "해당 없음"), ("steps", "조치"), ("target", "2027-02")];

#[tokio::test]
async fn no_form_is_shown_to_a_role_that_may_not_send_it() {
    let world = World::new().await;
    let id = written_check(&world).await;
    let finding = judge_short(&world, &id).await;
    let case = format!("/engagements/{id}");
    let mut paths = vec!["/engagements".to_owned(), "/engagements/new".to_owned()];
    for path in
        ["", "/log", "/items", "/items/OBI-01", "/items/OBI-18", "/evidence", "/findings", "/probes", "/reports"]
    {
        paths.push(format!("{case}{path}"));
    }
    paths.extend(["conclude_written_check", "apply", "request_documents"].map(|deed| format!("{case}/deeds/{deed}")));
    paths.push(format!("{case}/findings/{finding}"));
    let mut refused = Vec::new();
    let mut walked = 0;
    for (role, who) in [("applicant", &world.applicant), ("inspector", &world.inspector), ("operator", &world.operator)]
    {
        for path in &paths {
            let page = world.page(path, Some(who)).await;
            let html = page.text();
            for tag in tags(&html).iter().filter(|tag| tag.attribute("method") == Some("post")) {
                let action = tag.attribute("action").unwrap().to_owned();
                // Signing out is for everybody; a file needs a body of its own.
                if action.starts_with("/sign-out") || action.ends_with("/evidence") {
                    continue;
                }
                walked += 1;
                // The form may be wrong or too late, but not forbidden.
                let hidden = world.hidden(&action, who, &[]).await;
                let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
                let hidden: Vec<_> = hidden.chain(FILLED).collect();
                let answer = world.press(&action, who, &hidden).await;
                if [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED]
                    .contains(&answer.status)
                {
                    refused.push(format!("{role} at {path}: {action} is {}", answer.status));
                }
            }
            for tag in tags(&html).iter().filter(|tag| tag.attribute("class").is_some_and(|c| c.contains("button"))) {
                let Some(href) = tag.attribute("href").filter(|href| href.starts_with("/engagements")) else {
                    continue;
                };
                let led = world.page(href, Some(who)).await;
                if !led.status.is_success() {
                    refused.push(format!("{role} at {path}: {href} is {}", led.status));
                }
            }
        }
    }
    assert!(walked > 8, "{walked} forms");
    assert!(refused.is_empty(), "{refused:#?}");
}
