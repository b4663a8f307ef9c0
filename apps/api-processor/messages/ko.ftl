# Texts of the bank's own pages, to the customer: 합니다체 with -시-.

sign-in-title = 로그인
sign-in-lead = 이체를 확인하시려면 로그인해 주십시오.
sign-in-caution = { $operator } 직원은 전화나 문자로 비밀번호를 묻지 않습니다. 이체를 확인하실 때 표시되는 안심 문구가 다르면 창을 닫아 주십시오.

sign-out-detail = 은행 화면과 동의 화면에서 함께 로그아웃됩니다. 이체를 승인하거나 동의 내역을 확인하실 때 다시 로그인하셔야 합니다.

tabs-label = 내 은행 업무
tab-transfers = 확인할 이체
tab-notices = 알림
tab-accounts = 내 계좌

transfers-title = 확인할 이체
transfers-lead = 앱에서 요청한 이체입니다. 고객님이 승인하셔야 이체가 실행됩니다.
transfers-open = { $amount } 이체 내용 보기
transfers-none = 확인하실 이체가 없습니다
transfers-none-next = 앱에서 이체를 요청하시면 여기에 표시됩니다.

notices-title = 알림
notices-lead = 고객님 계좌의 이체 내역을 알려 드립니다. 본인이 하지 않은 이체가 있으면 은행에 알려 주십시오.
notices-none = 알림이 없습니다
notices-none-next = 이체가 실행되면 여기에 알려 드립니다.
notice-withdrawal = { $payee }님께 { $amount } 출금이체
notice-deposit = { $amount } 입금이체
column-at = 일시
column-what = 내용
column-account = 내 계좌
column-requested-by = 요청한 곳
column-state = 결과

accounts-title = 내 계좌
accounts-lead = 현재 잔액입니다.
accounts-none = 계좌가 없습니다
accounts-none-next = 은행이 고객님의 계좌를 개설하면 여기에 표시됩니다.
account-kind-demand = 입출금
account-kind-savings = 적금
account-kind-term-deposit = 정기예금
account-kind-settlement = 정산

kind-withdrawal = 출금이체
kind-deposit = 입금이체
fact-payee = 받는 분
fact-payer = 보내는 곳
fact-into = 받는 계좌
fact-from = 보내는 계좌
fact-summary = 받는 분 통장 표시
fact-summary-own = 내 통장 표시
fact-requested-by = 요청한 곳
fact-requested-at = 요청 시각
fact-until = 승인 기한

phrase-label = 고객님이 정하신 안심 문구
phrase-warning = 문구가 다르면 { $operator } 화면이 아니므로 창을 닫아 주십시오.
confirm-withdrawal-title = 이체를 승인하시겠습니까?
confirm-withdrawal-lead = { $app } 앱에서 요청한 이체입니다. 받는 분과 금액이 맞는지 확인해 주십시오.
confirm-deposit-title = 입금을 승인하시겠습니까?
confirm-deposit-lead = { $app } 앱에서 요청한 입금입니다. 보내는 곳과 금액이 맞는지 확인해 주십시오.
confirm-what = 이체 내용
amount-out = 보내는 금액
amount-in = 받는 금액
first-time-title = 처음 이체하시는 계좌입니다
first-time-detail = 전화로 이체하라는 말을 들으셨다면 보이스피싱일 수 있습니다. 거절하고 신고해 주십시오.
number-label = 확인 번호
number-hint = { $app } 화면의 번호와 같은지 확인해 주십시오
approve-withdrawal = { $amount } 이체 승인
approve-deposit = { $amount } 입금 승인
deny = 거절
report = 내가 요청하지 않았습니다
report-effect = 요청하신 적이 없다고 알려 주시면 이체하지 않고, 고객님이 새로 동의하시기 전에는 { $app } 앱의 다른 이체도 모두 차단합니다.
until-before = {""}
until-after = 까지 승인하지 않으시면 이체되지 않습니다.

result-confirmed-title = 이체를 승인하셨습니다
result-confirmed-detail = { $app } 앱이 5분 안에 같은 내용으로 실행하면 이체됩니다. 내용이 바뀌면 이체되지 않습니다.
result-executed-title = 이체가 완료되었습니다
result-executed-detail = 승인하신 내용 그대로 이체했습니다.
result-denied-title = 이체를 거절하셨습니다
result-denied-detail = 이체되지 않았습니다.
result-reported-title = 이체를 차단했습니다
result-reported-detail = 이체되지 않았으며, { $app } 앱은 고객님이 새로 동의하시기 전에는 이체할 수 없습니다. 지금의 동의도 철회하시기를 권합니다.
result-expired-title = 승인 기한이 지난 이체입니다
result-expired-detail = 이체되지 않았습니다. 필요하시면 앱에서 다시 요청해 주십시오.
result-consent-ended-title = 동의가 끝나 이체하지 않습니다
result-consent-ended-detail = 이체되지 않았습니다. 이 이체를 요청한 동의가 철회되었거나, 새 동의로 바뀌었거나, 유효기간이 끝났습니다. 필요하시면 { $app } 앱에서 다시 요청해 주십시오.
result-changed-title = 이체 내용이 바뀌어 이체하지 않았습니다
result-changed-detail = { $app } 앱이 승인하신 내용과 다르게 실행하려 하여 거절했습니다. 모르시는 일이면 은행에 알려 주십시오.
result-funds-title = 잔액이 부족하여 이체하지 않았습니다
result-funds-detail = 보내는 계좌의 잔액을 확인하시고 앱에서 다시 요청해 주십시오.
result-limit-title = 1일 이체 한도를 초과하여 이체하지 않았습니다
result-limit-detail = 한도는 고객님 한 분에 대해 이용기관마다 하루 단위로 계산합니다. 내일 앱에서 다시 요청해 주십시오.
result-refused-title = 이체하지 않았습니다
result-refused-detail = 은행이 이 이체를 거절했습니다. 필요하시면 앱에서 다시 요청해 주십시오.
result-to-consents = 동의 철회하러 가기
result-to-transfers = 확인할 이체 보기

fault-transfer-unknown-title = 이체를 찾을 수 없습니다
fault-transfer-unknown-detail = 확인할 이체 목록에서 다시 선택해 주십시오.
fault-decided-title = 이미 처리된 이체입니다
fault-decided-detail = 이체를 다시 여시면 결과를 확인하실 수 있습니다.
fault-consent-ended-title = 동의가 끝난 이체입니다
fault-consent-ended-detail = 이체되지 않았습니다. 필요하시면 앱에서 다시 요청해 주십시오.
fault-not-as-shown-title = 보여 드린 내용과 다릅니다
fault-not-as-shown-detail = 이체되지 않았습니다. 이체를 다시 열어 내용을 확인해 주십시오.
fault-temporary-title = 지금은 처리할 수 없습니다
fault-temporary-detail = 변경된 내용은 없습니다. 잠시 후 다시 시도해 주십시오.
