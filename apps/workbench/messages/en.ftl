# Texts of the workbench. The same keys stand in ko.ftl.

# common
cancel = Cancel
menu-inspection = Inspection
menu-engagements = Engagements
menu-items = Check items
menu-evidence = Evidence
menu-probes = Probes
menu-reports = Reports
role-applicant = Institution staff
role-inspector = Inspector
role-operator = Operator staff
kind-bank = Bank
kind-electronic-financial-business = Electronic financial business
kind-other = Other company
turn-applicant = Institution
turn-inspector = Inspector
turn-both = Both parties
turn-nobody = Closed

# stages
stage-consulting = Consultation
stage-document-review = Document review
stage-applied = Application
stage-contracted = Receipt and contract
stage-written-check = Written check
stage-written-result = Written result
stage-written-fix = Remediation after written check
stage-onsite-check = On-site check
stage-onsite-result = On-site result
stage-onsite-fix = Remediation after on-site check
stage-final-report = Final report
stage-self-checked = Self-check submitted
stage-service-started-deferred = Deferred
turn-note-consulting = Both parties discuss feasibility, schedule and documents.
turn-note-document-review = The institution submits its documents and the inspector reviews them.
turn-note-applied = The inspector receives the application.
turn-note-contracted = Once both have signed, the written check begins.
turn-note-written-check = The inspector judges every item from the documents.
turn-note-written-result = The inspector sends the written result.
turn-note-written-fix = The institution remedies the findings and submits amended documents.
turn-note-onsite-check = The inspector visits and checks that the measures are in place.
turn-note-onsite-result = The inspector sends the on-site result.
turn-note-onsite-fix = The institution remedies the findings and submits amended documents.
turn-note-final-report = The inspector makes and sends the final report.
turn-note-closed = The final report was sent and the inspection is closed.
turn-note-self-checked = The institution checked each item itself and submitted it to the operator.
turn-note-service-started-deferred = The inspection must be finished within one year of the start of the service.

# deeds
deed-begin-consulting = Begin consultation
deed-begin-consulting-detail = The deferred inspection begins with the consultation.
deed-begin-document-review = Go on to document review
deed-begin-document-review-detail = Ends the consultation. The institution submits its documents next.
deed-defer-inspection = Defer the inspection
deed-defer-inspection-detail = Banks and electronic financial businesses may start the service first and be inspected within one year. Give the day on which the service started.
deed-submit-self-check = Submit self-check
deed-submit-self-check-detail = Banks, electronic financial businesses and holders of an ISMS certificate may submit a self-check instead. Answer every item; the result goes to the operator and the engagement is closed.
deed-submit-documents = Submit documents
deed-submit-documents-detail = Submits the uploaded evidence for review. Files are uploaded on the pages of the check items.
deed-request-documents = Ask for more documents
deed-request-documents-detail = Say what is missing, and the institution is asked to submit it.
deed-complete-review = Complete the review
deed-complete-review-detail = Ends the review of the documents. The institution can then apply.
deed-apply = Apply
deed-apply-detail = Applies for the inspection with the reviewed documents.
deed-accept-application = Receive the application
deed-accept-application-detail = Receives the application; the contract is next.
deed-sign-contract = Sign the contract
deed-sign-contract-detail = You sign the contract in your name. The deadlines add up to { $all } business days, among them { $written } for the written check, { $fix } for the remediation after it and { $onsite } for the on-site check.
deed-begin-written-check = Begin the written check
deed-begin-written-check-detail = The deadlines of the contract are counted from today.
deed-conclude-written-check = Conclude the written check
deed-conclude-written-check-detail = Every item needs a judgement, and every partial or not implemented item a finding.
deed-send-written-result = Send the written result
deed-send-written-result-detail = Sends the result to the institution. Without findings the on-site check is next.
deed-submit-amended-documents = Submit amended documents
deed-submit-amended-documents-detail = Describe the remediation of each finding and upload its evidence first.
deed-conclude-onsite-check = Conclude the on-site check
deed-conclude-onsite-check-detail = No remediation may be left waiting for review.
deed-send-onsite-result = Send the on-site result
deed-send-onsite-result-detail = Sends the result to the institution. Without open findings the final report is next.
deed-send-final-report = Send the final report
deed-send-final-report-detail = Sends the report that was made after the last judgement and closes the engagement. Nothing can be changed afterwards.
deed-heading = To do
deed-refused = This cannot be done now
deed-permanent = It stays on record and cannot be undone.
deed-not-now = This is not possible at the current stage.
deed-not-now-next = See the overview for whose turn it is.
deed-note-hint = Say which documents are needed and why.
self-check-table = Self-check by item
self-check-satisfied = Satisfied
self-check-yes = Yes
self-check-no = No
self-check-note = Note
self-check-note-of = Note on { $item }

