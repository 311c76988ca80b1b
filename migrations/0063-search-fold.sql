-- Which folding the packed texts of an account were made with: after a change of it they are made anew.
-- What was packed before is forgotten here once.
ALTER TABLE search_state ADD COLUMN fold smallint NOT NULL DEFAULT 0;
