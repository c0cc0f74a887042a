-- Files of the content repository. content is sealed: type, name, length, file, and the file's key; absent while reserved.
CREATE TABLE media (
  uri ${text} NOT NULL PRIMARY KEY,
  uploader ${text},
  created_ms BIGINT NOT NULL,
  file ${text},
  content ${bytes}
);
CREATE INDEX media_by_uploader ON media (uploader, created_ms);
CREATE INDEX media_by_file ON media (file);
