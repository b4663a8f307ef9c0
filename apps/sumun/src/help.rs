//! Help and misuse for a Korean terminal.
//!
//! The English texts are the doc comments of commands and arguments; the
//! Korean ones stand here. A test names every command and argument that has none.

use clap::builder::{Arg, ArgAction, Command};
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Commands by their path, arguments as `path:argument`; `:argument` serves
/// the arguments that many commands share.
const KOREAN: &[(&str, &str)] = &[
    ("", "수문은 가상의 은행을 연결한 오픈파이낸스 플랫폼과, 그 보안을 사람이 점검하는 업무 시스템을 실행합니다"),
    ("app-side", "시연에서 앱의 역할을 맡습니다. `sumun demo`가 실행합니다"),
    ("catalog", "점검기준 카탈로그: 목록, 조회, 검색, 대응 관계, 검사, 내보내기, 가져오기"),
    ("catalog.check", "카탈로그 폴더, 한 체계의 폴더 또는 파일 하나를 검사합니다"),
    ("catalog.check:path", "vocabulary.toml이 있는 카탈로그 폴더, 또는 내장 카탈로그와 함께 검사할 일부분"),
    ("catalog.export", "체계 하나를 내보냅니다"),
    ("catalog.export:format", "출력 형식: 카탈로그의 키를 그대로 쓴 JSON이나 TOML, 또는 OSCAL 1.2 카탈로그"),
    ("catalog.export:id", "체계의 식별자"),
    ("catalog.export:out", "표준 출력 대신 쓸 새 파일"),
    ("catalog.import", "비어 있는 심사항목을 회사가 보유한 문서로 채웁니다"),
    (
        "catalog.import:from",
        "회사의 심사항목: `[[slot]]` 표를 담은 .toml 파일, 또는 심사번호, 항목, 심사기준 열이 있는 .xlsx 파일",
    ),
    ("catalog.import:id", "빈 항목이 있는 체계: `robo-advisor-review`"),
    ("catalog.import:out", "새로 만들 데이터 파일. 지정하지 않으면 체계 식별자에 `.toml`을 붙입니다"),
    ("catalog.list", "체계의 목록과 항목 수를 보여 줍니다"),
    ("catalog.map", "체계나 항목이 다른 체계와 어떻게 대응하는지 보여 줍니다"),
    ("catalog.map:id", "체계, `체계/항목`, 또는 한 체계에만 있는 항목"),
    ("catalog.map:to", "이 체계와의 대응만"),
    ("catalog.search", "모든 항목을 한국어와 영어로 검색합니다. 모든 낱말이 들어 있어야 합니다"),
    ("catalog.search:limit", "최대 표시 개수"),
    ("catalog.search:words", "찾을 낱말"),
    ("catalog.show", "체계 하나, 또는 체계의 항목 하나를 보여 줍니다"),
    ("catalog.show:id", "체계, `체계/항목`, 또는 한 체계에만 있는 항목"),
    ("contract", "오픈API 계약: 호출 목록, 자체 계약 검사"),
    ("contract.check", "자체 계약을 게이트웨이가 읽는 대로 검사합니다"),
    ("contract.check:path", "계약: contracts/README.md에 설명한 JSON 형식의 OpenAPI 3.1 문서"),
    ("contract.list", "내장 계약의 호출과 호출마다 필요한 것을 보여 줍니다"),
    ("demo", "새 플랫폼에서 공격을 포함한 전 과정을 진행하고 결과보고서를 남깁니다"),
    (
        "demo:out",
        "report.pdf, evidence-pack.zip, journal/, summary.json을 받을 폴더. 데이터 폴더이므로 `sumun up --data DIR`로 이어서 볼 수 있습니다",
    ),
    ("journal", "기록 원장과 접속기록을 파일만으로 검증합니다"),
    ("journal.verify", "데이터 폴더의 서명, 트리, 원장 항목, 봉인한 접속기록을 오프라인으로 검사합니다"),
    ("journal.verify:data", "데이터 폴더, 또는 그 `journal`과 `records`를 복사한 폴더"),
    ("journal.verify:key", "신뢰할 공개키(journal/verifier-key 파일의 형식). 지정하지 않으면 그 파일을 신뢰합니다"),
    ("participant", "이용기관과 앱: 등록, 목록, 정지, 재개"),
    ("participant.list", "이용기관, 앱, 인증서의 목록을 보여 줍니다"),
    ("participant.register", "앱을 등록하고 클라이언트 인증서를 발급합니다. 새 이용기관이면 함께 등록합니다"),
    ("participant.register:out", "certificate.pem과 registration.json을 받을 폴더"),
    ("participant.register:registration", "등록 신청: docs/how-to/register-an-app.md에 설명한 TOML 파일"),
    ("participant.resume", "정지한 이용기관이 다시 호출할 수 있게 합니다"),
    ("participant.stop", "이용기관의 호출을 당분간 정지합니다"),
    ("trace", "카탈로그의 각 항목을 무엇이 시행하고, 증명하고, 점검하는지 보여 줍니다"),
    ("trace:framework", "이 체계의 항목만"),
    ("up", "플랫폼, 샌드박스 은행, 점검 업무 시스템을 한 프로세스로 실행합니다"),
    ("up:data", "데이터 폴더. 없으면 만듭니다"),
    ("up:listen", "수신 주소"),
    ("up:log", "구성요소가 표준 오류에 남길 로그의 수준"),
    ("up:name", "다른 컴퓨터가 접속할 이름이나 주소. 인증서, 발급자, 안내하는 주소에 쓰입니다"),
    ("up:port_base", "포트 일곱 개 가운데 첫 번호"),
    ("up:ready_file", "준비가 끝나면 모든 주소, 인증기관 인증서, 시연 계정을 JSON으로 받을 파일"),
    ("up:records_max_gib", "접속기록에 쓸 수 있는 용량(GiB). 4분의 3을 쓰면 경고하고, 모두 쓰면 호출을 거절합니다"),
    (":folder", "데이터 폴더. 그 폴더로 실행 중인 플랫폼이 없어야 합니다"),
    (":format", "출력 형식"),
    (":help", "도움말을 표시합니다"),
    (":institution", "이용기관: 사업자등록번호 또는 식별자"),
    (":lang", "글의 언어. 지정하지 않으면 터미널의 언어"),
    (":version", "버전을 표시합니다"),
];

