package org.hearth.storage.directory;

import org.hearth.storage.StorageTest;

class PostgresDirectoryTest extends DirectoryContract implements StorageTest.OnPostgres {}
