package org.hearth.storage.receipt;

import org.hearth.storage.StorageTest;

class PostgresReceiptsTest extends ReceiptsContract implements StorageTest.OnPostgres {}