/// The command line with Korean help.
pub fn in_korean(command: Command) -> Command {
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    localized(command.disable_version_flag(true).arg(version), "")
}

fn localized(command: Command, path: &str) -> Command {
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    let mut command = command.disable_help_flag(true).arg(help).subcommand_value_name("명령");
    if let Some(about) = korean(path) {
        command = command.about(about);
    }
    command = command.mut_args(|arg| {
        let text = help_of(&arg, path);
        // clap's own notes on values are English; ours are in the text.
        let takes_values = arg.get_action().takes_values();
        let arg = arg.help(text);
        if takes_values { arg.hide_default_value(true).hide_possible_values(true) } else { arg }
    });
    let has_positionals = command.get_positionals().next().is_some();
    let names: Vec<String> = command.get_subcommands().map(|below| below.get_name().to_owned()).collect();
    for name in &names {
        let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        command = command.mut_subcommand(name, |command| localized(command, &below));
    }
    let commands = if names.is_empty() { "" } else { "\n\n명령:\n{subcommands}" };
    let positionals = if has_positionals { "\n\n인자:\n{positionals}" } else { "" };
    command.help_template(format!("{{about}}\n\n사용법: {{usage}}{commands}{positionals}\n\n옵션:\n{{options}}\n"))
}

fn korean(path: &str) -> Option<&'static str> {
    KOREAN.iter().find(|(known, _)| *known == path).map(|(_, text)| *text)
}

fn help_of(arg: &Arg, path: &str) -> String {
    let name = arg.get_id().as_str();
    let text = korean(&format!("{path}:{name}")).or_else(|| korean(&format!(":{name}"))).unwrap_or_default();
    let mut notes = Vec::new();
    if arg.get_action().takes_values() {
        let values: Vec<String> = arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
        if !values.is_empty() {
            notes.push(format!("값: {}", values.join(", ")));
        }
        let defaults: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        if !defaults.is_empty() {
            notes.push(format!("기본값: {}", defaults.join(" ")));
        }
    }
    if notes.is_empty() { text.to_owned() } else { format!("{text} [{}]", notes.join("; ")) }
}

/// A rendered help text, whose placeholders clap writes in English.
pub fn placeholders_in_korean(help: &str) -> String {
    help.replace("[OPTIONS]", "[옵션]")
}

/// What is wrong with the arguments, on one line, with every fact that the
/// English line has: what, why, what else could be meant, where to read on.
/// Nothing when clap's own words must do. `path` is the command that was
/// called, as it is typed: `sumun catalog`.
pub fn misuse_in_korean(error: &clap::Error, path: &str) -> Option<String> {
    let text = |kind| error.get(kind).map(shown);
    let what = match error.kind() {
        ErrorKind::InvalidSubcommand => format!("알 수 없는 명령입니다: '{}'", text(ContextKind::InvalidSubcommand)?),
        ErrorKind::UnknownArgument => format!("알 수 없는 인자입니다: '{}'", text(ContextKind::InvalidArg)?),
        ErrorKind::MissingRequiredArgument => format!("필요한 인자가 없습니다: {}", text(ContextKind::InvalidArg)?),
        ErrorKind::ArgumentConflict => {
            format!("한 번만 지정할 수 있는 인자입니다: '{}'", text(ContextKind::InvalidArg)?)
        }
        ErrorKind::MissingSubcommand => "명령이 없습니다".to_owned(),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let (value, name) = (text(ContextKind::InvalidValue)?, text(ContextKind::InvalidArg)?);
            if value.is_empty() {
                format!("값이 없습니다: '{name}'")
            } else {
                let cause =
                    std::error::Error::source(error).map(|cause| format!(": {}", cause_in_korean(&cause.to_string())));
                format!("'{name}'에 쓸 수 없는 값입니다: '{value}'{}", cause.unwrap_or_default())
            }
        }
        _ => return None,
    };
    let suggested = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let choice = suggested.into_iter().find_map(text).map(|near| format!(" 혹시 '{near}'입니까?"));
    let valid = || text(ContextKind::ValidValue).map(|values| format!(" 쓸 수 있는 값: {values}."));
    let tip = choice.or_else(valid).unwrap_or_default();
    Some(format!("{what}.{tip} {path} --help를 참고하십시오"))
}

