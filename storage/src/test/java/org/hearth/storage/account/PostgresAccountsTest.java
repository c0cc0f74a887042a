package org.hearth.storage.account;

import org.hearth.storage.StorageTest;

class PostgresAccountsTest extends AccountsContract implements StorageTest.OnPostgres {}
