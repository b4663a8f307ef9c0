//! Debian's Chromium, driven over its DevTools protocol: a real browser with
//! the eyes, hands and complaints of one.

use crate::axe;
use crate::ready::{Ready, socket};
use chromiumoxide::cdp::browser_protocol::dom::SetFileInputFilesParams;
use chromiumoxide::cdp::browser_protocol::emulation::{
    MediaFeature, SetDeviceMetricsOverrideParams, SetEmulatedMediaParams, SetScriptExecutionDisabledParams,
};
use chromiumoxide::cdp::browser_protocol::input::{DispatchKeyEventParams, DispatchKeyEventType, InsertTextParams};
use chromiumoxide::cdp::browser_protocol::log::{EventEntryAdded, LogEntryLevel};
use chromiumoxide::cdp::browser_protocol::network::{Headers, SetExtraHttpHeadersParams};
use chromiumoxide::cdp::browser_protocol::page::PrintToPdfParams;
use chromiumoxide::cdp::browser_protocol::target::{CreateBrowserContextParams, CreateTargetParams};
use chromiumoxide::cdp::js_protocol::runtime::{EvaluateParams, EventExceptionThrown};
use chromiumoxide::layout::Point;
use chromiumoxide::page::ScreenshotParams;
use chromiumoxide::{Browser, BrowserConfig, Page};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::task::JoinHandle;

/// A page of ours is there in a second; a busy machine may be slow.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser with a profile of its own.
pub struct Chromium {
    browser: Browser,
    handler: JoinHandle<()>,
    _profile: TempDir,
}

impl Chromium {
    /// Starts a browser that can reach this platform and nothing else.
    /// Addresses of apps lead to the start page, so that the way back can be seen.
    pub async fn start(ready: &Ready) -> Self {
        let profile = tempfile::tempdir().expect("a temporary folder is made");
        let start = socket(&ready.addresses.start);
        let config = BrowserConfig::builder()
            .chrome_executable(executable())
            .no_sandbox()
            .new_headless_mode()
            .disable_default_args()
            .user_data_dir(profile.path())
            .viewport(None)
            .launch_timeout(Duration::from_secs(60))
            .request_timeout(Duration::from_secs(60))
            .args(["disable-gpu", "disable-quic", "no-first-run", "disable-background-networking"])
            .args(["disable-component-update", "disable-sync", "disable-dev-shm-usage", "disable-breakpad"])
            .args([
                "no-default-browser-check",
                "disable-default-apps",
                "force-color-profile=srgb",
                "password-store=basic",
            ])
            .arg((
                "host-resolver-rules",
                format!("MAP *.example {start}, MAP * ~NOTFOUND, EXCLUDE {}", start.ip()).as_str(),
            ))
            .build()
            .expect("the browser's settings fit together");
        let (browser, mut handler) =
            Browser::launch(config).await.unwrap_or_else(|error| panic!("Chromium does not start: {error}"));
        let handler = tokio::spawn(async move { while handler.next().await.is_some() {} });
        Self { browser, handler, _profile: profile }
    }

    /// A tab of a new visitor, who reads `language`.
    pub async fn visitor(&self, language: &str) -> Tab {
        let context = self.browser.create_browser_context(CreateBrowserContextParams::default()).await;
        let mut target = CreateTargetParams::new("about:blank");
        target.browser_context_id = Some(context.expect("a visitor has cookies of its own"));
        let page = self.browser.new_page(target).await.expect("a tab opens");
        let complaints = Arc::new(Mutex::new(Vec::new()));
        listen(&page, &complaints).await;
        let headers = serde_json::json!({ "Accept-Language": language });
        page.execute(SetExtraHttpHeadersParams::new(Headers::new(headers))).await.expect("a visitor has a language");
        let tab = Tab { page, complaints };
        tab.look(Look { width: 1440, dark: false }).await;
        tab
    }

    /// Ends the browser.
    pub async fn close(mut self) {
        let _closed = self.browser.close().await;
        if tokio::time::timeout(Duration::from_secs(10), self.browser.wait()).await.is_err() {
            let _killed = self.browser.kill().await;
        }
        self.handler.abort();
    }
}

fn executable() -> PathBuf {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut files = std::env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name)));
    files.find(|file| file.is_file()).unwrap_or_else(|| {
        panic!("Chromium is missing: the browser tests need it (Debian package chromium; none of {names:?} is on PATH)")
    })
}

