"""The demo's mail page: what the mail catcher keeps instead of sending it. Not there unless MAIL_CATCHER is set."""
