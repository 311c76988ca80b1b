-- The entries of a large mailbox as they were at one modSeq, in one piece: what a node reads first of a mailbox is
-- this and what changed since, instead of a row for each message. It can be thrown away at any time. In clear as `entry` is.
CREATE TABLE entry_snapshot (
  account_id uuid NOT NULL,
  mailbox_id uuid NOT NULL,
  modseq bigint NOT NULL,
  last_uid bigint NOT NULL,
  messages bigint NOT NULL,
  entries bytea NOT NULL,
  PRIMARY KEY (account_id, mailbox_id),
  FOREIGN KEY (account_id, mailbox_id) REFERENCES mailbox ON DELETE CASCADE
);
-- It is compressed already.
ALTER TABLE entry_snapshot ALTER COLUMN entries SET STORAGE EXTERNAL;
COMMENT ON TABLE entry_snapshot IS
  'class: account; UIDs, flags, keyword bits and modSeqs of a mailbox at one modSeq, made of entry';
