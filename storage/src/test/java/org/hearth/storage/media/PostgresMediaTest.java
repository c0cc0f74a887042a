package org.hearth.storage.media;

import org.hearth.storage.StorageTest;

class PostgresMediaTest extends MediaContract implements StorageTest.OnPostgres {}
