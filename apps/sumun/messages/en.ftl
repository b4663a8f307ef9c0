# Start page

home-title = What runs where
home-lead = Sumun runs an open-finance platform and inspects how secure it is.
home-platform = Platform
home-workbench = Inspection
home-state-all = All responding
home-state-some = { $count ->
    [one] One component is not responding
   *[other] { $count } components are not responding
 }
home-state-checked = Checked when this page was opened
home-journal = Journal
home-journal-size = { $count ->
    [one] One entry
   *[other] { $count } entries
 }
home-journal-behind = { $count ->
    [one] One entry waits to be signed
   *[other] { $count } entries wait to be signed
 }
home-journal-even = All signed
home-ledger = Bank ledger
home-ledger-kept = In balance
home-ledger-broken = Out of balance
home-ledger-accounts = { $count } accounts
home-components = Components and their status
home-component = Component
home-address = Address
home-status = Status
home-who = Who uses it
home-open = Open the page
home-internal = Internal only
home-mutual = Client certificate required
home-sign-in = Sign in with a demonstration account
home-sign-in-lead = The passwords are shown in the terminal where the program was started, and in world.json in the data folder.
home-login = Login name
home-person = Person
home-where = Where to sign in
home-certificate = The browser's certificate warning
home-certificate-detail = The certificates come from a private authority that belongs to this installation. Add keys/open-authority.crt from the data folder to your browser's trusted authorities and the warning goes away.
home-made-up = Every company, person and account in the demonstration data is made up.
role-customer = Customer
component-authorization = Authorization server
component-authorization-who = Customers: sign-in, consent, withdrawal
component-authorization-mtls = Authorization server (mutual TLS)
component-authorization-mtls-who = Apps: authorization requests, access tokens
component-gateway = API gateway
component-gateway-who = Access servers: open API calls
component-bank = The bank's pages
component-bank-who = Customers: transfer confirmation, accounts
component-workbench = Inspection workbench
component-workbench-who = Applicants and inspectors: engagements, evidence, judgements
component-processor = API processor
component-processor-who = Gateway only
