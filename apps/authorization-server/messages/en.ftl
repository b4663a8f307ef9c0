# Texts of the authorization server's pages, to the customer.

sign-in-title = Sign in
sign-in-for-app = Sign in to see what { $app } asks for.
sign-in-for-consents = Sign in to see your consents.
sign-in-login = Login name
sign-in-password = Password
sign-in-button = Sign in
sign-in-login-missing = Enter your login name.
sign-in-password-missing = Enter your password.
sign-in-wrong-title = Login name or password is wrong
sign-in-wrong-detail = Check both and try again. Too many wrong tries lock the sign-in.
sign-in-locked-title = Sign-in is locked
sign-in-locked-detail = After too many wrong tries you cannot sign in before { $until }. If that was not you, tell customer service.
sign-in-busy-title = Too many people are signing in
sign-in-busy-detail = Try again in a moment.
sign-in-caution-title = Check the address first
sign-in-caution = The staff of { $operator } never ask for your password by phone or message. If the security phrase after sign-in is not yours, close the window. Sign out when you use a shared device.

sign-out-title = Sign out?
sign-out-detail = You will have to sign in again to see or approve consents.
sign-out-stay = Stay signed in

phrase-label = Your security phrase
phrase-warning = If the phrase is not yours, this is not a page of { $operator }. Close the window.
ended-elsewhere-title = A sign-in elsewhere was ended.
ended-elsewhere-detail = Another sign-in in your name was alive and has been closed. If that was not you, change your password and tell customer service.
session-elsewhere-title = You signed in elsewhere, so this sign-in ended
session-elsewhere-detail = If that was not you, change your password and tell customer service.
session-over-title = You were signed out after a while
session-over-detail = For your safety a sign-in that is not used is closed. Please sign in again.

consent-title = { $subject } wants to use your accounts
consent-lead = Read what follows, then approve or deny. Denying has no effect on your banking.
consent-who = Who is asking
consent-institution = Institution
consent-service = Service
consent-contact = Contact
consent-purpose = What it is for
consent-accounts = Which accounts
consent-accounts-hint = Choose only the accounts that may be used.
consent-account-label = Accounts
consent-account-missing = Choose at least one account. If you do not want this, press Deny.
consent-no-account-title = There is no account to use
consent-no-account-detail = Open an account and ask again, or deny.
consent-data = What can be seen
consent-transactions = What can be ordered
consent-needed = Required
consent-nothing = Nothing
consent-confirmation-title = Your confirmation for every transfer
consent-confirmation-detail = You check payee and amount on a page of { $operator }
consent-until = Until when, and how to stop it
consent-validity = Valid until
consent-validity-until = {" "}({ $days } days)
consent-withdrawal = Withdrawal
consent-withdrawal-way = You can withdraw at any time, with effect at once, under My consents on this site.
consent-withdrawn = After withdrawal
consent-withdrawn-effect = { $institution } can no longer see your accounts or order transfers, at once.
consent-outage = When the connection fails
consent-decision = Decision
consent-approve = Approve
consent-deny = Deny
consent-page-until-before = This page is valid until{" "}
consent-page-until-after = .

account-kind-demand = Current account
account-kind-savings = Instalment savings
account-kind-term-deposit = Term deposit

scope-account-holder = Account holder inquiry
scope-account-holder-detail = The name of the holder of an account you send to
scope-balance = Balance
scope-balance-detail = Balances of the accounts you choose
scope-transactions = Transactions
scope-transactions-detail = Money in and out of the accounts you choose
scope-transfer = Withdrawal and deposit transfers
scope-transfer-detail = Transfers out of and into the accounts you choose

consents-title = My consents
consents-lead = Who may see and order what. You can stop it at any time, with effect at once.
consents-tabs = State of the consents
consents-tab-active = In use
consents-tab-ended = Ended
consents-data = Can see
consents-transactions = Can order
consents-accounts = Accounts
consents-no-account = None
consents-account-closed = Closed account
consents-accounts-unknown = { $count ->
    [one] one account
   *[other] { $count } accounts
 } (names cannot be shown at the moment)
consents-until = {""}
consents-ended = Ended
consents-show = Show the consent
consents-none-active-title = No consent is in use
consents-none-active-detail = When an app asks to connect your accounts, it appears here.
consents-none-ended-title = No consent has ended
consents-none-ended-detail = Consents that you withdraw or that run out stay here.

detail-title = Consent for { $institution }
detail-lead = Exactly as it was shown when you approved it.
detail-who = Who you gave it to
detail-granted = Approved
detail-reach = What can be seen and ordered

withdraw-title = Withdraw the consent for { $institution }?
withdraw-effect-access = { $institution } loses access at once.
withdraw-effect-service = What { $app } does with your accounts stops.
withdraw-effect-again = To use it again you have to give a new consent.
withdraw-button = Withdraw consent
withdraw-keep = Keep it
withdraw-final = Withdrawal takes effect at once and cannot be undone.
withdrawn = You withdrew the consent for { $institution }.
withdrawn-before = The consent for { $institution } had already ended.

fault-request-unknown-title = The request cannot be found
fault-request-unknown-detail = Go back to the app and connect again from the start.
fault-request-expired-title = The request is out of time
fault-request-expired-detail = Go back to the app and connect again. Nothing was approved.
fault-request-decided-title = You have already decided
fault-request-decided-detail = My consents shows what came of it.
fault-request-not-pushed-title = The app's request is not right
fault-request-not-pushed-detail = Update the app and connect again. If it happens again, tell the app's customer service.
fault-account-title = The account cannot be used
fault-account-detail = An account you chose is not among your accounts. Go back and choose again.
fault-temporary-title = This cannot be done at the moment
fault-temporary-detail = Nothing has changed. Try again in a moment.
