-- Search: extracted text of a few hundred messages at a time, compressed and sealed, each pack with a
-- sealed filter. Messages up to packed_until are in segments, but for those in search_unpacked.

CREATE TABLE search_state (
  account_id uuid PRIMARY KEY REFERENCES account,
  packed_until uuid NOT NULL,
  -- The account's modseq when it was last looked at.
  modseq bigint NOT NULL
);
COMMENT ON TABLE search_state IS 'class: account; how far the text of its messages is packed';

CREATE TABLE search_segment (
  account_id uuid NOT NULL REFERENCES account,
  segment_id uuid NOT NULL,
  message_ids uuid[] NOT NULL,
  text_octets bigint NOT NULL,
  content_key bytea NOT NULL,
  filter bytea NOT NULL,
  headers bytea NOT NULL,
  bodies bytea NOT NULL,
  orders bytea NOT NULL,
  PRIMARY KEY (account_id, segment_id)
);
-- Sealed octets do not compress: TOAST stores them as they are.
ALTER TABLE search_segment ALTER COLUMN filter SET STORAGE EXTERNAL;
ALTER TABLE search_segment ALTER COLUMN headers SET STORAGE EXTERNAL;
ALTER TABLE search_segment ALTER COLUMN bodies SET STORAGE EXTERNAL;
ALTER TABLE search_segment ALTER COLUMN orders SET STORAGE EXTERNAL;
COMMENT ON TABLE search_segment IS
  'class: account; folded text of messages and what they are sorted by, compressed and sealed';

CREATE TABLE search_unpacked (
  account_id uuid NOT NULL REFERENCES account,
  message_id uuid NOT NULL,
  PRIMARY KEY (account_id, message_id)
);
COMMENT ON TABLE search_unpacked IS
  'class: account; messages that are read one by one: too much text, or about to be destroyed';
