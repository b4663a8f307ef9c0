# Texts of the bank's own pages, to the customer.

sign-in-title = Sign in
sign-in-lead = Sign in to check your transfers.
sign-in-login = Login name
sign-in-password = Password
sign-in-button = Sign in
sign-in-login-missing = Enter your login name.
sign-in-password-missing = Enter your password.
sign-in-wrong-title = The login name or the password is wrong
sign-in-wrong-detail = Check both and try again. After several failures sign-in is locked.
sign-in-locked-title = Sign-in is locked
sign-in-locked-detail = After several failures you cannot sign in until { $until }. If it was not you, tell customer service.
sign-in-busy-title = Many people are signing in at the moment
sign-in-busy-detail = Try again in a little while.
sign-in-caution-title = Check the address first
sign-in-caution = Staff of { $operator } never ask for your password by phone or message. If your security phrase is different when you check a transfer, close the window.
ended-signed-out = You are signed out.
ended-elsewhere = You signed in somewhere else, so this sign-in ended. If it was not you, tell customer service.
ended-time = You were signed out after some time. Sign in again.

sign-out-title = Sign out?
sign-out-detail = To check transfers you will have to sign in again.
sign-out-stay = Stay signed in

tabs-label = My bank
tab-transfers = Transfers to check
tab-notices = Notices
tab-accounts = My accounts

transfers-title = Transfers to check
transfers-lead = Apps asked for these transfers. No money moves before you approve.
transfers-open = View transfer of { $amount }
transfers-none = There is no transfer to check
transfers-none-next = A transfer that you ask for in an app appears here.

notices-title = Notices
notices-lead = Every transfer on your accounts is told here. If you do not know one, report it to customer service.
notices-none = There are no notices
notices-none-next = A transfer that is carried out is told here.
notice-withdrawal = Withdrawal of { $amount } to { $payee }
notice-deposit = Deposit of { $amount }
column-at = Time
column-what = What
column-account = My account
column-requested-by = Requested by
column-state = Result

accounts-title = My accounts
accounts-lead = What is on them now.
accounts-none = You have no account
accounts-none-next = An account that you open at a branch or in the bank's app appears here.
account-kind-demand = Current
account-kind-savings = Savings
account-kind-term-deposit = Term deposit
account-kind-settlement = Settlement

kind-withdrawal = Withdrawal
kind-deposit = Deposit
fact-payee = Payee
fact-payer = Payer
fact-into = To account
fact-from = From account
fact-summary = Shown to payee
fact-requested-by = Requested by
fact-requested-at = Requested at
fact-until = Approve by

phrase-label = The security phrase that you chose
phrase-warning = If it is different, this is not { $operator }. Close the window.
confirm-withdrawal-title = Approve this transfer?
confirm-withdrawal-lead = { $app } asked for this transfer. Check that payee and amount are right.
confirm-deposit-title = Approve this deposit?
confirm-deposit-lead = { $app } asked for this deposit. Check that payer and amount are right.
confirm-what = The transfer
amount-out = You send
amount-in = You receive
first-time-title = You never sent money to this account before.
first-time-detail = If somebody on the phone tells you to make this transfer, deny and report it.
number-label = Confirmation number
number-hint = Must be the number on the screen of { $app }
approve-withdrawal = Approve transfer of { $amount }
approve-deposit = Approve deposit of { $amount }
deny = Deny
report = I did not ask for this
report-effect = If you did not ask for it, no money moves, and all other transfers of { $app } are blocked as well.
until-before = If you do not approve by{" "}
until-after = , no money moves.

result-confirmed-title = You approved the transfer
result-confirmed-detail = It is carried out when { $app } repeats the same terms within five minutes. With other terms no money moves.
result-executed-title = The transfer is carried out
result-executed-detail = It was carried out exactly as you approved it.
result-denied-title = You denied the transfer
result-denied-detail = No money moved.
result-reported-title = The transfer is blocked
result-reported-detail = No money moved, and { $app } can make no more transfers under this consent. We recommend that you withdraw the consent as well.
result-expired-title = The time of this transfer is over
result-expired-detail = No money moved. Ask for it again in the app if you need it.
result-changed-title = The terms were changed, so no money moved
result-changed-detail = { $app } tried to carry out other terms than you approved, and was refused. If you know nothing of it, tell customer service.
result-funds-title = There was not enough money on the account
result-funds-detail = Check the balance of the paying account and ask again in the app.
result-limit-title = The limit of the day is used up
result-limit-detail = Ask again in the app tomorrow.
result-refused-title = The transfer was refused
result-refused-detail = The bank refused this transfer. Ask for it again in the app if you need it.
result-to-consents = Go to my consents
result-to-transfers = See transfers to check

fault-transfer-unknown-title = There is no such transfer
fault-transfer-unknown-detail = Choose it again from the list of transfers to check.
fault-decided-title = This transfer is decided already
fault-decided-detail = The list of transfers to check shows what became of it.
fault-not-as-shown-title = This is not what was shown
fault-not-as-shown-detail = No money moved. Open the transfer again and check it.
fault-temporary-title = It cannot be done now
fault-temporary-detail = Nothing was changed. Try again in a little while.
