-- The mail store. In clear: ids, octet counts, times, system flags, modseq. Sealed: everything else.
-- Every key and unique constraint begins with account_id, and no row refers to another account's.

CREATE TABLE account (
  account_id uuid PRIMARY KEY,
  department_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('person', 'post', 'shared')),
  modseq bigint NOT NULL DEFAULT 1,
  uid_validity_last bigint NOT NULL DEFAULT 0,
  used_octets bigint NOT NULL DEFAULT 0 CHECK (used_octets >= 0),
  used_messages bigint NOT NULL DEFAULT 0 CHECK (used_messages >= 0),
  limit_octets bigint,
  limit_messages bigint,
  created_at bigint NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX account_department ON account (department_id);
COMMENT ON TABLE account IS 'class: account; one holder of mail, its change sequence and its quota';

CREATE TABLE mailbox (
  account_id uuid NOT NULL REFERENCES account,
  mailbox_id uuid NOT NULL,
  name_hash bytea NOT NULL,
  name bytea NOT NULL,
  role text,
  is_subscribed boolean NOT NULL DEFAULT true,
  uid_validity bigint NOT NULL,
  uid_next bigint NOT NULL DEFAULT 1,
  messages bigint NOT NULL DEFAULT 0 CHECK (messages >= 0),
  octets bigint NOT NULL DEFAULT 0 CHECK (octets >= 0),
  highest_modseq bigint NOT NULL,
  PRIMARY KEY (account_id, mailbox_id),
  UNIQUE (account_id, name_hash)
) WITH (fillfactor = 70);
COMMENT ON TABLE mailbox IS 'class: account; a folder; its name is sealed, name_hash is a keyed HMAC';

CREATE TABLE mailbox_gone (
  account_id uuid NOT NULL REFERENCES account,
  mailbox_id uuid NOT NULL,
  modseq bigint NOT NULL,
  PRIMARY KEY (account_id, mailbox_id)
);
COMMENT ON TABLE mailbox_gone IS 'class: account; tombstones of mailboxes';

CREATE TABLE message (
  account_id uuid NOT NULL REFERENCES account,
  message_id uuid NOT NULL,
  thread_id uuid NOT NULL,
  octets bigint NOT NULL,
  received_at bigint NOT NULL,
  content_key bytea NOT NULL,
  summary bytea NOT NULL,
  trace bytea,
  -- The content, or, where object_id is set, which object it is and how long: sealed either way.
  content bytea NOT NULL,
  object_id uuid,
  PRIMARY KEY (account_id, message_id)
);
-- Sealed octets do not compress: TOAST stores them as they are.
ALTER TABLE message ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE message ALTER COLUMN summary SET STORAGE EXTERNAL;
COMMENT ON TABLE message IS 'class: account; RFC 5322 octets, sealed, kept once in an account';

CREATE INDEX message_object ON message (account_id, object_id) WHERE object_id IS NOT NULL;

CREATE TABLE entry (
  account_id uuid NOT NULL,
  mailbox_id uuid NOT NULL,
  uid bigint NOT NULL,
  message_id uuid NOT NULL,
  modseq bigint NOT NULL,
  flags smallint NOT NULL DEFAULT 0,
  keywords bigint NOT NULL DEFAULT 0,
  octets bigint NOT NULL,
  saved_at bigint NOT NULL,
  PRIMARY KEY (account_id, mailbox_id, uid),
  FOREIGN KEY (account_id, mailbox_id) REFERENCES mailbox,
  FOREIGN KEY (account_id, message_id) REFERENCES message
);
CREATE INDEX entry_modseq ON entry (account_id, mailbox_id, modseq);
CREATE INDEX entry_message ON entry (account_id, message_id);
COMMENT ON TABLE entry IS 'class: account; the place of a message in a mailbox: UID, flags, modseq';

CREATE TABLE entry_gone (
  account_id uuid NOT NULL,
  mailbox_id uuid NOT NULL,
  uid bigint NOT NULL,
  modseq bigint NOT NULL,
  PRIMARY KEY (account_id, mailbox_id, uid)
);
CREATE INDEX entry_gone_modseq ON entry_gone (account_id, mailbox_id, modseq);
COMMENT ON TABLE entry_gone IS 'class: account; tombstones of entries, for QRESYNC and JMAP changes';

CREATE TABLE entry_seen (
  account_id uuid NOT NULL,
  mailbox_id uuid NOT NULL,
  principal_id uuid NOT NULL,
  uid bigint NOT NULL,
  PRIMARY KEY (account_id, mailbox_id, principal_id, uid),
  FOREIGN KEY (account_id, mailbox_id, uid) REFERENCES entry ON DELETE CASCADE
);
COMMENT ON TABLE entry_seen IS 'class: account; \Seen of each user where an account has several';

CREATE TABLE keyword (
  account_id uuid NOT NULL REFERENCES account,
  bit smallint NOT NULL CHECK (bit BETWEEN 0 AND 51),
  name_hash bytea NOT NULL,
  name bytea NOT NULL,
  PRIMARY KEY (account_id, bit),
  UNIQUE (account_id, name_hash)
);
COMMENT ON TABLE keyword IS 'class: account; user keywords: bit n of entry.keywords';

CREATE TABLE thread_reference (
  account_id uuid NOT NULL,
  reference bytea NOT NULL,
  thread_id uuid NOT NULL,
  PRIMARY KEY (account_id, reference)
);
COMMENT ON TABLE thread_reference IS
  'class: account; keyed HMAC of Message-ID and References to the thread they stand in';

CREATE TABLE recoverable (
  account_id uuid NOT NULL,
  message_id uuid NOT NULL,
  mailbox_id uuid NOT NULL,
  deleted_at bigint NOT NULL,
  until bigint NOT NULL,
  PRIMARY KEY (account_id, message_id),
  FOREIGN KEY (account_id, message_id) REFERENCES message
);
COMMENT ON TABLE recoverable IS 'class: account; messages in no mailbox, kept for their owner to recover';

-- No cascade: while this row is there, no path and no role can delete the message.
CREATE TABLE hold (
  account_id uuid NOT NULL,
  message_id uuid NOT NULL,
  matter_id uuid NOT NULL,
  placed_at bigint NOT NULL,
  PRIMARY KEY (account_id, message_id, matter_id),
  FOREIGN KEY (account_id, message_id) REFERENCES message
);
COMMENT ON TABLE hold IS 'class: account; a message that must not be destroyed, and for which matter';

CREATE TABLE delivered (
  account_id uuid NOT NULL,
  digest bytea NOT NULL,
  delivered_at bigint NOT NULL,
  PRIMARY KEY (account_id, digest)
);
COMMENT ON TABLE delivered IS 'class: account; what arrived in the last 24 hours, to drop the same again';
