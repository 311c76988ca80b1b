-- A change of flags rewrites its entry and nothing else: with no index over what changes and room beside it, the
-- new row stands in the page of the old one (HOT). Fifty thousand cost a sixth of the octets of WAL they cost.
DROP INDEX entry_modseq;
ALTER TABLE entry SET (fillfactor = 50);

-- What the index told: where to look for flags that changed since a modseq. New entries have the highest UIDs.
CREATE TABLE entry_block (
  account_id uuid NOT NULL,
  mailbox_id uuid NOT NULL,
  -- UIDs from 512 times this on, 512 of them.
  block bigint NOT NULL,
  modseq bigint NOT NULL,
  PRIMARY KEY (account_id, mailbox_id, block),
  FOREIGN KEY (account_id, mailbox_id) REFERENCES mailbox ON DELETE CASCADE
) WITH (fillfactor = 50);
COMMENT ON TABLE entry_block IS
  'class: account; the modseq of the last change of flags, for 512 UIDs of a mailbox at a time';
