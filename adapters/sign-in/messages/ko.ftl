# 로그인과 로그아웃: 고객과 직원이 함께 보는 문구. $realm은 customer 또는 staff입니다.

sign-in-login = 아이디
sign-in-password = 비밀번호
sign-in-button = 로그인
sign-in-login-missing = 아이디를 입력해 주십시오.
sign-in-password-missing = 비밀번호를 입력해 주십시오.
sign-in-wrong-title = 아이디나 비밀번호가 맞지 않습니다
sign-in-wrong-detail = 다시 확인하고 입력해 주십시오. 여러 번 잘못 입력하시면 로그인이 잠깁니다.
sign-in-locked-title = 로그인이 잠겼습니다
sign-in-locked-detail = { $realm ->
    [staff] 비밀번호를 여러 번 잘못 입력하여 { $until }까지 로그인하실 수 없습니다. 본인이 하신 일이 아니라면 운영 담당자에게 알려 주십시오.
   *[customer] 비밀번호를 여러 번 잘못 입력하여 { $until }까지 로그인하실 수 없습니다. 본인이 하신 일이 아니라면 은행에 알려 주십시오.
 }
sign-in-busy-title = 로그인이 몰리고 있습니다
sign-in-busy-detail = 잠시 후 다시 시도해 주십시오.
sign-in-caution-title = 주소를 먼저 확인해 주십시오

session-elsewhere-title = 다른 기기에서 로그인하여 이 화면은 로그아웃되었습니다
session-elsewhere-detail = { $realm ->
    [staff] 본인이 하신 일이 아니라면 운영 담당자에게 알려 주십시오.
   *[customer] 본인이 하신 일이 아니라면 은행에 알려 주십시오.
 }
session-over-title = 시간이 지나 자동으로 로그아웃되었습니다
session-over-detail = 일정 시간 이용하지 않으셔서 안전을 위해 로그아웃했습니다. 다시 로그인해 주십시오.
session-kept = 입력하신 내용은 보관했습니다. 같은 아이디로 로그인하시면 그 화면에서 다시 보여 드립니다.
session-signed-out-title = 로그아웃했습니다
ended-elsewhere-title = 다른 기기의 로그인을 종료했습니다
ended-elsewhere-detail = 고객님 아이디가 다른 기기나 브라우저에 로그인되어 있어 로그아웃했습니다. 본인이 하신 일이 아니라면 은행에 알려 주십시오.

sign-out-title = 로그아웃하시겠습니까?
sign-out-stay = 로그인 유지
