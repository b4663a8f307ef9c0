# Texts of the bank's own pages, to the customer: 합니다체 with -시-.

sign-in-title = 로그인
sign-in-lead = 이체를 확인하시려면 로그인해 주십시오.
sign-in-login = 아이디
sign-in-password = 비밀번호
sign-in-button = 로그인
sign-in-login-missing = 아이디를 적어 주십시오.
sign-in-password-missing = 비밀번호를 적어 주십시오.
sign-in-wrong-title = 아이디나 비밀번호가 맞지 않습니다
sign-in-wrong-detail = 다시 확인하고 적어 주십시오. 여러 번 틀리시면 로그인이 잠깁니다.
sign-in-locked-title = 로그인이 잠겼습니다
sign-in-locked-detail = 여러 번 틀려서 { $until }까지 로그인하실 수 없습니다. 직접 하신 일이 아니면 고객센터에 알려 주십시오.
sign-in-busy-title = 지금은 로그인이 몰려 있습니다
sign-in-busy-detail = 잠시 뒤 다시 시도해 주십시오.
sign-in-caution-title = 주소를 먼저 확인해 주십시오
sign-in-caution = { $operator } 직원은 전화나 문자로 비밀번호를 묻지 않습니다. 이체를 확인하실 때 안심 문구가 다르면 창을 닫아 주십시오.
ended-signed-out = 로그아웃했습니다.
ended-elsewhere = 다른 곳에서 로그인하셔서 이 화면의 로그인이 끝났습니다. 직접 하신 일이 아니면 고객센터에 알려 주십시오.
ended-time = 오래 쓰지 않으셔서 로그아웃했습니다. 다시 로그인해 주십시오.

sign-out-title = 로그아웃하시겠습니까?
sign-out-detail = 로그아웃하시면 이체를 확인하실 때 다시 로그인하셔야 합니다.
sign-out-stay = 그대로 두기

tabs-label = 내 은행 업무
tab-transfers = 확인할 이체
tab-notices = 알림
tab-accounts = 내 계좌

transfers-title = 확인할 이체
transfers-lead = 앱이 요청한 이체입니다. 고객님이 승인하셔야 이체합니다.
transfers-open = { $amount } 이체 보기
transfers-none = 확인하실 이체가 없습니다
transfers-none-next = 앱에서 이체를 요청하시면 여기에 나타납니다.

notices-title = 알림
notices-lead = 고객님의 계좌에서 이체한 내역을 알려 드립니다. 모르는 이체가 있으면 고객센터에 신고해 주십시오.
notices-none = 알림이 없습니다
notices-none-next = 이체하면 여기에 알려 드립니다.
notice-withdrawal = { $payee }님께 { $amount } 출금이체
notice-deposit = { $amount } 입금이체
column-at = 일시
column-what = 한 일
column-account = 내 계좌
column-requested-by = 요청한 곳
column-state = 결과

accounts-title = 내 계좌
accounts-lead = 지금 잔액입니다.
accounts-none = 계좌가 없습니다
accounts-none-next = 영업점이나 은행 앱에서 계좌를 만드시면 여기에 나타납니다.
account-kind-demand = 입출금
account-kind-savings = 적금
account-kind-term-deposit = 예금
account-kind-settlement = 정산

kind-withdrawal = 출금이체
kind-deposit = 입금이체
fact-payee = 받는 분
fact-payer = 보내는 곳
fact-into = 받는 계좌
fact-from = 보내는 계좌
fact-summary = 받는 분 표시
fact-requested-by = 요청한 곳
fact-requested-at = 요청 시각
fact-until = 승인 기한

phrase-label = 고객님이 정하신 안심 문구
phrase-warning = 문구가 다르면 { $operator } 화면이 아닙니다. 창을 닫아 주십시오.
confirm-withdrawal-title = 이체를 승인하시겠습니까?
confirm-withdrawal-lead = { $app } 앱에서 요청한 이체입니다. 받는 분과 금액이 맞는지 확인해 주십시오.
confirm-deposit-title = 입금을 승인하시겠습니까?
confirm-deposit-lead = { $app } 앱에서 요청한 입금입니다. 보내는 곳과 금액이 맞는지 확인해 주십시오.
confirm-what = 이체 내용
amount-out = 보내는 금액
amount-in = 받는 금액
first-time-title = 처음 보내는 계좌입니다.
first-time-detail = 전화로 이체를 시키는 사람이 있다면 거절하시고 신고해 주십시오.
number-label = 확인 번호
number-hint = { $app } 화면의 번호와 같아야 합니다
approve-withdrawal = { $amount } 이체 승인
approve-deposit = { $amount } 입금 승인
deny = 거절
report = 내가 요청하지 않았습니다
report-effect = 요청하지 않으셨다고 알려 주시면 이체하지 않고, { $app } 앱의 다른 이체도 모두 막습니다.
until-before = {""}
until-after = 까지 승인하지 않으시면 이체하지 않습니다.

result-confirmed-title = 이체를 승인하셨습니다
result-confirmed-detail = { $app } 앱이 5분 안에 같은 내용으로 실행하면 이체합니다. 내용이 바뀌면 이체하지 않습니다.
result-executed-title = 이체했습니다
result-executed-detail = 승인하신 내용 그대로 이체했습니다.
result-denied-title = 이체를 거절하셨습니다
result-denied-detail = 이체하지 않았습니다.
result-reported-title = 이체를 막았습니다
result-reported-detail = 이체하지 않았고, { $app } 앱은 이 동의로 더 이체할 수 없습니다. 동의도 철회하시기를 권합니다.
result-expired-title = 시간이 지난 이체입니다
result-expired-detail = 이체하지 않았습니다. 필요하시면 앱에서 다시 요청해 주십시오.
result-changed-title = 바뀐 내용이라 이체하지 않았습니다
result-changed-detail = { $app } 앱이 승인하신 것과 다른 내용으로 실행하려 하여 거절했습니다. 모르는 일이면 고객센터에 알려 주십시오.
result-funds-title = 잔액이 모자라 이체하지 않았습니다
result-funds-detail = 보내는 계좌의 잔액을 확인하시고 앱에서 다시 요청해 주십시오.
result-limit-title = 하루 한도를 넘어 이체하지 않았습니다
result-limit-detail = 내일 앱에서 다시 요청해 주십시오.
result-refused-title = 이체하지 않았습니다
result-refused-detail = 은행이 이 이체를 거절했습니다. 필요하시면 앱에서 다시 요청해 주십시오.
result-to-consents = 내 동의로 가기
result-to-transfers = 확인할 이체 보기

fault-transfer-unknown-title = 이체를 찾을 수 없습니다
fault-transfer-unknown-detail = 확인할 이체 목록에서 다시 골라 주십시오.
fault-decided-title = 이미 결정된 이체입니다
fault-decided-detail = 확인할 이체 목록에서 결과를 보실 수 있습니다.
fault-not-as-shown-title = 보여 드린 내용과 다릅니다
fault-not-as-shown-detail = 이체하지 않았습니다. 이체를 다시 여시고 내용을 확인해 주십시오.
fault-temporary-title = 지금은 처리할 수 없습니다
fault-temporary-detail = 아무것도 바뀌지 않았습니다. 잠시 뒤 다시 시도해 주십시오.
