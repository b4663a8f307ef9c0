example-title = 새움페이 이용기관 보안점검
example-items = 오픈뱅킹 이용기관 { $count }항목
example-upload = 보완 자료 올리기
example-item = 점검 항목
example-verdict = 판정
example-judge = 판정 저장
example-due = 기한
example-note = 자동 점검은 판정이 아닙니다.

customer-title = 새움페이가 고객님의 계좌를 쓰려고 합니다
customer-who = 누가 요청합니까
customer-accounts = 어느 계좌입니까
customer-decide = 결정
customer-approve = 승인
customer-deny = 거절
customer-none = 올해 끝난 동의가 없습니다
customer-next = 지난해까지의 기록은 지난 동의에서 보실 수 있습니다.