# fields
field-note = Note
field-service-started-on = Date on which the service started
field-answers = Self-check by item
field-reason = Summary of the result (D)
field-verdict = Result (C)
field-criterion-answer = Answer to the criterion
field-criteria = Answers to the criteria
field-criterion = Criteria that it proves
field-evidence = Evidence
field-finding-title = Finding
field-finding-risk = Risk
field-finding-target = Target date
field-title = Title
field-number = Detailed item
field-effective-on = Effective from
field-revises = Earlier revision
field-file = File
field-target = Target month
field-steps = Steps
field-kind = Kind of institution
field-institution = Institution
field-probe = Probe
field-item = Check item
field-deed = Deed

# sign in
sign-in-title = Sign in to the workbench
sign-in-lead = For staff of institutions and inspectors.
sign-out-detail = You will be signed out of this browser.

# list and opening
list-title = Engagements
list-lead = { $count ->
    [one] You can see one engagement.
   *[other] You can see { $count } engagements.
 }
list-open = Open an engagement
list-heading = All engagements
list-empty = There are no engagements.
list-empty-next = Open an engagement and it appears here.
list-institution = Institution
list-stage = Stage
list-turn = Turn
list-due = Due
list-verdicts = Verdicts
list-findings = Open findings
opening-title = Open an engagement
opening-lead = It goes from the consultation to the final report in eleven stages.
opening-heading = Who is inspected
opening-institution = Institution
opening-kind = Kind of institution
opening-kind-hint = Banks and electronic financial businesses may submit a self-check instead, or defer the inspection by up to one year.
opening-isms = Holds an ISMS certificate
opening-isms-hint = A self-check may stand in for the inspection. It cannot be deferred.
opening-former = Used the former open platform
opening-former-hint = Had to be inspected by the end of 2020.
opening-button = Open the engagement
opening-nobody = There is no institution to inspect.
opening-nobody-next = Register an institution first.

# head of an engagement
strip-number = No. { $number }
strip-catalog = { $title }, { $items } items · edition { $edition }
strip-inspector = Inspector { $name }
strip-operator = Operator { $name }
tabs-label = Engagement
tab-overview = Overview
tab-items = Items
tab-evidence = Evidence
tab-findings = Findings
tab-probes = Probes
tab-reports = Reports
tab-log = History

# overview
overview-title = { $institution } inspection
overview-report = Reports
turn-label = Whose turn
fact-turn = Turn
fact-due = Due
fact-due-none = Set once the contract is signed.
fact-repair = Remediation
fact-repaired = { $done } of { $all }
fact-repaired-note = { $confirmed } confirmed · { $waiting } to be confirmed
fact-progress = Judged
fact-judged = { $judged } of { $all } items
fact-open = { $open ->
    [one] One open finding
   *[other] { $open } open findings
 }
fact-next = Next stage
fact-next-none = No stages are left.
fact-next-until = By { $day }
deadline-calendar = Within one calendar year
side-self-checked = A self-check stands in for this inspection. No inspector has judged it.
side-deferred = The service started first and the inspection was deferred.
side-substitution = This institution may submit a self-check instead of being inspected.
note-deferral-limit = The service started first, so the inspection or a self-check must end by { $day }.
note-legacy-limit = Institutions that already used the former open platform had to be inspected by { $day }.
note-holidays-unknown = Public holidays are on file up to { $until }. Later deadlines are counted without them and may move back.
note-due-recounted = With the public holidays now on file, this stage is due on { $day }.
rail-heading = Stages
rail-aside = Stage { $stage } of 11 · { $days ->
    [one] one business day
   *[other] { $days } business days
 } since the start
