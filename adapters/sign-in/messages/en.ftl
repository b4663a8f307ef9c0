# Signing in and out: the words that customers and staff share. $realm is customer or staff.

sign-in-login = Login name
sign-in-password = Password
sign-in-button = Sign in
sign-in-login-missing = Enter your login name.
sign-in-password-missing = Enter your password.
sign-in-wrong-title = Login name or password is wrong
sign-in-wrong-detail = Check both and try again. Too many wrong attempts lock your sign-in.
sign-in-locked-title = Sign-in is locked
sign-in-locked-detail = { $realm ->
    [staff] After too many wrong attempts you cannot sign in before { $until }. If this was not you, tell the operator.
   *[customer] After too many wrong attempts you cannot sign in before { $until }. If this was not you, tell your bank.
 }
sign-in-busy-title = Too many people are signing in
sign-in-busy-detail = Try again in a moment.
sign-in-caution-title = Check the address first

session-elsewhere-title = You were signed out because you signed in on another device
session-elsewhere-detail = { $realm ->
    [staff] If that was not you, tell the operator.
   *[customer] If that was not you, tell your bank.
 }
session-over-title = You were signed out automatically
session-over-detail = You had not used the page for a while, so you were signed out for your safety. Please sign in again.
session-kept = What you entered was kept. Sign in with the same login name and you will find it on that page.
session-signed-out-title = You are signed out
ended-elsewhere-title = Your sign-in on another device was ended
ended-elsewhere-detail = You were also signed in on another device or browser, and have been signed out there. If that was not you, tell your bank.

sign-out-title = Sign out?
sign-out-stay = Stay signed in
