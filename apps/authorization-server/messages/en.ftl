# Texts of the authorization server's pages, to the customer.

sign-in-title = Sign in
sign-in-for-app = Sign in to see what { $app } is asking for.
sign-in-for-consents = Sign in to see your consents.
sign-in-caution = Staff of { $operator } never ask for your password by phone or text message. If the security phrase shown after sign-in is not yours, close the window. Always sign out on a shared device.

sign-out-detail = This signs you out of the consent pages and of the bank's pages. You will have to sign in again to see your consents or to approve a transfer.

phrase-label = Your security phrase
phrase-warning = If the phrase is not yours, this is not a page of { $operator }. Close the window.

consent-title = { $subject } wants to use your accounts
consent-lead = Read the following, then choose whether to agree. If you do not agree, your banking is not affected.
consent-replaces-title = You have already given { $app } a consent
consent-replaces-granted = Given on
consent-replaces-detail = If you agree now, that consent ends at once and only what you choose here counts.
consent-changed-title = The terms have changed, and you have not agreed to anything yet
consent-changed-detail = While you were looking at this page, what is listed below has changed. Read the new terms and decide again.
consent-who = Who is asking?
consent-institution = Institution
consent-service = Service
consent-contact = Contact
consent-purpose = What is it for?
consent-accounts = Which accounts?
consent-accounts-hint = Choose only the accounts that you agree to share.
consent-account-label = Accounts
consent-account-missing = Choose at least one account. If you do not agree, press Deny.
consent-no-account-title = There is no account to use
consent-no-account-detail = Deny, and connect again once you have an account.
consent-data = What can they see?
consent-transactions = What transactions can they request?
consent-needed = Required
consent-nothing = Nothing
consent-confirmation-title = You confirm every transfer
consent-confirmation-detail = For each transfer you check the payee and the amount on a page of { $operator }
consent-until = Until when, and how do you withdraw?
consent-validity = Valid until
consent-validity-until = {" "}({ $days } days)
consent-withdrawal = Withdrawal
consent-withdrawal-way = You can withdraw at any time under “My consents” on this site. It takes effect at once.
consent-withdrawn = After withdrawal
consent-withdrawn-effect = From that moment on { $app } can no longer see your accounts or request transfers under this consent.
consent-outage = What happens when the open API is unavailable?
consent-decision = Decision
consent-approve = Agree
consent-deny = Deny
consent-page-until-before = This page is valid until{" "}
consent-page-until-after = .

account-kind-demand = Current account
account-kind-savings = Instalment savings
account-kind-term-deposit = Term deposit

scope-account-holder = Account holder inquiry
scope-account-holder-detail = Checks the name of the holder of the receiving account
scope-balance = Balance
scope-balance-detail = Reads the balance of the accounts you choose
scope-transactions = Transactions
scope-transactions-detail = Reads what came in and went out of the accounts you choose
scope-transfer = Withdrawal and deposit transfers
scope-transfer-detail = Requests transfers out of and into the accounts you choose

consents-title = My consents
consents-lead = Who may see your data and request transactions. You can withdraw at any time, with effect at once.
consents-tabs = State of the consents
consents-tab-active = In use
consents-tab-ended = Ended
consents-data = Data
consents-transactions = Transactions
consents-accounts = Accounts
consents-no-account = None
consents-account-closed = Closed account
consents-accounts-unknown = { $count ->
    [one] one account
   *[other] { $count } accounts
 } (names cannot be shown at the moment)
consents-until = {""}
consents-ended = Ended
consents-show = Show details
consents-none-active-title = You have no consents in use
consents-none-active-detail = When an app asks to connect your accounts, it appears here.
consents-none-ended-title = You have no ended consents
consents-none-ended-detail = Consents that you withdraw, that a new one replaces or that expire are listed here.

detail-title = Consent for { $institution }
detail-lead = Exactly as it was shown when you agreed.
detail-who = Who did you agree to?
detail-granted = Agreed
detail-reach = What can they see and request?

withdraw-title = Withdraw your consent for { $institution }?
withdraw-effect-access = { $institution } loses access to your accounts at once.
withdraw-effect-one = { $app } loses its access under this consent at once.
withdraw-effect-others = { $count ->
    [one] If you withdraw only this one, the other consent for { $institution } stays in use.
   *[other] If you withdraw only this one, the other { $count } consents for { $institution } stay in use.
 }
withdraw-others = Other consents for { $institution }
withdraw-effect-service = The features of { $app } that use your accounts stop working.
withdraw-effect-again = To use them again you have to give a new consent.
withdraw-button = Withdraw consent
withdraw-one-button = Withdraw this consent
withdraw-all-button = Withdraw all { $count } consents for this institution
withdraw-keep = Keep the consent
withdraw-final = Withdrawal takes effect at once and cannot be undone.
withdrawn = You withdrew the consent for { $institution }.
withdrawn-one = You withdrew the consent for { $app }. Your other consents for { $institution } stay in use.
withdrawn-before = The consent for { $institution } had already ended.

fault-request-unknown-title = The request cannot be found
fault-request-unknown-detail = Go back to the app and connect again from the start.
fault-request-expired-title = The request has expired
fault-request-expired-detail = Go back to the app and connect again. No consent was given.
fault-request-decided-title = This request has already been decided
fault-request-decided-detail = You can see the result under “My consents”.
fault-request-not-pushed-title = The app sent an invalid request
fault-request-not-pushed-detail = Update the app and connect again. If it happens again, tell the company that offers the app.
fault-account-title = The account cannot be used
fault-account-detail = An account you chose is not among your accounts. Go back and choose again.
fault-temporary-title = This cannot be done right now
fault-temporary-detail = Nothing has changed. Try again in a moment.