rail-preparation = Preparation
rail-written = Written
rail-onsite = On site
rail-end = End
rail-done = Done
rail-now = Now
rail-planned = Planned
areas-heading = Progress and verdicts by area
areas-aside = { $areas } areas · { $items } items
areas-whole = All { $items } items
areas-area = Area
areas-items = Items
areas-item = Item
areas-progress = Progress
areas-judged = Judged
areas-domain = { $domain } · { $items } items
deadlines-heading = Deadlines
deadlines-aside = In business days
deadlines-none = No deadlines are set yet.
activity-heading = Recent activity
activity-all = Show all

# history of the engagement
log-title = History of the { $institution } inspection
log-heading = History
log-aside = { $count ->
    [one] One entry
   *[other] { $count } entries, newest first
 }
log-opened = Opened the engagement.
log-advanced = { $deed } · now at stage: { $stage }
log-passed-empty = Nothing to remedy, so the stage was skipped: { $stage }
log-evidence = Added evidence:
log-probe = Probe
log-probed = A probe left a record:
log-judged = Judged { $verdict }:
log-planned = Made a remediation plan:
log-reported = Made a report of { $pages } pages.
log-repair-submitted = Submitted remediation for review:
log-repair-sent-back = Sent back for further remediation:
log-repair-confirmed = Confirmed the remediation:

# items
items-title = Check items of the { $institution } inspection
items-heading = Check items
items-aside = { $items } items
items-verdict = Verdict
items-evidence = Evidence
items-findings = Open findings
items-numbers = Detailed items
item-title = Check item
item-neighbours = Other items
item-previous = Previous item
item-next = Next item
item-summary = Summary
item-last = Last judgement
item-criteria = Criteria
item-criteria-count = { $all } criteria
item-criteria-met = { $met } of { $all } met
item-turn = Turn
item-turn-judge = Inspector: judge
item-turn-again = Inspector: judge again
item-turn-fresh = { $count ->
    [one] One new file
   *[other] { $count } new files
 } since the judgement
item-turn-closed = The inspection is closed
item-ordinal = Open banking no. { $ordinal }
item-details = Detailed items { $numbers }
item-edition = edition { $edition }
item-official-title = Official title in Korean
item-restored = The source is missing the row of this item; it was restored from another document.
explanation-heading = What the item asks
criteria-heading = Criteria and results
criteria-criterion = Criterion (A)
criteria-met = Result
criteria-ground = Grounds
mappings-heading = In other frameworks
examples-heading = Examples of evidence
laws-heading = Laws and regulations

# judging
judge-heading = Judge
judge-criterion = Criterion { $place }
judge-criterion-note = Grounds for criterion { $place }
judge-criterion-note-hint = Grounds, with the number of the evidence
judge-verdict = Result (C)
judge-reason-hint = For each criterion, say why it is met or not, citing the evidence.
letters-unprintable = The report cannot print these letters and shows their numbers instead: { $letters }
judge-evidence = Evidence (B)
judge-evidence-hint = The judgement also records the hash of each file you choose.
judge-finding = Finding
judge-finding-hint = If the item is partial or not implemented, say in one line what to remedy. You may leave it empty if a finding is already open.
judge-target-hint = If left empty, the last day of the remediation stage.
judge-button = Record the judgement
judge-permanent = It is added as a new judgement and cannot be deleted.
verdict-hint-implemented = Every criterion is met
verdict-hint-partial = Some are met
verdict-hint-not-implemented = None is met
verdict-hint-not-applicable = The reason must be given
history-heading = Judgements
history-aside = { $count ->
    [one] One, kept for good
   *[other] { $count }, all kept
 }
history-empty = Not judged yet.
history-empty-next = An inspector judges it during the written check.
history-when = When
history-verdict = Verdict
history-author = Author
history-reason = Reason and evidence
history-edition = catalog edition { $edition }
history-no-evidence = No evidence

