package org.hearth.storage.room;

import org.hearth.storage.StorageTest;

class PostgresTrafficTest extends TrafficContract implements StorageTest.OnPostgres {}
