package org.hearth.storage;

class PostgresRowsTest extends RowsContract implements StorageTest.OnPostgres {}
