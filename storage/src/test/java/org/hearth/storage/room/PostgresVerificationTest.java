package org.hearth.storage.room;

class PostgresVerificationTest extends VerificationContract
    implements org.hearth.storage.StorageTest.OnPostgres {}
