# Texts of the authorization server's pages, to the customer: 합니다체 with -시-.

sign-in-title = 로그인
sign-in-for-app = { $app }에서 보낸 요청을 확인하시려면 먼저 로그인해 주십시오.
sign-in-for-consents = 동의 내역을 확인하시려면 로그인해 주십시오.
sign-in-caution = { $operator } 직원은 전화나 문자로 비밀번호를 묻지 않습니다. 로그인하신 뒤 표시되는 안심 문구가 다르면 창을 닫아 주십시오. 공용 기기에서는 이용하신 뒤 반드시 로그아웃해 주십시오.

sign-out-detail = 동의 화면과 은행 화면에서 함께 로그아웃됩니다. 동의 내역을 확인하거나 이체를 승인하실 때 다시 로그인하셔야 합니다.

phrase-label = 고객님이 정하신 안심 문구
phrase-warning = 문구가 다르면 { $operator } 화면이 아니므로 창을 닫아 주십시오.

consent-title = { $subject } 고객님의 계좌를 이용하려고 합니다
consent-lead = 아래 내용을 확인하시고 동의 여부를 선택해 주십시오. 동의하지 않으셔도 은행 이용에 불이익이 없습니다.
consent-replaces-title = { $app } 앱에 이미 주신 동의가 있습니다
consent-replaces-granted = 동의 일시
consent-replaces-detail = 새로 동의하시면 그 동의는 즉시 끝나고, 이번에 선택하신 내용만 유효합니다.
consent-changed-title = 안내가 바뀌어 아직 동의하지 않은 상태입니다
consent-changed-detail = 화면을 보시는 동안 아래 내용이 바뀌었습니다. 바뀐 내용을 확인하시고 다시 결정해 주십시오.
consent-who = 누가 요청합니까
consent-institution = 이용기관
consent-service = 서비스
consent-contact = 연락처
consent-purpose = 무엇에 이용합니까
consent-accounts = 어느 계좌를 이용합니까
consent-accounts-hint = 이용에 동의하실 계좌만 선택해 주십시오.
consent-account-label = 계좌
consent-account-missing = 계좌를 하나 이상 선택해 주십시오. 동의하지 않으시려면 거절을 눌러 주십시오.
consent-no-account-title = 이용할 수 있는 계좌가 없습니다
consent-no-account-detail = 지금은 거절하시고, 계좌가 생긴 뒤 다시 연결해 주십시오.
consent-data = 어떤 정보를 조회합니까
consent-transactions = 어떤 거래를 요청할 수 있습니까
consent-needed = 필수
consent-nothing = 없음
consent-confirmation-title = 이체할 때마다 직접 확인
consent-confirmation-detail = { $operator } 화면에서 받는 분과 금액을 직접 확인하십니다
consent-until = 언제까지 유효하고, 어떻게 철회합니까
consent-validity = 유효기간
consent-validity-until = 까지 ({ $days }일)
consent-withdrawal = 철회
consent-withdrawal-way = 이 사이트의 ‘내 동의’ 화면에서 언제든지 즉시 철회하실 수 있습니다.
consent-withdrawn = 철회 후
consent-withdrawn-effect = { $app } 앱은 즉시 이 동의로 계좌를 조회하거나 이체를 요청할 수 없게 됩니다.
consent-outage = 오픈API 연결이 중단되면 어떻게 됩니까
consent-decision = 결정
consent-approve = 동의
consent-deny = 거절
consent-page-until-before = 이 화면은{" "}
consent-page-until-after = 까지 유효합니다.

account-kind-demand = 입출금
account-kind-savings = 적금
account-kind-term-deposit = 정기예금

scope-account-holder = 예금주 조회
scope-account-holder-detail = 받는 계좌의 예금주 이름을 확인합니다
scope-balance = 잔액
scope-balance-detail = 선택하신 계좌의 잔액을 조회합니다
scope-transactions = 거래내역
scope-transactions-detail = 선택하신 계좌의 입출금 내역을 조회합니다
scope-transfer = 출금이체와 입금이체
scope-transfer-detail = 선택하신 계좌에서 출금하거나 그 계좌로 입금하는 이체를 요청합니다