# plan
plan-heading = Remediation plan (E)
plan-none = The institution makes one if the item is partial or not implemented.
plan-target = Target
plan-by = Planned by
plan-target-hint = For example 2027-02
plan-steps-hint = One step on each line.
plan-button = Record the plan

# evidence
evidence-title = Evidence of the { $institution } inspection
evidence-heading = Evidence
evidence-aside = { $count }, newest revision of each
evidence-add = Add a file
evidence-empty = There is no evidence.
evidence-empty-next = Upload a file on the page of a check item.
evidence-name = Evidence (B)
evidence-proves = Proves
evidence-whole = Whole item
evidence-by = Added by
evidence-size = Size
evidence-hash = SHA-256
evidence-new = New
evidence-revision = revision { $revision }
evidence-revision-label = Revision
evidence-facts-heading = File
evidence-kind = Type
evidence-bytes = { $bytes } bytes
evidence-origin = Origin
evidence-origin-upload = Uploaded by { $name } ({ $organization }): { $file }
evidence-origin-probe = Probe { $probe }, run { $run }
evidence-effective = Effective from
evidence-added = Added
evidence-download = Download the file
evidence-replaced = There is a newer revision.
evidence-newest = Show the newest
evidence-bindings-heading = What it proves
evidence-judgements-heading = Judgements based on it
evidence-judgements-none = None yet.
evidence-revisions-heading = Revisions
upload-heading = Add evidence
upload-number = Detailed item
upload-title-hint = The official name is 자료(number)-(serial) followed by this title. For example: Appointment of the CISO
upload-criteria = Criteria that it proves
upload-criteria-hint = If you choose none, the file proves the item as a whole.
upload-effective-hint = The date from which the content is in force. If left empty, today.
upload-revises = Earlier revision
upload-revises-none = A new file
upload-file = File
upload-file-hint = Up to 50 MB. The type is detected from the content.
upload-button = Add the file
upload-permanent = A file cannot be deleted. To replace it, add a new revision.

# findings
findings-page-title = Findings of the { $institution } inspection
findings-heading = Findings
findings-all = Show all { $count }
findings-empty = There are no open findings.
findings-empty-next = A partial or not implemented judgement opens one.
findings-title = Finding
findings-item = Item
findings-risk = Risk
findings-found = Found in
findings-target = Target date
findings-state = Status
found-written = Written
found-onsite = On site
finding-facts-heading = Details
finding-history-heading = History
finding-opened = The finding was opened.
finding-deed-submit-repair = Submit remediation
finding-deed-send-back = Send back
finding-deed-confirm = Confirm remediation

# probes
probes-title = Probes of the { $institution } inspection
probes-heading = Probes
probes-target = Target { $target }
probes-no-target = No target is registered
probe-name = Probe
probe-items = Items
probe-result = Result
probe-reason = Details
probe-run = Run
probe-run-button = Run
probe-never = Not run yet
probe-no-verdict = A probe result is not a judgement
probe-no-verdict-detail = It serves as evidence only. A person judges, by name and with a reason.
probe-reason-unreadable = The record cannot be read.
probe-evidence-heading = Evidence of probes
probe-evidence-all = Show probes
runs-heading = Records of the probes
runs-empty = No probe has been run yet.
runs-empty-next = Run a probe above.

# reports
report-cover-title = report
reports-title = Reports of the { $institution } inspection
reports-heading = Reports
reports-make-heading = Make a report
reports-lead = Makes a PDF of the sheets A to E for all { $items } items. { $judged ->
    [one] One item has
   *[other] { $judged } items have
 } been judged so far.
reports-stale = There have been judgements or remediation since the last report.
reports-make = Make the PDF
reports-permanent = The report is kept on record with its hash.
reports-empty = No report has been made yet.
reports-empty-next = Make a PDF above.
reports-number = Document no.
reports-when = When
reports-by = By
reports-pages = Pages
reports-pack = Download the evidence pack (ZIP)
reports-pack-lead = The pack holds the last report with all evidence, judgements and proofs from the journal.

