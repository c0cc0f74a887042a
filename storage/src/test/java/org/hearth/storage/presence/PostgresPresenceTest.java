package org.hearth.storage.presence;

import org.hearth.storage.StorageTest;

class PostgresPresenceTest extends PresenceContract implements StorageTest.OnPostgres {}
