package org.hearth.storage.e2ee;

import org.hearth.storage.StorageTest;

class PostgresE2eeTest extends E2eeContract implements StorageTest.OnPostgres {}