/// Gathers what the browser complains of: violations of the content security policy, errors, exceptions.
async fn listen(page: &Page, complaints: &Arc<Mutex<Vec<String>>>) {
    page.enable_log().await.expect("the log is heard");
    let mut entries = page.event_listener::<EventEntryAdded>().await.expect("the log is heard");
    let mut exceptions = page.event_listener::<EventExceptionThrown>().await.expect("exceptions are heard");
    let (log, thrown) = (Arc::clone(complaints), Arc::clone(complaints));
    tokio::spawn(async move {
        while let Some(event) = entries.next().await {
            let entry = &event.entry;
            // A status of 4xx is an answer; that the answer is the right one is the tests' business.
            let is_status = entry.text.starts_with("Failed to load resource: the server responded with a status of 4");
            if entry.level == LogEntryLevel::Error && !is_status {
                let place = entry.url.clone().unwrap_or_default();
                log.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{} at {place}", entry.text));
            }
        }
    });
    tokio::spawn(async move {
        while let Some(event) = exceptions.next().await {
            let words = event.exception_details.text.clone();
            thrown.lock().unwrap_or_else(PoisonError::into_inner).push(words);
        }
    });
}

/// How a page is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Width of the window in CSS pixels; below 640 it is a phone.
    pub width: u32,
    /// Whether the reader prefers dark pages.
    pub dark: bool,
}

impl Look {
    /// The looks that every page must bear: desktop, tablet and phone, light and dark.
    pub const ALL: [Self; 6] = [
        Self { width: 1440, dark: false },
        Self { width: 1440, dark: true },
        Self { width: 1024, dark: false },
        Self { width: 1024, dark: true },
        Self { width: 390, dark: false },
        Self { width: 390, dark: true },
    ];
}

impl std::fmt::Display for Look {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.width, if self.dark { "dark" } else { "light" })
    }
}

/// One tab.
pub struct Tab {
    page: Page,
    complaints: Arc<Mutex<Vec<String>>>,
}

impl Tab {
    /// Opens an address and waits until it is there.
    pub async fn open(&self, address: &str) {
        self.leave().await;
        let opened = tokio::time::timeout(PATIENCE, self.page.goto(address)).await;
        opened
            .unwrap_or_else(|_| panic!("{address} did not load"))
            .unwrap_or_else(|error| panic!("{address}: {error}"));
        self.arrive().await;
    }

    /// Clicks the one element that `selector` finds, and waits for the page that follows.
    pub async fn go(&self, selector: &str) {
        self.leave().await;
        self.click(selector).await;
        self.arrive().await;
    }

    /// Clicks the first element that `selector` finds, as a mouse does.
    pub async fn click(&self, selector: &str) {
        let place: Option<(f64, f64)> = self
            .value(&format!(
                "(() => {{ const found = document.querySelector({selector:?}); if (!found) return null;
              found.scrollIntoView({{ block: 'center', behavior: 'instant' }});
              const box = (found.getClientRects()[0] || found.getBoundingClientRect());
              return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
            ))
            .await;
        let Some((x, y)) = place else { panic!("nothing is found by {selector} at {}", self.address().await) };
        self.page.click(Point::new(x, y)).await.unwrap_or_else(|error| panic!("a click on {selector}: {error}"));
    }

    /// Writes `text` into the field that `selector` finds.
    pub async fn write(&self, selector: &str, text: &str) {
        self.click(selector).await;
        let clear = format!("document.querySelector({selector:?}).value = ''");
        let _cleared: serde_json::Value = self.value(&clear).await;
        self.page.execute(InsertTextParams::new(text)).await.expect("a keyboard writes");
    }

