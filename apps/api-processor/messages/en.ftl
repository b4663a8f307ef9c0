# Texts of the bank's own pages, to the customer.

sign-in-title = Sign in
sign-in-lead = Sign in to check your transfers.
sign-in-caution = Staff of { $operator } never ask for your password by phone or text message. If the security phrase shown with a transfer is not yours, close the window.

sign-out-detail = This signs you out of the bank's pages and of the consent pages. You will have to sign in again to approve a transfer or to see your consents.

tabs-label = My bank
tab-transfers = Transfers to check
tab-notices = Notices
tab-accounts = My accounts

transfers-title = Transfers to check
transfers-lead = Apps have requested these transfers. No money moves until you approve.
transfers-open = View transfer of { $amount }
transfers-none = There is no transfer to check
transfers-none-next = When you request a transfer in an app, it appears here.

notices-title = Notices
notices-lead = Transfers on your accounts are listed here. If you do not recognise one, tell your bank.
notices-none = There are no notices
notices-none-next = When a transfer is carried out, you are told here.
notice-withdrawal = Withdrawal of { $amount } to { $payee }
notice-deposit = Deposit of { $amount }
column-at = Time
column-what = Transfer
column-account = My account
column-requested-by = Requested by
column-state = Result

accounts-title = My accounts
accounts-lead = Current balances.
accounts-none = You have no account
accounts-none-next = An account that the bank opens for you appears here.
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
fact-summary-own = Shown on your statement
fact-requested-by = Requested by
fact-requested-at = Requested at
fact-until = Approve by

phrase-label = Your security phrase
phrase-warning = If the phrase is not yours, this is not a page of { $operator }. Close the window.
confirm-withdrawal-title = Approve this transfer?
confirm-withdrawal-lead = { $app } has requested this transfer. Check that the payee and the amount are right.
confirm-deposit-title = Approve this deposit?
confirm-deposit-lead = { $app } has requested this deposit. Check that the payer and the amount are right.
confirm-what = The transfer
amount-out = You send
amount-in = You receive
first-time-title = You have never sent money to this account before
first-time-detail = If somebody on the phone told you to make this transfer, it may be fraud. Deny and report it.
number-label = Confirmation number
number-hint = Check that { $app } shows the same number
approve-withdrawal = Approve transfer of { $amount }
approve-deposit = Approve deposit of { $amount }
deny = Deny
report = I did not ask for this
report-effect = If you tell us that you did not ask for it, no money moves, and all other transfers of { $app } are blocked until you give it a new consent.
until-before = If you do not approve by{" "}
until-after = , no money moves.

result-confirmed-title = You approved the transfer
result-confirmed-detail = It is carried out if { $app } sends the same terms within five minutes. If the terms change, no money moves.
result-executed-title = The transfer is complete
result-executed-detail = It was carried out exactly as you approved it.
result-denied-title = You denied the transfer
result-denied-detail = No money moved.
result-reported-title = The transfer is blocked
result-reported-detail = No money moved, and { $app } can make no transfers until you give it a new consent. We recommend that you withdraw the present one as well.
result-expired-title = The time to approve this transfer is over
result-expired-detail = No money moved. Ask for it again in the app if you need it.
result-consent-ended-title = The consent has ended, so no money moves
result-consent-ended-detail = No money moved. The consent under which this transfer was requested was withdrawn, replaced by a new one, or has run out. Ask for the transfer again in { $app } if you need it.
result-changed-title = The terms were changed, so no money moved
result-changed-detail = { $app } tried to carry out other terms than those you approved, and was refused. If you did not expect this, tell your bank.
result-funds-title = There was not enough money in the account
result-funds-detail = Check the balance of the paying account and ask again in the app.
result-limit-title = The daily transfer limit is used up
result-limit-detail = The limit counts for each institution and day. Ask again in the app tomorrow.
result-refused-title = The transfer was refused
result-refused-detail = The bank refused this transfer. Ask for it again in the app if you need it.
result-to-consents = Go and withdraw the consent
result-to-transfers = See transfers to check

fault-transfer-unknown-title = There is no such transfer
fault-transfer-unknown-detail = Choose it again from the list of transfers to check.
fault-decided-title = This transfer has already been decided
fault-decided-detail = Open the transfer again to see the result.
fault-consent-ended-title = The consent of this transfer has ended
fault-consent-ended-detail = No money moved. Ask for it again in the app if you need it.
fault-not-as-shown-title = This is not what you were shown
fault-not-as-shown-detail = No money moved. Open the transfer again and check it.
fault-temporary-title = This cannot be done right now
fault-temporary-detail = Nothing has changed. Try again in a moment.
