package org.hearth.storage.room;

import org.hearth.storage.StorageTest.OnPostgres;

class PostgresExpiryTest extends ExpiryContract implements OnPostgres {}
