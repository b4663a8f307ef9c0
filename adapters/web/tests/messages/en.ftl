example-title = Saeum Pay: open banking institution inspection
example-items = { $count ->
    [one] one item
   *[other] { $count } items
 }
example-upload = Add evidence
example-item = Item
example-verdict = Verdict
example-judge = Save judgement
example-due = Deadlines
example-note = A probe is not a judgement.

customer-title = Saeum Pay wants to use your accounts
customer-who = Who is asking
customer-accounts = Which accounts
customer-decide = Decision
customer-approve = Approve
customer-deny = Deny
customer-none = No consent ended this year
customer-next = Earlier records are under past consents.