# after a deed
done-opened = The engagement was opened.
done-advanced = Done.
done-judged = The judgement was recorded.
done-uploaded = The file was added.
done-planned = The plan was recorded.
done-repaired = The remediation was submitted for review.
done-sent-back = The finding was sent back.
done-confirmed = The remediation was confirmed.
done-probed = The probe has finished.
done-reported = The report was made.
done-self-checked = The self-check was submitted.
done-deferred = The inspection was deferred.
done-signed-in = You are signed in.
done-ended-elsewhere = You are signed in. Your session elsewhere was ended.

# faults
fault-title-input = Your input cannot be processed
fault-title-forbidden = You do not have permission
fault-title-not-now = This cannot be done now
fault-title-failed = It could not be done
fault-not-signed-in = Sign in first.
fault-sign-in-refused = The name or the password is wrong.
fault-sign-in-locked = Too many failures: signing in is locked until { $what }.
fault-forbidden = This account does not have permission. Ask someone who has it.
fault-not-found = Not found. Check the address.
fault-stale-form = The page was opened in an earlier sign-in or is too old. Check what you entered and send it again.
fault-malformed = The request is not valid. Use the form on the page to send it again.
fault-content-type = The body has the wrong type. Send JSON, or a form with a file.
fault-body-too-large = The form is larger than 1,500 KB. Put long texts into a file.
fault-broken-json = The JSON cannot be read: { $what }
fault-parameter-unknown = The API does not have this query parameter: { $what }
fault-field-value = Choose one of the values in the list.
fault-file-missing = Choose one file.
fault-broken-off = The connection broke during the upload. Nothing was saved; please upload it again.
fault-too-slow = The file came too slowly and was cut off. Try again on a faster line, or in smaller files.
fault-evidence-code = The item has no such criterion. Choose from the list.
fault-evidence-digest = The hash is not valid.
fault-evidence-number = Choose a number of this item, such as 1.1.1.
fault-evidence-name = An official name has the form 자료1.1.1-1 followed by a title.
fault-evidence-title = Enter a title of 1 to 120 characters. Hidden characters cannot be used.
fault-evidence-serial = The next serial number is { $what }. Numbers cannot be skipped.
fault-file-empty = The file is empty. Choose one with content.
fault-file-too-large = The file is larger than 50 MB. Split or shrink it.
fault-evidence-bindings = Choose at least one item or criterion, each only once.
fault-evidence-future = The effective date cannot be after today.
fault-evidence-text = The file name is too long or contains characters that are not allowed.
fault-evidence-revises-other = This is not evidence of this engagement.
fault-evidence-revises-old = Revision { $what } already exists. Choose the newest.
fault-evidence-unchanged = The file is the same as the previous revision.
fault-engagement-number = The number is not valid. For example: 2026-OB-0147
fault-plan-month = Enter this month or a later one. For example: 2027-02
fault-name = Enter a name of 1 to 200 characters on one line. Hidden characters cannot be used.
fault-business-number = A business number has ten digits.
fault-reason = Enter the reason, up to 4,000 characters. Hidden characters cannot be used.
fault-note = Enter a note, up to 4,000 characters. Hidden characters cannot be used.
fault-finding-title = Enter the finding on one line of up to 200 characters. Hidden characters cannot be used.
fault-plan-steps = Enter 1 to 20 steps, one on each line. Hidden characters cannot be used.
fault-target-passed = The target date cannot be before today.
fault-start-in-future = The service cannot have started after today.
fault-unknown-criterion = Not a criterion of this item, or named twice: { $what }
fault-criteria-unanswered = { $what } criteria have no answer yet.
fault-criteria-not-applicable = If the item is not applicable, leave the criteria unanswered.
fault-verdict-disagrees = By the answers to the criteria the result is { $what ->
        [implemented] implemented
        [partial] partial
        [not_implemented] not implemented
        *[other] not applicable
    }. Correct the answers or the result.
