package org.hearth.storage.room;

import org.hearth.storage.StorageTest;

class PostgresRoomsTest extends StoredRoomsContract implements StorageTest.OnPostgres {}
