-- JMAP reads the same mail as IMAP: which messages came, changed and went since a modseq, exactly.

-- The modseq since which the entry is to be seen: placed here, or no longer \Deleted (RFC 8621 §4.1.1).
ALTER TABLE entry ADD COLUMN shown_modseq bigint NOT NULL DEFAULT 0;
ALTER TABLE entry_gone ADD COLUMN shown_modseq bigint NOT NULL DEFAULT 0;
ALTER TABLE entry_gone ADD COLUMN message_id uuid;
CREATE INDEX entry_gone_account ON entry_gone (account_id, modseq);

-- After a backup was put back: changes since an older state are not known.
ALTER TABLE account ADD COLUMN states_from bigint NOT NULL DEFAULT 0;

-- When it was made, and when its name or subscription last changed.
ALTER TABLE mailbox ADD COLUMN created_modseq bigint NOT NULL DEFAULT 0;
ALTER TABLE mailbox ADD COLUMN named_modseq bigint NOT NULL DEFAULT 0;

CREATE TABLE message_gone (
  account_id uuid NOT NULL REFERENCES account,
  message_id uuid NOT NULL,
  thread_id uuid NOT NULL,
  PRIMARY KEY (account_id, message_id)
);
COMMENT ON TABLE message_gone IS
  'class: account; in which thread a destroyed message stood, for JMAP changes';

CREATE TABLE upload (
  account_id uuid NOT NULL REFERENCES account,
  upload_id uuid NOT NULL,
  principal_id uuid NOT NULL,
  octets bigint NOT NULL,
  content_key bytea NOT NULL,
  media_type bytea NOT NULL,
  expires_at bigint NOT NULL,
  PRIMARY KEY (account_id, upload_id)
);
COMMENT ON TABLE upload IS 'class: account; what a program uploaded to use it in a message, for a day';

CREATE TABLE upload_part (
  account_id uuid NOT NULL,
  upload_id uuid NOT NULL,
  part integer NOT NULL,
  content bytea NOT NULL,
  PRIMARY KEY (account_id, upload_id, part),
  FOREIGN KEY (account_id, upload_id) REFERENCES upload ON DELETE CASCADE
);
ALTER TABLE upload_part ALTER COLUMN content SET STORAGE EXTERNAL;
COMMENT ON TABLE upload_part IS 'class: account; uploaded octets, sealed, a part at a time';
