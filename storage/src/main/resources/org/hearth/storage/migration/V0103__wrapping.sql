-- Which root key wraps a key. Those from before root keys had numbers are wrapped by number 0.
ALTER TABLE sealing_key ADD COLUMN wrapping INTEGER DEFAULT 0 NOT NULL;
CREATE INDEX sealing_key_by_wrapping ON sealing_key (wrapping);

-- Under which root key something was destroyed: until that one is gone, bytes that a database left behind could be opened.
CREATE TABLE sealing_destroyed (
  wrapping INTEGER NOT NULL PRIMARY KEY
);
