-- When the owner of an account was last told that it is nearly full: once a day at most.

ALTER TABLE account ADD COLUMN quota_noticed_at bigint;
