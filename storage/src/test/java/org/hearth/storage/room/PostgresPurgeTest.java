package org.hearth.storage.room;

import org.hearth.storage.StorageTest;

class PostgresPurgeTest extends PurgeContract implements StorageTest.OnPostgres {}