fault-evidence-missing = Choose at least one piece of evidence.
fault-evidence-too-many = Choose at most 100 pieces of evidence.
fault-evidence-unknown = No such evidence, or chosen twice: { $what }
fault-evidence-differs = The hash of this evidence has changed: { $what }. Reload the page and choose again.
fault-evidence-not-bound = Not evidence of this item: { $what }
fault-finding-missing = Enter a finding if the item is partial or not implemented.
fault-finding-unneeded = Enter a finding only if the item is partial or not implemented.
fault-self-check-incomplete = Answer every item.
fault-for-applicant = Only staff of the institution can do this.
fault-for-inspector = Only an inspector can do this.
fault-not-now = This is not possible at the current stage. See the overview for whose turn it is.
fault-no-documents = Nothing has been uploaded yet. Add evidence on the pages of the check items first.
fault-no-amended-documents = Nothing has been uploaded since the result was sent. Add the amended documents on the pages of the check items first.
fault-review-incomplete = The review of the documents is not complete.
fault-already-signed = You have already signed.
fault-signature-missing = Both parties must have signed.
fault-items-unjudged = Items without a judgement: { $what }
fault-shortfalls-without-finding = Partial or not implemented items without a finding: { $what }
fault-findings-unanswered = Findings without submitted remediation: { $what }
fault-findings-unconfirmed = Remediation waiting for review: { $what }. Confirm it or send it back first.
fault-finding-open = There is an open finding ({ $what }). Confirm its remediation first.
fault-finding-state = This is not possible in the current state of the finding.
fault-no-substitution = A self-check may not stand in for this institution’s inspection.
fault-no-deferral = This institution’s inspection may not be deferred.
fault-deferred-before = An inspection can be deferred once. The first deadline still applies.
fault-report-missing = No report has been made since the last judgement. Make one first.
fault-plan-unneeded = A plan is only needed if the item is partial or not implemented.
fault-changed = Someone else changed it at the same time. Try again.
fault-disk-full = There is no storage space left. Nothing was saved. Tell the person in charge.
fault-no-room = The storage of this installation is nearly full, so no files are taken. Nothing was saved; the operator must make room, then try again.
fault-quota-engagement-files = This engagement has as many files of evidence as it may ({ $what }). Combine files, or ask the operator for a larger limit.
fault-quota-engagement-bytes = The evidence of this engagement would become larger than it may (used: { $what }). Hand in a smaller file, or ask the operator for a larger limit.
fault-quota-institution-files = The engagements of this institution have as many files of evidence as they may ({ $what }). Ask the operator for a larger limit.
fault-quota-institution-bytes = The evidence of this institution would become larger than it may (used: { $what }). Hand in a smaller file, or ask the operator for a larger limit.
fault-quota-total-files = This installation has as many files of evidence as it may ({ $what }). The operator must raise the limit.
fault-quota-total-bytes = The evidence of this installation would become larger than it may (used: { $what }). The operator must raise the limit.
fault-file-changed = The stored file differs from the one that was uploaded. Tell the person in charge at once.
fault-file-lost = The stored file cannot be found. Tell the person in charge at once.
fault-probe-unknown = There is no such probe. Choose from the list.
fault-probe-no-target = No target is registered.
fault-probe-failed = The probe could not be run. Check the target and try again.
fault-internal = Try again in a moment. If it keeps happening, tell the person in charge.
fault-unavailable = This cannot be done right now. Try again in a moment.
fault-own-places = You are doing as much at once as one person or office may. Wait until a file has gone through, then try again.

# unseen: what has come since the page was made
unseen-title = Something changed while you were looking at the page
unseen-detail = What you entered is still here. Look at what is new below, then save again.
unseen-judged = New judgement: { $verdict } · { $who } · { $when } · { $reason }
unseen-evidence = New evidence: { $name } · { $when }
unseen-planned = New plan: { $month } · { $who } · { $when } · { $steps }
unseen-answered = { $deed }: { $who } · { $when } · { $note }
unseen-advanced = { $deed }: { $stage } · { $who } · { $when } { $note }
fault-unseen = Something changed while the page was open. Look at what is new, then save again.

# drafts: what was typed before a session ended
draft-title = What you entered before you were signed out is back
draft-detail = It is not saved yet. Check it, then save. Unsaved, it is erased after a day.
