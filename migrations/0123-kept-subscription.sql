-- A name stays on the list of subscriptions when its mailbox goes or gets another name (RFC 9051 §6.3.7). Those
-- of mailboxes that are there stand with them.
CREATE TABLE kept_subscription (
  account_id uuid NOT NULL REFERENCES account,
  name_hash bytea NOT NULL,
  name bytea NOT NULL,
  PRIMARY KEY (account_id, name_hash)
);
COMMENT ON TABLE kept_subscription IS
  'class: account; names that are subscribed and no mailbox has, sealed; name_hash is a keyed HMAC';
