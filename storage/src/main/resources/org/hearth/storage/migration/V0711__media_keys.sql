-- Which scope's key seals the content: one for each local uploader, so that it can be destroyed alone.
ALTER TABLE media ADD COLUMN key_scope ${text} DEFAULT 'm' NOT NULL;
CREATE INDEX media_by_time ON media (created_ms);
