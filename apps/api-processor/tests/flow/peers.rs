//! Who may call at all.

use crate::world::{World, authority, client_certificate};

#[tokio::test]
async fn pr_001_the_processor_answers_nobody_but_the_gateway() {
    let world = World::new().await;
    let somebody = client_certificate(&world.authority, "workbench");
    let paths = [format!("/v1/accounts/{}/balance", world.demand), "/v1/withdrawals".into(), "/no-such-route".into()];
    for path in &paths {
        let refused = world.call_as(Some(&somebody), path).await.unwrap();
        assert_eq!((refused.status.as_u16(), refused.code()), (403, "peer_not_allowed"), "{path}");
    }
    assert_eq!(world.get(&paths[0]).await.status, 200);
}

#[tokio::test]
async fn pr_008_a_component_without_credentials_of_its_own_is_not_answered() {
    let world = World::new().await;
    let path = format!("/v1/accounts/{}/balance", world.demand);
    assert!(world.call_as(None, &path).await.is_err());
    let foreign = client_certificate(&authority(), "gateway");
    assert!(world.call_as(Some(&foreign), &path).await.is_err());
}
