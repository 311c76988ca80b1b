-- What lists are made of, for some hundred messages of a mailbox at a time: opening a pack costs what
-- opening one message costs. What messages are sorted and threaded by moves here from the segments of
-- search, because a mailbox is sorted and not an account.

CREATE TABLE mailbox_pack (
  account_id uuid NOT NULL,
  mailbox_id uuid NOT NULL,
  -- The UIDs it stands for; those in between that are not in it were gone when it was made.
  first_uid bigint NOT NULL,
  last_uid bigint NOT NULL,
  pack_id uuid NOT NULL,
  message_ids uuid[] NOT NULL,
  -- The lowest and the highest of them.
  first_id uuid NOT NULL,
  last_id uuid NOT NULL,
  content_key bytea NOT NULL,
  facts bytea NOT NULL,
  heads bytea NOT NULL,
  forms bytea NOT NULL,
  orders bytea NOT NULL,
  PRIMARY KEY (account_id, mailbox_id, first_uid),
  FOREIGN KEY (account_id, mailbox_id) REFERENCES mailbox ON DELETE CASCADE
);
CREATE INDEX mailbox_pack_ids ON mailbox_pack (account_id, first_id, last_id);
-- Neither ids nor sealed octets compress: TOAST stores them as they are.
ALTER TABLE mailbox_pack ALTER COLUMN message_ids SET STORAGE EXTERNAL;
ALTER TABLE mailbox_pack ALTER COLUMN facts SET STORAGE EXTERNAL;
ALTER TABLE mailbox_pack ALTER COLUMN heads SET STORAGE EXTERNAL;
ALTER TABLE mailbox_pack ALTER COLUMN forms SET STORAGE EXTERNAL;
ALTER TABLE mailbox_pack ALTER COLUMN orders SET STORAGE EXTERNAL;
COMMENT ON TABLE mailbox_pack IS
  'class: account; headers, structures and facts of messages in the order of a mailbox, compressed and sealed';

ALTER TABLE search_segment DROP COLUMN orders;
