package org.hearth.storage;

class PostgresBackupTest extends BackupContract implements StorageTest.OnPostgres {}
