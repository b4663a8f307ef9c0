//! A page speaks the reader's language.

use super::world::{CATALOG, World};

/// A text as it stands in HTML.
fn escaped(text: &str) -> String {
    let escapes = [("&", "&#38;"), ("<", "&#60;"), (">", "&#62;"), ("\"", "&#34;"), ("'", "&#39;")];
    escapes.iter().fold(text.to_owned(), |text, (letter, escape)| text.replace(letter, escape))
}

#[tokio::test]
async fn the_page_of_an_item_explains_it_in_the_readers_language_alone() {
    let world = World::new().await;
    let id = world.engagement().await;
    let framework = CATALOG.framework(&"openbanking-institution".parse().unwrap()).unwrap();
    let mut count = 0;
    for row in framework.items() {
        let path = format!("/engagements/{id}/items/{}", row.id);
        let korean = world.page(&path, Some(&world.inspector)).await.text();
        let english = world.page(&format!("{path}?lang=en"), Some(&world.inspector)).await.text();
        let (ko, en) = (escaped(&row.explanation.ko), escaped(&row.explanation.en));
        assert!(korean.contains(&ko) && !korean.contains(&en), "{} in Korean", row.id);
        assert!(english.contains(&en) && !english.contains(&ko), "{} in English", row.id);
        let official = format!("<span lang=\"ko\">{}</span>", escaped(&row.title.ko));
        assert!(english.contains(&official) && !korean.contains(&official), "{}", row.id);
        assert!(english.contains(&escaped(&row.title.en)), "{}", row.id);
        count += 1;
    }
    assert_eq!(count, 30);
}
