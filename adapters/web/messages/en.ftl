# Texts of the shell. Apps add their own files; no key may stand in both.

brand = Sumun
brand-small = 守門
open-finance = Open finance
skip-to-content = Skip to content
menu = Menu
main-menu = Main menu
you-are-here = You are here
count-suffix = { " " }items
sign-out = Sign out
other-language = 한국어
foot-platform = { $operator } open finance platform
foot-times = All times are Korea Standard Time (KST, UTC+9)
session-until-before = You stay signed in until{" "}
session-until-after = .
foot-as-of = as of { $at }

world-demonstration = Demonstration data
world-testbed = Testbed

field-required = Required
form-errors = { $count ->
    [one] One field needs your attention.
   *[other] { $count } fields need your attention.
 }
pager = Pages of the list
pager-previous = Previous page
pager-next = Next page
pager-rows = { $first } to { $last } of { $total }

deadline-passed = Deadline passed
deadline-today = Due today
deadline-business-days = { $days ->
    [one] one business day left
   *[other] { $days } business days left
 }
deadline-holidays-unknown = { $days ->
    [one] one business day left, public holidays not known
   *[other] { $days } business days left, public holidays not known
 }

error-back = Go back
error-code = Error code { $code }
error-kept = What you entered
error-kept-hint = It was not saved. Copy it from here if you need it.
error-not-found-title = Page not found
error-not-found-detail = Check the address. The page may have been moved or removed.
error-bad-request-title = The request cannot be processed
error-bad-request-detail = The request is not valid. Go back and try again.
error-method-title = This address cannot be opened directly
error-method-detail = Use the buttons and links on the page.
error-too-large-title = What you sent is too large
error-too-large-detail = Shorten the text and send it again. Files can be uploaded on the evidence page.
error-not-a-form-title = This format is not accepted
error-not-a-form-detail = Use the form on the page to send it again.
error-forbidden-title = You do not have permission to see this page
error-forbidden-detail = Ask the person in charge for permission, or sign in with another account.
error-stale-form-title = The page is out of date
error-stale-form-detail = Reload the previous page and try again. Nothing was changed.
error-internal-title = The request could not be completed
error-internal-detail = Try again in a moment. If it keeps happening, tell the person in charge.
error-unavailable-title = Not available at the moment
error-unavailable-detail = Try again in a moment.

status-implemented = Implemented
status-partial = Partial
status-not-implemented = Not implemented
status-not-applicable = Not applicable
status-not-judged = Not judged yet
status-met = Met
status-partly-met = Partly met
status-not-met = Not met
status-confirmed = Confirmed
status-contradicted = Contradicted
status-undecided = Undecided
status-weakness-shown = Weakness shown
status-weakness-not-found = Not found
status-repairing = In remediation
status-review-requested = Review requested
status-repair-confirmed = Remediation confirmed
status-risk-high = High
status-risk-medium = Medium
status-risk-low = Low
status-healthy = Running
status-slow = Slow
status-down = Down
status-draft = Draft
status-awaiting-approval = Awaiting approval
status-in-operation = In operation
status-retiring = Retiring
status-registration-refused = Refused
status-test-passed = Passed
status-test-failed = Failed
status-test-not-run = Not run yet
status-consent-active = In use
status-consent-expiring-soon = Expires soon
status-consent-expired = Expired
status-consent-withdrawn = Withdrawn
status-consent-superseded = Replaced by a new one
status-use-served = Served
status-use-refused = Refused
status-awaiting-confirmation = Awaiting confirmation
status-done = Done
status-in-progress = In progress
status-planned = Planned
