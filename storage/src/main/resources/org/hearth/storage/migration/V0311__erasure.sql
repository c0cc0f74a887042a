-- Position at which the account was erased; 0 for those that were not.
ALTER TABLE account ADD COLUMN erased_at BIGINT DEFAULT 0 NOT NULL;