/// Why a value was refused, for the causes that clap and the standard library have for our arguments.
fn cause_in_korean(cause: &str) -> String {
    if let Some((_, range)) = cause.split_once(" is not in ") {
        let (from, to) = range.split_once("..=").unwrap_or((range, ""));
        return format!("{from}~{to} 범위의 정수가 아닙니다");
    }
    let known = CAUSES.iter().find(|(english, _)| cause.starts_with(english));
    known.map_or_else(|| cause.to_owned(), |(_, korean)| (*korean).to_owned())
}

const CAUSES: &[(&str, &str)] = &[
    ("invalid digit found in string", "정수가 아닙니다"),
    ("cannot parse integer from empty string", "정수가 아닙니다"),
    ("number too large to fit in target type", "너무 큰 수입니다"),
    ("number too small to fit in target type", "너무 작은 수입니다"),
    ("invalid IP address syntax", "IP 주소가 아닙니다"),
];

fn shown(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn wanted(command: &Command, path: &str, missing: &mut Vec<String>, used: &mut BTreeSet<String>) {
        used.insert(path.to_owned());
        if korean(path).is_none() {
            missing.push(path.to_owned());
        }
        for arg in command.get_arguments() {
            let (own, shared) = (format!("{path}:{}", arg.get_id()), format!(":{}", arg.get_id()));
            if korean(&own).is_none() && korean(&shared).is_none() {
                missing.push(own.clone());
            }
            used.extend([own, shared]);
        }
        for below in command.get_subcommands() {
            let name = below.get_name();
            let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            wanted(below, &path, missing, used);
        }
    }

    #[test]
    fn every_command_and_argument_has_a_korean_text_and_no_text_is_left_over() {
        let (mut missing, mut used) = (Vec::new(), BTreeSet::from([":help".to_owned(), ":version".to_owned()]));
        wanted(&crate::command_line(), "", &mut missing, &mut used);
        assert!(missing.is_empty(), "{missing:?}");
        let unused: Vec<&str> = KOREAN.iter().map(|(path, _)| *path).filter(|path| !used.contains(*path)).collect();
        assert!(unused.is_empty(), "{unused:?}");
    }

    #[test]
    fn help_is_korean_throughout() {
        let mut command = in_korean(crate::command_line());
        command.build();
        for name in ["up", "catalog", "demo"] {
            let help = command.find_subcommand_mut(name).unwrap().render_long_help().to_string();
            let help = placeholders_in_korean(&help);
            for english in ["Usage", "Options", "Commands", "Print", "default", "possible", "OPTIONS", "COMMAND"] {
                assert!(!help.contains(english), "{english} in {help}");
            }
        }
        assert!(command.render_help().to_string().contains("사용법: sumun"));
    }

    #[test]
    fn misuse_is_one_korean_line_with_a_way_out() {
        for (words, said) in [
            (&["sumun", "fly"][..], "알 수 없는 명령입니다: 'fly'"),
            (&["sumun", "catalog", "lst"], "혹시 'list'"),
            (&["sumun", "up", "--fast"], "알 수 없는 인자입니다: '--fast'"),
            (&["sumun", "up", "--port-base", "x"], "쓸 수 없는 값입니다: 'x': 정수가 아닙니다"),
            (&["sumun", "up", "--port-base", "0"], "쓸 수 없는 값입니다: '0': 1~65535 범위의 정수가 아닙니다"),
            (&["sumun", "up", "--port-base", "99999"], "1~65535 범위의 정수가 아닙니다"),
            (&["sumun", "up", "--listen", "here"], "쓸 수 없는 값입니다: 'here': IP 주소가 아닙니다"),
            (&["sumun", "journal", "verify", "--format", "jsn"], "혹시 'json'"),
            (&["sumun", "demo"], "필요한 인자가 없습니다: --out <DIR>"),
            (&["sumun", "up", "--data"], "값이 없습니다: '--data <DIR>'"),
            (&["sumun", "journal", "verify", "--format", "xml"], "쓸 수 있는 값: text, json"),
        ] {
            let error = in_korean(crate::command_line()).try_get_matches_from(words).unwrap_err();
            let line = misuse_in_korean(&error, "sumun").unwrap();
            assert!(line.contains(said) && line.ends_with("sumun --help를 참고하십시오"), "{line}");
            assert!(!line.contains('\n') && !line.contains(" is not in "), "{line}");
        }
    }
}