consents-title = 내 동의
consents-lead = 어느 기관이 어떤 정보를 조회하고 어떤 거래를 요청할 수 있는지 보여 드립니다. 언제든지 즉시 철회하실 수 있습니다.
consents-tabs = 동의 상태
consents-tab-active = 이용 중
consents-tab-ended = 종료된 동의
consents-data = 조회하는 정보
consents-transactions = 요청할 수 있는 거래
consents-accounts = 계좌
consents-no-account = 없음
consents-account-closed = 해지된 계좌
consents-accounts-unknown = 계좌 { $count }개 (지금은 이름을 확인할 수 없습니다)
consents-until = 까지
consents-ended = 종료 일시
consents-show = 동의 내용 보기
consents-none-active-title = 이용 중인 동의가 없습니다
consents-none-active-detail = 앱에서 계좌 연결을 요청하시면 여기에 표시됩니다.
consents-none-ended-title = 종료된 동의가 없습니다
consents-none-ended-detail = 철회하셨거나, 새 동의로 바뀌었거나, 유효기간이 끝난 동의가 여기에 표시됩니다.

detail-title = { $institution } 동의 내용
detail-lead = 동의하실 때 보여 드린 내용 그대로입니다.
detail-who = 누구에게 동의하셨습니까
detail-granted = 동의 일시
detail-reach = 무엇을 조회하고 요청할 수 있습니까

withdraw-title = { $institution } 동의를 철회하시겠습니까?
withdraw-effect-access = { $institution }의 계좌 접근이 즉시 중단됩니다.
withdraw-effect-one = { $app } 앱이 이 동의로 하는 계좌 접근이 즉시 중단됩니다.
withdraw-effect-others = 이 동의만 철회하시면 { $institution }에 주신 다른 동의 { $count }건은 그대로 이용됩니다.
withdraw-others = { $institution }에 주신 다른 동의
withdraw-effect-service = { $app }에서 계좌를 이용하는 기능이 중단됩니다.
withdraw-effect-again = 다시 이용하시려면 새로 동의하셔야 합니다.
withdraw-button = 동의 철회
withdraw-one-button = 이 동의 철회
withdraw-all-button = 이 기관에 준 동의 모두 철회 ({ $count }건)
withdraw-keep = 동의 유지
withdraw-final = 철회는 즉시 적용되며 되돌릴 수 없습니다.
withdrawn = { $institution } 동의를 철회했습니다.
withdrawn-one = { $app } 앱의 동의를 철회했습니다. { $institution }에 주신 다른 동의는 그대로 이용됩니다.
withdrawn-before = { $institution } 동의는 이미 종료되었습니다.

fault-request-unknown-title = 요청을 찾을 수 없습니다
fault-request-unknown-detail = 앱으로 돌아가 처음부터 다시 연결해 주십시오.
fault-request-expired-title = 요청 시간이 지났습니다
fault-request-expired-detail = 앱으로 돌아가 다시 연결해 주십시오. 동의 처리된 내용은 없습니다.
fault-request-decided-title = 이미 처리된 요청입니다
fault-request-decided-detail = ‘내 동의’ 화면에서 결과를 확인하실 수 있습니다.
fault-request-not-pushed-title = 앱의 요청이 올바르지 않습니다
fault-request-not-pushed-detail = 앱을 최신 버전으로 업데이트하고 다시 연결해 주십시오. 같은 문제가 계속되면 앱을 제공하는 회사에 문의해 주십시오.
fault-account-title = 계좌를 확인할 수 없습니다
fault-account-detail = 선택하신 계좌가 고객님의 계좌 목록에 없습니다. 앞 화면에서 다시 선택해 주십시오.
fault-temporary-title = 지금은 처리할 수 없습니다
fault-temporary-detail = 변경된 내용은 없습니다. 잠시 후 다시 시도해 주십시오.