    /// Chooses a file for the field that `selector` finds.
    pub async fn choose(&self, selector: &str, file: &Path) {
        let evaluate = EvaluateParams::builder().expression(format!("document.querySelector({selector:?})")).build();
        let found = self.page.execute(evaluate.expect("an expression")).await.expect("the page is asked");
        let field = found.result.result.object_id.clone();
        let mut choice = SetFileInputFilesParams::new(vec![file.display().to_string()]);
        choice.object_id = Some(field.unwrap_or_else(|| panic!("nothing is found by {selector}")));
        self.page.execute(choice).await.unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    /// Presses a key, such as `Tab` or `Enter`.
    pub async fn press(&self, key: &str) {
        let code = match key {
            "Tab" => 9,
            "Enter" => 13,
            "Escape" => 27,
            _ => panic!("no such key here: {key}"),
        };
        for kind in [DispatchKeyEventType::RawKeyDown, DispatchKeyEventType::Char, DispatchKeyEventType::KeyUp] {
            if kind == DispatchKeyEventType::Char && key != "Enter" {
                continue;
            }
            let mut event = DispatchKeyEventParams::builder().r#type(kind).key(key).code(key);
            event = event.windows_virtual_key_code(code).native_virtual_key_code(code);
            if key == "Enter" {
                event = event.text("\r");
            }
            self.page.execute(event.build().expect("a key event")).await.expect("a keyboard is there");
        }
    }

    /// Marks the page, so that the next one can be told from it.
    async fn leave(&self) {
        let _marked: serde_json::Value = self.value("window.left = true").await;
    }

    async fn arrive(&self) {
        const THERE: &str = "document.readyState === 'complete' && !window.left && location.href !== 'about:blank'";
        let deadline = Instant::now() + PATIENCE;
        // While one page goes and the next one comes there is nothing to ask.
        while !matches!(self.try_value::<bool>(THERE).await, Ok(true)) {
            assert!(Instant::now() < deadline, "no page came after {}", self.address().await);
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
    }

    /// The value of an expression in the page; a promise is waited for.
    pub async fn value<T: DeserializeOwned>(&self, expression: &str) -> T {
        self.try_value(expression).await.unwrap_or_else(|fault| panic!("{fault}: {expression}"))
    }

    async fn try_value<T: DeserializeOwned>(&self, expression: &str) -> Result<T, String> {
        let evaluate = EvaluateParams::builder().expression(expression).await_promise(true).return_by_value(true);
        let answer = self.page.execute(evaluate.build()?).await.map_err(|error| error.to_string())?;
        if let Some(thrown) = &answer.result.exception_details {
            return Err(format!("{} {:?}", thrown.text, thrown.exception));
        }
        let value = answer.result.result.value.clone().unwrap_or_default();
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    /// The whole address.
    pub async fn address(&self) -> String {
        self.try_value("location.href").await.unwrap_or_default()
    }

    /// The path of the address.
    pub async fn path(&self) -> String {
        self.value("location.pathname").await
    }

    /// The text that a reader sees.
    pub async fn text(&self) -> String {
        self.value("document.body.innerText").await
    }

    /// Sets the size of the window and the reader's preference.
    pub async fn look(&self, look: Look) {
        let is_phone = look.width < 640;
        let size =
            SetDeviceMetricsOverrideParams::new(i64::from(look.width), if is_phone { 844 } else { 900 }, 1.0, is_phone);
        self.page.execute(size).await.expect("the window has a size");
        let scheme = if look.dark { "dark" } else { "light" };
        let features = [("prefers-color-scheme", scheme), ("prefers-reduced-motion", "reduce")];
        let features = features.map(|(name, value)| MediaFeature::new(name, value));
        let media = SetEmulatedMediaParams::builder().features(features).build();
        self.page.execute(media).await.expect("the reader has a preference");
    }

    /// How many pixels the page is wider than its window; 0 is right.
    pub async fn overflow(&self) -> i64 {
        self.value("document.documentElement.scrollWidth - document.documentElement.clientWidth").await
    }

    /// Every element that breaks a rule of the independent judge.
    pub async fn violations(&self) -> Vec<String> {
        let is_there: bool = self.value("typeof axe === 'object'").await;
        if !is_there {
            let _loaded: serde_json::Value = self.value(&format!("{}; null", axe::script())).await;
        }
        self.value(axe::RUN).await
    }

    /// Lets no script of any page run from now on.
    pub async fn forbid_scripts(&self) {
        self.page.execute(SetScriptExecutionDisabledParams::new(true)).await.expect("scripts can be forbidden");
    }

    /// A picture of the whole page.
    pub async fn picture(&self, file: &Path) {
        let whole = ScreenshotParams::builder().full_page(true).build();
        let bytes = self.page.screenshot(whole).await.expect("a picture is taken");
        std::fs::write(file, bytes).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }

    /// The page on paper: what the browser's print makes of it, as PDF, with the page's own paper size.
    pub async fn print(&self) -> Vec<u8> {
        let paper = PrintToPdfParams { prefer_css_page_size: Some(true), ..PrintToPdfParams::default() };
        self.page.pdf(paper).await.expect("the page is printed")
    }

    /// What the browser complained of so far; it is asked only once.
    pub fn complaints(&self) -> Vec<String> {
        std::mem::take(&mut *self.complaints.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
