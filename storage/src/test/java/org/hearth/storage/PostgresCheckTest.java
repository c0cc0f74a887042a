package org.hearth.storage;

class PostgresCheckTest extends CheckContract implements StorageTest.OnPostgres {}
