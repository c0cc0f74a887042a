package org.hearth.storage;

class PostgresReadingTest extends ReadingContract implements StorageTest.OnPostgres {}
